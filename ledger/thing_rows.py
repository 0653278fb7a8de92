"""Keeps `things` in step with the orders, in the transaction that appends their events.

An order that changes a thing takes it (`changing`) when it is placed and gives it back when it
ends. The row itself decides between two such orders: of two updates one finds it taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.projection import thing_row
from ledger.upsert import INSERT
from orders.errors import AlreadyChanging, NoSuchThing, StaleThing
from orders.events import LedgerEvent
from orders.model import ENDS, MAKES, Action, Order, OrderItem, State
from orders.moving import switched

_THINGS = tables.things.c


def project(
    connection: sa.Connection, before: Order | None, after: Order, history: Sequence[LedgerEvent]
) -> None:
    """Raises NoSuchThing, StaleThing or AlreadyChanging for a change that cannot be now."""
    # By instance, so that two orders about the same two things take them in the same order.
    for item in sorted(after.items.values(), key=lambda one: one.instance):
        old = before.items[item.id] if before is not None else None
        if item is old:
            continue
        if old is None and item.action not in {*MAKES, Action.MOVE}:
            _take(connection, after, item)
        if switched(item) != (old is not None and switched(old)):
            _switch(connection, after, item, history)
        if item.state in ENDS:
            if old is None or old.state not in ENDS:
                _settle(connection, after, item, history)
            elif old.expires_at != item.expires_at:
                _extend(connection, after, item)


def _switch(
    connection: sa.Connection, order: Order, item: OrderItem, history: Sequence[LedgerEvent]
) -> None:
    """A move's new one is there as soon as it is in use, and goes when that is undone."""
    if switched(item):
        _put(connection, {**thing_row(order, item, history), "changing": order.id})
    else:
        mine = _THINGS.instance == item.instance, _THINGS.order_id == order.id
        connection.execute(sa.delete(tables.things).where(*mine))


def _put(connection: sa.Connection, row: dict[str, Any]) -> None:
    insert = INSERT[connection.dialect.name](tables.things).values(row)
    connection.execute(insert.on_conflict_do_update(index_elements=["instance"], set_=row))


def _take(connection: sa.Connection, order: Order, item: OrderItem) -> None:
    former = item.former
    as_seen = (
        _THINGS.agency == order.agency,
        _THINGS.changing.is_(None),
        _THINGS.order_id == (former.order if former else ""),
        _THINGS.item_id == (former.item if former else ""),
    )
    query = sa.update(tables.things).where(_THINGS.instance == item.instance, *as_seen)
    if not connection.execute(query.values(changing=order.id)).rowcount:
        raise _why_not(connection, order, item)


def _extend(connection: sa.Connection, order: Order, item: OrderItem) -> None:
    """`changing` or not is asked here, where no order can come in between."""
    as_seen = (
        _THINGS.changing.is_(None),
        _THINGS.order_id == order.id,
        _THINGS.item_id == item.id,
    )
    query = sa.update(tables.things).where(_THINGS.instance == item.instance, *as_seen)
    if not connection.execute(query.values(expires_at=item.expires_at)).rowcount:
        raise _why_not(connection, order, item)


def _why_not(
    connection: sa.Connection, order: Order, item: OrderItem
) -> NoSuchThing | StaleThing | AlreadyChanging:
    row = connection.execute(
        sa.select(tables.things).where(_THINGS.instance == item.instance),
    ).one_or_none()
    if row is None or row.agency != order.agency:
        return NoSuchThing(f"agency {order.agency} has nothing under {item.instance}")
    if row.changing is not None:
        return AlreadyChanging(item.name, row.changing)
    return StaleThing(
        f"order {row.order_id} has changed {item.name} since you looked: look again, then decide",
    )


def _settle(
    connection: sa.Connection, order: Order, item: OrderItem, history: Sequence[LedgerEvent]
) -> None:
    mine = _THINGS.instance == item.instance
    completed = item.state is State.COMPLETED
    row: dict[str, Any] = {**thing_row(order, item, history), "changing": None}
    match item.action:
        case Action.PROVISION | Action.MOVE | Action.ADOPT if completed:
            _put(connection, row)
        case Action.MODIFY if completed:
            changed = {
                name: row[name] for name in ("order_id", "item_id", "expires_at", "changing")
            }
            connection.execute(sa.update(tables.things).where(mine).values(changed))
        case Action.TERMINATE if completed:
            connection.execute(sa.delete(tables.things).where(mine))
        case Action.MODIFY | Action.TERMINATE:
            taken = sa.update(tables.things).where(mine, _THINGS.changing == order.id)
            connection.execute(taken.values(changing=None))
        case _:
            pass
