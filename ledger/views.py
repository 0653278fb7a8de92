"""What the pages, the API and reconciliation ask; read from the projections alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.paging import countable
from orders.model import OPEN, Action, Cleanup, Party, State

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One line of the list of orders. `title` is the items' names.

    `offering` is that of its first item, or the bundle that this is a part of.

    `expected_at` (P50) and `due_at` are the promise in force, `promised_at` the first one.
    `deadline` is the first of what is awaited, `approval_role` whose approval; both may be None.
    """

    id: str
    agency: str
    orderer: str
    external_id: str
    title: str
    offering: str
    state: State
    turn: Party | None
    placed_at: datetime
    promised_at: datetime
    ended_at: datetime | None
    version: int
    placed_by: str
    changed_at: datetime
    expected_at: datetime | None
    due_at: datetime
    jeopardy: float | None
    assigned: str
    approval_role: str | None
    deadline: datetime | None
    monthly_price: int | None
    survey: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item that has, or is to have, a resource at its provider.

    `owner` ordered it. `expires_at` is of what stands and nothing is changing.
    """

    instance: str
    order: str
    item: str
    agency: str
    name: str
    kind: str
    region: str
    state: State
    resource_id: str | None
    parameters: Mapping[str, Any]
    answers: Mapping[str, Any]
    attempt: int
    offering: str
    owner: str
    cleanup: Cleanup | None
    expires_at: datetime | None
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which orders; None leaves that open."""

    agency: str | None = None
    external_id: str | None = None
    state: State | None = None

    def conditions(self) -> Iterator[sa.ColumnElement[bool]]:
        columns = tables.orders.c
        if not storable(self.agency, self.external_id):
            yield sa.false()
            return
        if self.agency is not None:
            yield columns.agency == self.agency
        if self.external_id is not None:
            yield columns.external_id == self.external_id
        if self.state is not None:
            yield columns.state == self.state.value


def orders(connection: sa.Connection, wanted: Filter, limit: int, offset: int) -> list[OrderRow]:
    columns = tables.orders.c
    query = (
        sa.select(tables.orders)
        .where(*wanted.conditions())
        .order_by(columns.placed_at.desc(), columns.id.desc())
        .limit(countable(limit))
        .offset(countable(offset))
    )
    return [order_of(row) for row in connection.execute(query)]


def count(connection: sa.Connection, wanted: Filter) -> int:
    query = sa.select(sa.func.count()).select_from(tables.orders).where(*wanted.conditions())
    return connection.execute(query).scalar_one()


def order_row(connection: sa.Connection, order: str) -> OrderRow | None:
    if not storable(order):
        return None
    query = sa.select(tables.orders).where(tables.orders.c.id == order)
    row = connection.execute(query).one_or_none()
    return order_of(row) if row else None


def wanted(
    connection: sa.Connection,
    provider: str,
    account: str,
    region: str | None,
) -> Iterator[Wanted]:
    """Sorted by instance as Python sorts text; a few hundred rows in memory at a time."""
    query = _at(provider, account).where(_exists())
    if region is not None:
        query = query.where(tables.items.c.region == region)
    with connection.execute(query.execution_options(yield_per=CHUNK)) as rows:
        yield from map(_wanted, rows)


def items_on(
    connection: sa.Connection, provider: str, account: str, instance: str
) -> tuple[list[Wanted], Wanted | None]:
    """Those of one instance that `wanted` tells, and the last one of all that ever was."""
    if not storable(instance):
        return [], None
    query = _at(provider, account).where(tables.items.c.instance == instance)
    ever = [_wanted(row) for row in connection.execute(query)]
    now = [_wanted(row) for row in connection.execute(query.where(_exists()))]
    return now, ever[-1] if ever else None


def _at(provider: str, account: str) -> sa.Select[*tuple[Any, ...]]:
    items, things = tables.items.c, tables.things.c
    stands = sa.and_(
        things.instance == items.instance,
        things.order_id == items.order_id,
        things.item_id == items.item_id,
    )
    ends = sa.case((things.changing.is_(None), things.expires_at)).label("expires_at")
    return (
        sa.select(tables.items, tables.orders.c.agency, tables.orders.c.orderer, ends)
        .join(tables.orders, tables.orders.c.id == items.order_id)
        .outerjoin(tables.things, stands)
        .where(items.provider == provider, items.account == account)
        .order_by(items.instance, items.order_id, items.item_id)
    )


def _exists() -> sa.ColumnElement[bool]:
    """What stands; what is at work; what an undelivered order left behind.

    A change that has not begun, or did not come about, says nothing: what stands answers.
    """
    items = tables.items.c
    provisions = items.action.in_([Action.PROVISION.value, Action.MOVE.value])
    is_open = items.state.in_(sorted(state.value for state in OPEN))
    left = sa.or_(items.resource_id.is_not(None), items.cleanup == Cleanup.MANUAL_REQUIRED.value)
    return sa.or_(
        tables.things.c.instance.is_not(None),
        sa.and_(is_open, sa.or_(provisions, items.stage.is_not(None))),
        sa.and_(provisions, items.state != State.COMPLETED.value, left),
    )


_PLAIN = [one.name for one in fields(OrderRow) if one.name not in {"state", "turn"}]


def order_of(row: sa.Row[Any]) -> OrderRow:
    """The line that a row of `orders` is."""
    told = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a public thing
    plain = {name: told[name] for name in _PLAIN}
    turn = Party(row.turn) if row.turn else None
    return OrderRow(state=State(row.state), turn=turn, **plain)


def _wanted(row: sa.Row[Any]) -> Wanted:
    return Wanted(
        instance=row.instance,
        order=row.order_id,
        item=row.item_id,
        agency=row.agency,
        name=row.name,
        kind=row.kind,
        region=row.region,
        state=State(row.state),
        resource_id=row.resource_id,
        parameters=json.loads(row.parameters),
        answers=json.loads(row.answers),
        attempt=row.attempt,
        offering=row.offering,
        owner=row.orderer,
        cleanup=Cleanup(row.cleanup) if row.cleanup else None,
        expires_at=row.expires_at,
        action=Action(row.action),
    )
