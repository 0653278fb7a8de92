"""The append-only record itself: add events, read them back. Each function is given a connection.

One append is: read the order's events, move its `orders` row from the expected version to the
new one, update the items that changed and, at an end, `things`; insert the events and a line for
each program that listens; on PostgreSQL also NOTIFY. That is five to seven statements and a
commit. Loading an order of ten events and appending one takes some 2 ms of one core with SQLite;
an item's end, which also says where its time went, twice that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ledger import hub, tables, thing_rows
from ledger.chain import FIRST, row_hash
from ledger.codec import decode, encode, said, storable
from ledger.projection import Row, item_row, order_row
from ledger.upsert import inserted
from orders.errors import DuplicateExternalId, StaleOrder, UnknownOrder
from orders.events import LedgerEvent
from orders.lifecycle import evolve
from orders.model import Order
from orders.ports import Earlier

CHANNEL = "grunnmur"
FIRST_NUMBER = 1001

# An order and the events that made it so.
_Told = tuple[Order, Sequence[LedgerEvent]]

# Built once: to build a statement takes longer than SQLite takes to run it.
_COUNT = (
    sa.update(tables.counters)
    .where(tables.counters.c.name == "order")
    .values(value=tables.counters.c.value + 1)
    .returning(tables.counters.c.value)
)
_PAST = (
    sa.select(*(tables.ledger.c[name] for name in ("version", "kind", "body", "hash")))
    .where(tables.ledger.c.order_id == sa.bindparam("order"))
    .order_by(tables.ledger.c.version)
)
_PASTS = (
    sa.select(*(tables.ledger.c[name] for name in ("order_id", "kind", "body")))
    .where(tables.ledger.c.order_id.in_(sa.bindparam("orders", expanding=True)))
    .order_by(tables.ledger.c.order_id, tables.ledger.c.version)
)
_MOVE = sa.update(tables.orders).where(
    tables.orders.c.id == sa.bindparam("order"),
    tables.orders.c.version == sa.bindparam("from_version"),
)
_CHANGE_ITEM = sa.update(tables.items).where(
    tables.items.c.order_id == sa.bindparam("order"),
    tables.items.c.item_id == sa.bindparam("item"),
)
_NOTIFY = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("order")))


def next_number(connection: sa.Connection) -> str:
    return str(connection.execute(_COUNT).scalar_one())


def history(connection: sa.Connection, order: str) -> list[LedgerEvent]:
    found = _rows(connection, order) if storable(order) else ()
    if not found:
        raise UnknownOrder(f"there is no order {order!r}")
    return [decode(row.kind, row.body) for row in found]


def histories(
    connection: sa.Connection, orders: Collection[str]
) -> Mapping[str, Sequence[LedgerEvent]]:
    """The events of those orders that there are, in one question."""
    wanted = [one for one in orders if storable(one)]
    if not wanted:
        return {}
    found: dict[str, list[LedgerEvent]] = {}
    for row in connection.execute(_PASTS, {"orders": wanted}):
        found.setdefault(row.order_id, []).append(decode(row.kind, row.body))
    return found


def earlier(connection: sa.Connection, agency: str, external_id: str) -> Earlier | None:
    if not storable(agency, external_id):
        return None
    orders = tables.orders.c
    query = sa.select(orders.id, orders.fingerprint).where(
        orders.agency == agency,
        orders.external_id == external_id,
    )
    row = connection.execute(query).one_or_none()
    return Earlier(order=row.id, fingerprint=row.fingerprint) if row else None


def append(
    connection: sa.Connection,
    order: str,
    events: Sequence[LedgerEvent],
    *,
    expected: int,
) -> None:
    past = _rows(connection, order)
    stands_at = past[-1].version if past else 0
    if stands_at != expected:
        raise StaleOrder(f"order {order} is at version {stands_at}, not at {expected}: read again")
    told = [decode(row.kind, row.body) for row in past]
    before, after = _evolved(order, told, events)
    rows = list(_chained(order, events, expected, past[-1].hash if past else FIRST))
    whole = [*told, *events]
    row = {**order_row(after, whole), "head": rows[-1]["hash"]}
    if before is None:
        _project_new(connection, after, row, whole)
    else:
        _move(connection, before, _changed(order_row(before, told), row))
        _project_items(connection, (before, told), (after, whole))
    thing_rows.project(connection, before, after, whole)
    try:
        connection.execute(sa.insert(tables.ledger), rows)
    except IntegrityError as error:
        raise StaleOrder(
            f"order {order} has an event {expected + 1} already: read again"
        ) from error
    versions = range(expected + 1, after.version + 1)
    hub.tell(connection, after, versions, events[-1].at)
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"order": order})


def _rows(connection: sa.Connection, order: str) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    return connection.execute(_PAST, {"order": order}).all()


def _evolved(
    order: str,
    told: Sequence[LedgerEvent],
    events: Sequence[LedgerEvent],
) -> tuple[Order | None, Order]:
    before: Order | None = None
    for event in told:
        before = evolve(before, event)
    after = before
    for event in events:
        after = evolve(after, event)
    if after is None or after.id != order:
        raise ValueError(f"these events do not belong to order {order}")
    return before, after


def _chained(
    order: str,
    events: Sequence[LedgerEvent],
    version: int,
    prev: str,
) -> Iterator[Mapping[str, Any]]:
    for number, event in enumerate(events, version + 1):
        row: dict[str, Any] = {
            "order_id": order,
            "version": number,
            "kind": type(event).__name__,
            **said(event),
            "body": encode(event),
            "prev": prev,
        }
        row["hash"] = prev = row_hash(row)
        yield row


def _project_new(
    connection: sa.Connection,
    order: Order,
    row: Mapping[str, Any],
    history: Sequence[LedgerEvent],
) -> None:
    if not inserted(connection, tables.orders, row):
        # Which of the two unique keys was it? Whoever won has committed, so its row can be seen.
        query = sa.select(tables.orders.c.id).where(tables.orders.c.id == order.id)
        if connection.scalar(query) is not None:
            raise StaleOrder(f"order {order.id} was placed already: read again")
        raise DuplicateExternalId(
            f"agency {order.agency} has an order with external id {order.external_id!r} already",
        )
    connection.execute(
        sa.insert(tables.items),
        [item_row(order, item, history) for item in order.items.values()],
    )


def _move(connection: sa.Connection, before: Order, changed: Row) -> None:
    version = {"order": before.id, "from_version": before.version}
    if not connection.execute(_MOVE, {**version, **changed}).rowcount:
        raise StaleOrder(f"order {before.id} has left version {before.version}: read again")


def _project_items(connection: sa.Connection, before: _Told, after: _Told) -> None:
    was, now = before[0], after[0]
    for item in now.items.values():
        old = was.items[item.id]
        # What an item needs may have moved while the item itself did not.
        if item is old and not item.needs:
            continue
        if new := _changed(item_row(was, old, before[1]), item_row(now, item, after[1])):
            connection.execute(_CHANGE_ITEM, {"order": now.id, "item": item.id, **new})


def _changed(old: Row, new: Row) -> Row:
    return {name: value for name, value in new.items() if name not in old or old[name] != value}
