"""The command `grunnmur`."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console

from cli import embedded
from cli.home import Home, home_folder
from ledger import open_ledger
from ledger.errors import LedgerError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ledger_app = typer.Typer(no_args_is_help=True, help="Look into the ledger.")
app.add_typer(ledger_app, name="ledger")

LedgerUrl = Annotated[
    str,
    typer.Option("--url", envvar="GRUNNMUR_LEDGER_URL", help="Default: the embedded ledger."),
]


@app.callback()
def about() -> None:
    """Grunnmur: orders, their delivery, and how long it took."""


@app.command()
def up() -> None:
    """Run the whole product on this machine until Ctrl-C."""
    raise typer.Exit(embedded.up(os.environ, Console(highlight=False, soft_wrap=True)))


@ledger_app.command()
def verify(url: LedgerUrl = "") -> None:
    """Check every event's hash, and that what the pages read agrees with the events."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        flaws = open_ledger(url or Home(home_folder(os.environ)).ledger_url).verify()
    except LedgerError as error:
        console.print(str(error), style="red")
        raise typer.Exit(1) from error
    for flaw in flaws:
        console.print(f"order {flaw.order}, version {flaw.version}: {flaw.reason}")
    console.print("The ledger is sound." if not flaws else f"{len(flaws)} flaws found.")
    raise typer.Exit(1 if flaws else 0)
