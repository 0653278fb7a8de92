"""A copy of the ledger in one file, and a ledger from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.ledger import CONSOLE, LedgerUrl, ledger_at, refusals, url_of
from ledger import restore_ledger

OSLO = ZoneInfo("Europe/Oslo")
BackupFile = Annotated[Path, typer.Argument(help="The file of the backup.")]
Spare = Annotated[
    int,
    typer.Option(
        min=0,
        help="How many order numbers to leave out: more than were placed since the backup.",
    ),
]


def back_up(file: BackupFile, url: LedgerUrl = "") -> None:
    """Copy the whole ledger to a new file. The house may go on working meanwhile.

    The file fits SQLite and PostgreSQL alike, and holds what the ledger holds: keep it as safe.
    """
    with ledger_at(url) as ledger:
        manifest = ledger.back_up(file, datetime.now(UTC))
    CONSOLE.print(f"{file}: {manifest.orders} orders, {file.stat().st_size:,} bytes")


def restore(file: BackupFile, url: LedgerUrl = "", spare: Spare = 1000) -> None:
    """Make a ledger from a backup, in an empty database. Stop the house first.

    Orders placed since the backup are not in it; what was made for them is still in the clouds, and
    reconciliation finds it there. Exit code 1 when the backup is refused or what it holds is not
    sound.
    """
    with refusals():
        ledger, manifest = restore_ledger(url_of(url), file, spare=spare)
        flaws = ledger.verify()
        ledger.close()
    made_at = manifest.made_at.astimezone(OSLO)
    CONSOLE.print(f"{manifest.orders} orders, as they were on {made_at:%Y-%m-%d at %H:%M:%S}.")
    for flaw in flaws:
        CONSOLE.print(f"order {flaw.order}, version {flaw.version}: {flaw.reason}")
    CONSOLE.print("The ledger is sound." if not flaws else f"{len(flaws)} flaws found.")
    raise typer.Exit(1 if flaws else 0)
