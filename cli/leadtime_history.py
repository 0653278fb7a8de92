"""History of an old system: imported, listed and forgotten."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from cli.leadtime_refusals import refusals
from cli.ledger import CONSOLE, LedgerUrl, ledger_at
from leadtime.eventlog import Columns, Row, rows
from leadtime.xes import xes_rows
from ledger.old_orders import OldEvent, OldLog

XES = (".xes", ".xes.gz")
Named = Annotated[str, typer.Option("--name", help="What to call it; usually the file's name.")]
Zone = Annotated[str, typer.Option("--zone", help="Of times that name none.")]
EndsWith = Annotated[
    list[str] | None,
    typer.Option(help="An activity that ends a case; usually its last event does."),
]


def import_log(  # noqa: PLR0913, PLR0917 - a command's switches
    log: Annotated[Path, typer.Argument(help="An event log: CSV or XES, gzip or plain.")],
    offering: Annotated[str, typer.Option(help="Which offering its cases were orders of.")],
    provider: Annotated[str, typer.Option(help="Where, if all were at one place.")] = "",
    plan: Annotated[str, typer.Option(help="Which size, if all were of one.")] = "",
    case: Annotated[str, typer.Option(help="The column that names the case.")] = "CaseID",
    activity: Annotated[str, typer.Option(help="The column of what happened.")] = "ActivityID",
    timestamp: Annotated[str, typer.Option(help="The column of when.")] = "CompleteTimestamp",
    ends_with: EndsWith = None,
    name: Named = "",
    zone: Zone = "Europe/Oslo",
    url: LedgerUrl = "",
) -> None:
    """Let promises learn from an old system's event log, from the first day.

    Read row by row, in any order of rows; all of it is taken or nothing. With --ends-with, cases
    without such an activity have no end, and are left out. What is imported is marked as such where
    promises tell what they rest on. Exit code 1 when the log is refused.
    """
    called = name or log.name
    ends = frozenset(ends_with or ())
    with refusals(), ledger_at(url, make=True) as ledger:
        found = _read(log, Columns(case, activity, timestamp), _zone(zone))
        events = (_event(row, ends) for row in found)
        about = OldLog(
            name=called,
            offering=offering,
            provider=provider,
            plan=plan,
            by=f"cli:{getpass.getuser()}",
            imported_at=datetime.now(UTC),
        )
        taken = ledger.old_orders.take(about, events)
    CONSOLE.print(f"{taken.name}: {taken.cases} cases that ended, taken for orders of {offering}")


def list_logs(url: LedgerUrl = "") -> None:
    """The logs that are imported."""
    with ledger_at(url) as ledger:
        for log in ledger.old_orders.logs():
            CONSOLE.print(
                f"{log.name}: {log.cases} cases of {log.offering}, "
                f"imported {log.imported_at:%Y-%m-%d} by {log.by}"
            )


def forget_log(log: str, url: LedgerUrl = "") -> None:
    """Remove an imported log, so that no promise rests on it any more."""
    with ledger_at(url) as ledger:
        found = ledger.old_orders.forget(log)
    CONSOLE.print(f"{log} is forgotten" if found else f"no log is called {log}")
    raise typer.Exit(0 if found else 1)


def _read(log: Path, columns: Columns, zone: ZoneInfo) -> Iterator[Row]:
    return xes_rows(log, zone) if log.name.endswith(XES) else rows(log, columns, zone)


def _event(row: Row, ends: frozenset[str]) -> OldEvent:
    return OldEvent(case=row.case, at=row.at, ends=not ends or row.activity in ends)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(f"no time zone is called {name!r}", param_hint="--zone") from None
