"""The catalogue against the providers that are to deliver it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

import providers
from catalog.load import BUNDLED, CatalogError, load
from catalog.offering import Offering
from catalog.places import provider_of
from cli.ledger import CONSOLE
from providers.errors import NotAuthorised

app = typer.Typer(no_args_is_help=True, help="Look at what can be ordered.")

Folder = Annotated[Path, typer.Argument(help="The folder with the offering files.")]


@app.callback()
def about() -> None:
    """What can be ordered."""


@app.command()
def check(folder: Folder = BUNDLED) -> None:
    """Whether each offering is delivered by somebody; what is wrong is told by file and line.

    Asks no cloud: what a provider delivers is in its code, and its accounts in this environment.
    """
    try:
        offerings = load(folder)
        load(folder, kinds=delivered(offerings))
    except (CatalogError, NotAuthorised) as error:
        CONSOLE.print(str(error), style="red")
        raise typer.Exit(1) from error
    where = {provider_of(place) for one in offerings.values() for place in one.places}
    count = f"{len(offerings)} offering{'s' if len(offerings) > 1 else ''}"
    CONSOLE.print(f"{count}, delivered by {', '.join(sorted(where))}.")


def delivered(offerings: Mapping[str, Offering]) -> dict[str, frozenset[str]]:
    """The kinds of each provider that is there, as the offerings' accounts have them.

    Raises NotAuthorised when an account's settings cannot be right.
    """
    accounts: dict[str, str] = {}
    for offering in offerings.values():
        for name, place in offering.places.items():
            accounts.setdefault(provider_of(name), place.account)
    known = providers.names()
    return {
        name: providers.connect(name, accounts[name]).kinds if name in accounts else frozenset()
        for name in known
    }
