"""The open orders as operators and approvers look at them, and how many there are of each sort.

Every list reads one page, from an index of the open orders alone: it takes as long with a million
ended ones as with none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from ledger.paging import LARGEST, Mark, beyond, bounded
from ledger.views import OrderRow, order_of
from orders.model import Party, State

_ORDERS = tables.orders.c
_AGE = (_ORDERS.placed_at, _ORDERS.id)
_OPEN = _ORDERS.ended_at.is_(None)
PAGE = 50


class DeskWish(TypedDict, total=False):
    """Which open orders; what is left out, or None, leaves that open.

    `assigned` is a person, empty for orders that nobody looks after. `after` is the last row of
    the page before this.
    """

    turn: Party | None
    state: State | None
    agency: str | None
    offering: str | None
    assigned: str | None
    jeopardy: bool
    after: Mark | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many open orders there are, of each state, in jeopardy and without a person."""

    by_state: Mapping[State, int]
    jeopardy: int
    unassigned: int

    @property
    def whole(self) -> int:
        return sum(self.by_state.values())


class Desk:
    """Open orders, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def orders(self, **wanted: Unpack[DeskWish]) -> list[OrderRow]:
        return self._page(*_conditions(wanted), limit=wanted.get("limit", PAGE))

    def approvals(
        self,
        agency: str | None = None,
        role: str | None = None,
        *,
        after: Mark | None = None,
        limit: int = PAGE,
    ) -> list[OrderRow]:
        """What awaits an approval: in one agency, of one role."""
        if not storable(agency, role):
            return []
        named = [(_ORDERS.agency, agency), (_ORDERS.approval_role, role)]
        also = [column == value for column, value in named if value is not None]
        if after is not None:
            also.append(beyond(_AGE, after, descending=False))
        return self._page(_ORDERS.approval_role.is_not(None), *also, limit=limit)

    def ended(self, since: datetime, limit: int = LARGEST) -> list[OrderRow]:
        """What has ended since then, the latest first."""
        query = sa.select(tables.orders).where(_ORDERS.ended_at.is_not(None))
        query = query.where(_ORDERS.ended_at >= since)
        query = query.order_by(_ORDERS.ended_at.desc(), _ORDERS.id.desc()).limit(bounded(limit))
        with self._database.reading() as connection:
            return [order_of(row) for row in connection.execute(query)]

    def unhappy(self, after: Mark | None = None, limit: int = PAGE) -> list[OrderRow]:
        """Orders with a low answer to the survey that nobody has done anything about."""
        also = [] if after is None else [beyond(_AGE, after, descending=False)]
        return self._page(_ORDERS.unhappy, *also, limit=limit)

    def count_unhappy(self) -> int:
        query = sa.select(sa.func.count()).select_from(tables.orders).where(_ORDERS.unhappy)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def listed(
        self,
        agency: str | None = None,
        state: State | None = None,
        *,
        after: Mark | None = None,
        limit: int = PAGE,
    ) -> list[OrderRow]:
        """Ended ones too, newest first: the list of an agency, or of all."""
        named = [(_ORDERS.agency, agency), (_ORDERS.state, state.value if state else None)]
        conditions = [column == value for column, value in named if value is not None]
        if after is not None:
            conditions.append(beyond(_AGE, after, descending=True))
        newest = [column.desc() for column in _AGE]
        query = sa.select(tables.orders).where(*conditions).order_by(*newest).limit(bounded(limit))
        if not storable(agency):
            return []
        with self._database.reading() as connection:
            return [order_of(row) for row in connection.execute(query)]

    def tally(self, agency: str | None = None) -> Tally:
        """Of one agency or of all."""
        mine = [] if agency is None else [_ORDERS.agency == agency]
        query = (
            sa.select(_ORDERS.state, sa.func.count().label("number"))
            .add_columns(sa.func.count(_ORDERS.jeopardy).label("jeopardy"))
            .add_columns(sa.func.sum(sa.case((_ORDERS.assigned == "", 1), else_=0)).label("free"))
            .where(_OPEN, *mine)
            .group_by(_ORDERS.state)
        )
        if not storable(agency):
            return Tally(by_state={}, jeopardy=0, unassigned=0)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return Tally(
            by_state={State(row.state): row.number for row in rows},
            jeopardy=sum(row.jeopardy for row in rows),
            unassigned=sum(row.free for row in rows),
        )

    def _page(self, *conditions: sa.ColumnElement[bool], limit: int) -> list[OrderRow]:
        query = sa.select(tables.orders).where(*conditions).order_by(*_AGE).limit(bounded(limit))
        with self._database.reading() as connection:
            return [order_of(row) for row in connection.execute(query)]


def mark(row: OrderRow) -> Mark:
    """Where a list that is sorted by age goes on after `row`."""
    return Mark(at=row.placed_at, id=row.id)


def _conditions(wanted: DeskWish) -> Iterator[sa.ColumnElement[bool]]:
    turn, state = wanted.get("turn"), wanted.get("state")
    named = [
        (_ORDERS.turn, turn.value if turn else None),
        (_ORDERS.state, state.value if state else None),
        (_ORDERS.agency, wanted.get("agency")),
        (_ORDERS.offering, wanted.get("offering")),
        (_ORDERS.assigned, wanted.get("assigned")),
    ]
    if not storable(*(value for _, value in named)):
        yield sa.false()
        return
    yield from (column == value for column, value in named if value is not None)
    # Only open orders are in jeopardy: saying both would hide the index from SQLite.
    yield _ORDERS.jeopardy.is_not(None) if wanted.get("jeopardy") else _OPEN
    if (after := wanted.get("after")) is not None:
        yield beyond(_AGE, after, descending=False)
