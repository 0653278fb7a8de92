"""Cases of an event log: when each began and ended, and how it began."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from leadtime.eventlog import Row


@dataclass(frozen=True, slots=True)
class Case:
    """One run from first to last event. `ended` is None while it is open."""

    name: str
    started: datetime
    ended: datetime | None
    activity: str  # the first: the only one known when it starts


def cases(rows: Iterable[Row]) -> list[Case]:
    """Every case of a log as ended with its last event, in order of start.

    Rows may come in any order: of equal times the earlier row came first.
    """
    first: dict[str, Row] = {}
    last: dict[str, datetime] = {}
    for row in rows:
        known = first.get(row.case)
        if known is None or row.at < known.at:
            first[row.case] = row
        last[row.case] = max(row.at, last.get(row.case, row.at))
    found = (Case(name, row.at, last[name], row.activity) for name, row in first.items())
    return sorted(found, key=lambda case: (case.started, first[case.name].number))
