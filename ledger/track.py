"""What has come of what was ordered of one offering, and who has it now. Of any offering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import decode, storable
from ledger.database import Database
from orders.events import SurveyAnswered
from orders.model import Action, State

LATEST = 200  # deliveries whose times are told
SAID = 10  # answers to the survey whose words are told

_ITEMS, _ORDERS, _THINGS, _LEDGER = (
    table.c for table in (tables.items, tables.orders, tables.things, tables.ledger)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One that was delivered: when it was ordered, first promised, and there."""

    placed_at: datetime
    promised_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`deliveries` are the latest; `scores` the answers to the survey, 1 to 5, of those orders."""

    by_state: Mapping[State, int]
    deliveries: Sequence[Delivery]
    scores: Sequence[int]
    said: Sequence[tuple[int, str]]

    @property
    def delivered(self) -> int:
        return self.by_state.get(State.COMPLETED, 0)

    @property
    def failed(self) -> int:
        return self.by_state.get(State.FAILED, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An agency, how many it has of the offering, and how many it has open orders of."""

    agency: str
    things: int
    orders: int


class Track:
    """Reads, and never writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outcome(self, offering: str, since: datetime) -> Outcome:
        """What was ordered new of it, ended since then or still open."""
        if not storable(offering):
            return Outcome(by_state={}, deliveries=(), scores=(), said=())
        mine = _ITEMS.offering == offering, _ITEMS.action == Action.PROVISION.value
        recent = sa.or_(_ITEMS.ended_at.is_(None), _ITEMS.ended_at >= since)
        counted = (
            sa.select(_ITEMS.state, sa.func.count().label("number"))
            .where(*mine, recent)
            .group_by(_ITEMS.state)
        )
        latest = (
            sa.select(_ORDERS.id, _ORDERS.placed_at, _ORDERS.promised_at, _ORDERS.survey)
            .add_columns(_ITEMS.ended_at, _ITEMS.state)
            .join_from(tables.items, tables.orders, _ORDERS.id == _ITEMS.order_id)
            .where(*mine, _ITEMS.ended_at >= since)
            .order_by(_ITEMS.ended_at.desc())
            .limit(LATEST)
        )
        with self._database.reading() as connection:
            states = {State(row.state): row.number for row in connection.execute(counted)}
            rows = connection.execute(latest).all()
            answered = [row for row in rows if row.survey is not None]
            said = _said(connection, [row.id for row in answered[:SAID]])
        return Outcome(
            by_state=states,
            deliveries=[_delivery(row) for row in rows if row.state == State.COMPLETED.value],
            scores=[row.survey for row in answered],
            said=said,
        )

    def holders(self, offering: str) -> list[Holder]:
        """Who would notice if it were no longer there, by agency."""
        if not storable(offering):
            return []
        have = (
            sa.select(_THINGS.agency, sa.func.count().label("number"))
            .where(_THINGS.offering == offering)
            .group_by(_THINGS.agency)
        )
        await_ = (
            sa.select(_ORDERS.agency, sa.func.count(_ORDERS.id.distinct()).label("number"))
            .join_from(tables.items, tables.orders, _ORDERS.id == _ITEMS.order_id)
            .where(_ITEMS.offering == offering, _ITEMS.ended_at.is_(None))
            .group_by(_ORDERS.agency)
        )
        with self._database.reading() as connection:
            things = {row.agency: row.number for row in connection.execute(have)}
            orders = {row.agency: row.number for row in connection.execute(await_)}
        return [
            Holder(agency=one, things=things.get(one, 0), orders=orders.get(one, 0))
            for one in sorted(things.keys() | orders.keys())
        ]


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(placed_at=row.placed_at, promised_at=row.promised_at, ended_at=row.ended_at)


def _said(connection: sa.Connection, orders: Sequence[str]) -> list[tuple[int, str]]:
    """Score and words of those who wrote some."""
    query = sa.select(tables.ledger).where(
        _LEDGER.order_id.in_(orders), _LEDGER.kind == sa.literal_column("'SurveyAnswered'")
    )
    events = [decode(row.kind, row.body) for row in connection.execute(query)] if orders else []
    answers = [one for one in events if isinstance(one, SurveyAnswered)]
    return [(one.score, one.text) for one in answers if one.text]
