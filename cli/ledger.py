"""Which ledger a command speaks of, and what the terminal says when it cannot be had."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from rich.console import Console

from cli.home import Home, home_folder
from ledger import LedgerError, SqlLedger, open_ledger
from orders.errors import OrderError

LedgerUrl = Annotated[
    str,
    typer.Option("--url", envvar="GRUNNMUR_LEDGER_URL", help="Default: the embedded ledger."),
]
CONSOLE = Console(highlight=False, soft_wrap=True, markup=False)


@contextmanager
def ledger_at(url: str, *, make: bool = False) -> Generator[SqlLedger]:
    """The ledger that is there; what it or an order refuses is one sentence and exit code 1.

    With `make` a new one where there is none.
    """
    with refusals(), closing(open_ledger(url_of(url), make=make)) as ledger:
        yield ledger


@contextmanager
def refusals() -> Generator[None]:
    """What the ledger or an order refuses is one sentence and exit code 1."""
    try:
        yield
    except (LedgerError, OrderError) as error:
        said = str(error) or "no order has this number: `grunnmur order list` shows them"
        CONSOLE.print(said, style="red")
        raise typer.Exit(1) from error


def url_of(url: str) -> str:
    """The address given, else the embedded ledger's."""
    return url or Home(home_folder(os.environ)).ledger_url
