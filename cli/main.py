"""The command `grunnmur`."""

from __future__ import annotations

import os

import typer
from rich.console import Console

from cli import backup, catalog, embedded, leadtime, mail, order, remote, rightcloud, thing
from cli.ledger import CONSOLE, LedgerUrl, ledger_at

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
ledger_app = typer.Typer(no_args_is_help=True, help="Look into the ledger.")
app.add_typer(ledger_app, name="ledger")
app.add_typer(order.app, name="order")
app.add_typer(remote.app, name="remote")
app.add_typer(catalog.app, name="catalog")
app.add_typer(thing.app, name="thing")
app.add_typer(rightcloud.app, name="rightcloud")
app.add_typer(leadtime.app, name="leadtime")
app.add_typer(mail.app, name="mail")


@app.callback()
def about() -> None:
    """Grunnmur: orders, their delivery, and how long it took."""


@app.command()
def up() -> None:
    """Run the whole product on this machine until Ctrl-C."""
    raise typer.Exit(embedded.up(os.environ, Console(highlight=False, soft_wrap=True)))


app.command("backup")(backup.back_up)
app.command("restore")(backup.restore)


@ledger_app.command()
def verify(url: LedgerUrl = "") -> None:
    """Check every event's hash, and that what the pages read agrees with the events."""
    with ledger_at(url) as ledger:
        flaws = list(ledger.verify())
    for flaw in flaws:
        CONSOLE.print(f"order {flaw.order}, version {flaw.version}: {flaw.reason}")
    CONSOLE.print("The ledger is sound." if not flaws else f"{len(flaws)} flaws found.")
    raise typer.Exit(1 if flaws else 0)
