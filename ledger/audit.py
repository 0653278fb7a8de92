"""Who did what, when and why: the ledger's own entries, for people and for export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa

from ledger import tables
from ledger.codec import decode, storable
from ledger.database import Database
from orders.events import LedgerEvent

CHUNK = 500
FEW = 1000  # orders; of an agency with more, one in a few entries along the time is theirs
_LEDGER = tables.ledger.c
# Not a join: SQLite would begin with the orders, and gather and sort all that an agency ever had.
_AGENCY = (
    sa.select(tables.orders.c.agency)
    .where(tables.orders.c.id == _LEDGER.order_id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger. `hash` is that of the line, which the next one of the order names."""

    order: str
    version: int
    agency: str
    event: LedgerEvent
    hash: str

    @property
    def kind(self) -> str:
        return type(self.event).__name__


class AuditWish(TypedDict, total=False):
    """Which entries; None leaves that open. From `since` on, and before `until`."""

    since: datetime | None
    until: datetime | None
    agency: str | None
    by: str | None
    kind: str | None
    order: str | None


class Audit:
    """Reads, and never writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self, **wanted: Unpack[AuditWish]) -> Iterator[Entry]:
        """In the order of time, streamed; memory stays flat however many there are."""
        query = (
            sa.select(tables.ledger, _AGENCY.label("agency"))
            .where(*_conditions(wanted))
            .order_by(_LEDGER.at, _LEDGER.order_id, _LEDGER.version)
            .execution_options(yield_per=CHUNK)
        )
        agency = wanted.get("agency")
        with self._database.reading() as connection:
            if agency is not None and (few := _few(connection, agency)) is not None:
                query = query.where(_LEDGER.order_id.in_(few))
            with connection.execute(query) as rows:
                yield from map(_entry, rows)

    def timeline(self, order: str) -> list[Entry]:
        """All of one order, as it was written; empty when there is no such order."""
        if not storable(order):
            return []
        query = (
            sa.select(tables.ledger, _AGENCY.label("agency"))
            .where(_LEDGER.order_id == order)
            .order_by(_LEDGER.version)
        )
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]


def _few(connection: sa.Connection, agency: str) -> Sequence[str] | None:
    """The orders of an agency with few: theirs are found by their numbers, not along the time."""
    if not storable(agency):
        return []
    mine = sa.select(tables.orders.c.id).where(tables.orders.c.agency == agency).limit(FEW + 1)
    found = connection.execute(mine).scalars().all()
    return found if len(found) <= FEW else None


def _conditions(wanted: AuditWish) -> Iterator[sa.ColumnElement[bool]]:
    named = [
        (_AGENCY, wanted.get("agency")),
        (_LEDGER.actor, wanted.get("by")),
        (_LEDGER.kind, wanted.get("kind")),
        (_LEDGER.order_id, wanted.get("order")),
    ]
    if not storable(*(value for _, value in named)):
        yield sa.false()
        return
    yield from (column == value for column, value in named if value is not None)
    if (since := wanted.get("since")) is not None:
        yield _LEDGER.at >= _text(since)
    if (until := wanted.get("until")) is not None:
        yield _LEDGER.at < _text(until)


def _text(at: datetime) -> str:
    """As the ledger writes it: such texts are sorted as the moments are."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        order=row.order_id,
        version=row.version,
        agency=row.agency,
        event=decode(row.kind, row.body),
        hash=row.hash,
    )
