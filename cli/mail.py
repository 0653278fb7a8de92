"""E-mails that could not be sent: which, why, and once more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.ledger import CONSOLE, LedgerUrl, ledger_at

app = typer.Typer(no_args_is_help=True, help="Look at e-mails that were given up; try them again.")


@app.command("list")
def list_mails(url: LedgerUrl = "") -> None:
    """How many wait to be sent, and those that were given up, with the reason."""
    with ledger_at(url) as ledger:
        waiting, lost = ledger.mails.waiting(), ledger.mails.given_up()
    CONSOLE.print(f"{waiting} waiting to be sent, {len(lost)} given up.")
    for one in lost:
        CONSOLE.print(f"{one.key}\n  {one.subject}\n  {one.trouble}", markup=False)


@app.command()
def again(
    key: Annotated[str, typer.Argument(help="As `grunnmur mail list` names it.")],
    url: LedgerUrl = "",
) -> None:
    """Try one that was given up once more."""
    with ledger_at(url) as ledger:
        found = ledger.mails.again(key, datetime.now(UTC))
    CONSOLE.print("It is tried again now." if found else f"No mail was given up as {key!r}.")
    raise typer.Exit(0 if found else 1)
