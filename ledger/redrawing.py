"""Draws the projections anew from the events: after a step of the schema that changed them.

A step changes tables only; what stands in them is always computed by the code of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import sqlalchemy as sa

from ledger import tables, thing_rows
from ledger.codec import decode
from ledger.projection import item_row, order_row
from orders.events import LedgerEvent
from orders.lifecycle import evolve
from orders.model import Order

CHUNK = 200


def redraw(connection: sa.Connection) -> None:
    """Memory stays flat; ten thousand orders take some ten seconds."""
    connection.execute(sa.delete(tables.things))
    orders = tables.orders.c
    # As they were placed: what changes a thing comes after what made it.
    ids = sa.select(orders.id).order_by(orders.placed_at, sa.func.length(orders.id), orders.id)
    wanted = iter(connection.execute(ids).scalars().all())
    while chunk := list(islice(wanted, CHUNK)):
        for order in chunk:
            _redraw(connection, order)


def _redraw(connection: sa.Connection, order_id: str) -> None:
    ledger, orders, items = tables.ledger.c, tables.orders, tables.items
    query = sa.select(ledger.kind, ledger.body).where(ledger.order_id == order_id)
    rows = connection.execute(query.order_by(ledger.version)).all()
    history = [decode(row.kind, row.body) for row in rows]
    order = _things(connection, history)
    if order is None:
        return
    row = order_row(order, history)
    connection.execute(sa.update(orders).where(orders.c.id == order_id).values(row))
    for item in order.items.values():
        mine = (items.c.order_id == order_id, items.c.item_id == item.id)
        row = item_row(order, item, history)
        connection.execute(sa.update(items).where(*mine).values(row))


def _things(connection: sa.Connection, history: Sequence[LedgerEvent]) -> Order | None:
    """The order, its things drawn event by event as they were."""
    order: Order | None = None
    for number, event in enumerate(history, 1):
        after = evolve(order, event)
        thing_rows.project(connection, order, after, history[:number])
        order = after
    return order
