"""How long items took and take: the history that promises are learned from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.database import Database
from ledger.paging import Mark, beyond
from orders.clocks import Span
from orders.model import OPEN, Action, Party, Stage, State

CHUNK = 500
_ITEMS, _ORDERS = tables.items.c, tables.orders.c
# What was there already took no time: it teaches nothing, and nothing was promised.
_COUNTS = _ITEMS.action != Action.ADOPT.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One item of one order. `approval_path` is empty, or its steps joined by a plus.

    Of an open one `ended_at` is None and `spans` is empty; it is in its state, and stage, since
    `changed_at` at the latest. `promised_at` is the first promise, the one that is scored.
    """

    order: str
    item: str
    agency: str
    offering: str
    plan: str
    provider: str
    region: str
    action: Action
    approval_path: str
    placed_at: datetime
    promised_at: datetime
    state: State
    stage: Stage | None
    changed_at: datetime
    ended_at: datetime | None
    spans: Sequence[Span]

    @property
    def mark(self) -> Mark | None:
        """Where a stream of the finished goes on after this one."""
        return Mark(at=self.ended_at, id=self.order) if self.ended_at else None


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long one ended item took, lean: moments are seconds since 1970.

    `spans` are [label, side, start, end], the moments in ISO 8601.
    """

    order: str
    item: str
    agency: str
    offering: str
    provider: str
    action: str
    state: str
    placed: int
    promised: int
    ended: int
    spans: Sequence[tuple[str, str, str, str]]


class LeadTimes:
    """Streams; memory stays flat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def finished(self, since: Mark | None = None, agency: str | None = None) -> Iterator[Case]:
        """Those that have ended, in the order of their ends; with `since`, after that one.

        Items of one order that ended at the same moment are told together: `since` skips them all.
        """
        conditions: list[sa.ColumnElement[bool]] = [_COUNTS, _ITEMS.ended_at.is_not(None)]
        if since is not None:
            conditions.append(beyond((_ITEMS.ended_at, _ITEMS.order_id), since, descending=False))
        if agency is not None:
            conditions.append(_ORDERS.agency == agency)
        return self._cases(conditions, (_ITEMS.ended_at, _ITEMS.order_id, _ITEMS.item_id))

    def latest(self, count: int) -> Iterator[Case]:
        """The last `count` of each offering that have ended, in the order of their ends."""
        newest = (_ITEMS.ended_at.desc(), _ITEMS.order_id.desc(), _ITEMS.item_id.desc())
        place = sa.func.row_number().over(partition_by=_ITEMS.offering, order_by=newest)
        placed = (
            sa.select(_ITEMS.order_id, _ITEMS.item_id, place.label("place"))
            .where(_COUNTS, _ITEMS.ended_at.is_not(None))
            .subquery()
        )
        chosen = sa.select(placed.c.order_id, placed.c.item_id).where(placed.c.place <= count)
        conditions = [sa.tuple_(_ITEMS.order_id, _ITEMS.item_id).in_(chosen)]
        return self._cases(conditions, (_ITEMS.ended_at, _ITEMS.order_id, _ITEMS.item_id))

    def lasted(self, since: datetime | None = None) -> Iterator[Lasted]:
        """Every item that has ended, or has since then, in the order of ends.

        A hundred thousand in a few seconds.
        """
        moments = (_ORDERS.placed_at, _ORDERS.promised_at, _ITEMS.ended_at)
        query = (
            sa.select(_ITEMS.order_id, _ITEMS.item_id, _ORDERS.agency, _ITEMS.offering)
            .add_columns(_ITEMS.provider, _ITEMS.action, _ITEMS.state)
            .add_columns(*(sa.cast(sa.extract("epoch", one), sa.BigInteger) for one in moments))
            .add_columns(_ITEMS.spans)
            .join(tables.orders, _ORDERS.id == _ITEMS.order_id)
            .where(_COUNTS, _ITEMS.ended_at.is_not(None))
            .order_by(_ITEMS.ended_at, _ITEMS.order_id, _ITEMS.item_id)
            .execution_options(yield_per=CHUNK)
        )
        if since is not None:
            query = query.where(_ITEMS.ended_at >= since)
        with self._database.reading() as connection, connection.execute(query) as rows:
            for row in rows:
                *told, spans = row
                yield Lasted(*told, json.loads(spans or "[]"))  # type: ignore[call-arg]  # as many columns as fields

    def overdue(self, now: datetime) -> int:
        """How many open orders are past their first promise."""
        mine = sa.exists().where(_ITEMS.order_id == _ORDERS.id, _COUNTS)
        late = sa.and_(_ORDERS.ended_at.is_(None), _ORDERS.promised_at < now, mine)
        query = sa.select(sa.func.count()).select_from(tables.orders).where(late)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def by_state(self) -> dict[State, int]:
        """How many orders there are of each state, ended ones too."""
        query = sa.select(_ORDERS.state, sa.func.count()).group_by(_ORDERS.state)
        with self._database.reading() as connection:
            return {State(state): count for state, count in connection.execute(query)}

    def unfinished(self, agency: str | None = None) -> Iterator[Case]:
        """Those that are open, by their order's age."""
        still_open = _ITEMS.state.in_(sorted(state.value for state in OPEN))
        conditions: list[sa.ColumnElement[bool]] = [_COUNTS, still_open]
        if agency is not None:
            conditions.append(_ORDERS.agency == agency)
        return self._cases(conditions, (_ORDERS.placed_at, _ITEMS.order_id, _ITEMS.item_id))

    def _cases(
        self,
        conditions: Sequence[sa.ColumnElement[bool]],
        order: Sequence[sa.ColumnElement[Any]],
    ) -> Iterator[Case]:
        query = (
            sa.select(tables.items, _ORDERS.agency, _ORDERS.placed_at, _ORDERS.promised_at)
            .add_columns(_ORDERS.approval_path)
            .join(tables.orders, _ORDERS.id == _ITEMS.order_id)
            .where(*conditions)
            .order_by(*order)
            .execution_options(yield_per=CHUNK)
        )
        with self._database.reading() as connection, connection.execute(query) as rows:
            yield from map(_case, rows)


def _case(row: sa.Row[Any]) -> Case:
    return Case(
        order=row.order_id,
        item=row.item_id,
        agency=row.agency,
        offering=row.offering,
        plan=row.plan,
        provider=row.provider,
        region=row.region,
        action=Action(row.action),
        approval_path=row.approval_path,
        placed_at=row.placed_at,
        promised_at=row.promised_at,
        state=State(row.state),
        stage=Stage(row.stage) if row.stage else None,
        changed_at=row.changed_at,
        ended_at=row.ended_at,
        spans=_spans(row.spans),
    )


def _spans(text: str | None) -> tuple[Span, ...]:
    return tuple(
        Span(
            label=label,
            side=Party(side),
            start=datetime.fromisoformat(start),
            end=datetime.fromisoformat(end),
        )
        for label, side, start, end in json.loads(text or "[]")
    )
