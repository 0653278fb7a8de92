"""Is the record whole? Walks every hash chain and compares the projections with a replay.

Of a whole order that somebody took out of every table, nothing is left to see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ledger import tables, thing_checks
from ledger.chain import FIRST, row_hash
from ledger.codec import decode, said
from ledger.errors import LedgerDamaged
from ledger.projection import Row, item_row, order_row
from orders.errors import OrderError
from orders.events import LedgerEvent
from orders.lifecycle import replay

CHUNK = 200
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One finding. `version` is the event's; for a projection, the order's last one."""

    order: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """All that the tables hold of one order."""

    order: str
    events: Rows
    orders: Rows
    items: Rows

    @property
    def last(self) -> int:
        return int(self.events[-1]["version"]) if self.events else 0

    def flaw(self, version: int, reason: str) -> Flaw:
        return Flaw(order=self.order, version=version, reason=reason)

    def missing(self, first: int, last: int) -> Iterator[Flaw]:
        return (self.flaw(version, "missing") for version in range(first, last + 1))

    def differing(self, where: str, due: Row, found: Mapping[str, Any] | None) -> Iterator[Flaw]:
        if found is None:
            yield self.flaw(self.last, f"its row in {where}, is missing")
        elif names := [name for name, value in due.items() if found[name] != value]:
            yield self.flaw(self.last, f"its row in {where}, disagrees in {', '.join(names)}")


def flaws(connection: sa.Connection) -> Iterator[Flaw]:
    """Order by order, in the order of their ids as text."""
    ids = sa.union(
        sa.select(tables.ledger.c.order_id),
        sa.select(tables.orders.c.id),
        sa.select(tables.items.c.order_id),
    ).order_by("order_id")
    with connection.execute(ids.execution_options(yield_per=CHUNK)) as found:
        while chunk := list(islice(found.scalars(), CHUNK)):
            yield from _examined(connection, chunk)
    for order, why in thing_checks.contradictions(connection):
        yield Flaw(order=order, version=0, reason=why)


def _examined(connection: sa.Connection, chunk: Sequence[str]) -> Iterator[Flaw]:
    try:
        found = [flaw for kept in _kept(connection, chunk) for flaw in _flaws_of(kept)]
    except (TypeError, ValueError):
        # SQLite keeps whatever somebody wrote into a column: words where a number belongs.
        if len(chunk) == 1:
            found = [Flaw(order=chunk[0], version=0, reason="changed: its rows cannot be read")]
        else:
            found = [flaw for order in chunk for flaw in _examined(connection, [order])]
    yield from found


def _kept(connection: sa.Connection, chunk: Sequence[str]) -> Iterator[_Kept]:
    ledger, orders, items = tables.ledger, tables.orders, tables.items
    events = _by_order(connection, ledger.c.order_id, ledger.c.version, chunk)
    heads = _by_order(connection, orders.c.id, orders.c.id, chunk)
    lines = _by_order(connection, items.c.order_id, items.c.item_id, chunk)
    for order in chunk:
        yield _Kept(order=order, events=events[order], orders=heads[order], items=lines[order])


def _by_order(
    connection: sa.Connection,
    key: sa.Column[str],
    then: sa.Column[Any],
    chunk: Sequence[str],
) -> Mapping[str, Rows]:
    query = sa.select(key.table).where(key.in_(chunk)).order_by(key, then)
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row[key.name]].append(dict(row))
    return found


def _flaws_of(kept: _Kept) -> Iterator[Flaw]:
    if broken := [*_chain_flaws(kept), *_head_flaws(kept)]:
        # What a broken chain tells proves nothing, neither of its events nor of the projections.
        yield from broken
        return
    told: list[LedgerEvent] = []
    for row in kept.events:
        try:
            told.append(decode(row["kind"], row["body"]))
        except LedgerDamaged as error:
            yield kept.flaw(row["version"], str(error))
            return
        if said(told[-1]) != {name: row[name] for name in ("at", "actor", "why")}:
            yield kept.flaw(row["version"], "its columns at, actor and why contradict its body")
    yield from _projection_flaws(kept, told)


def _chain_flaws(kept: _Kept) -> Iterator[Flaw]:
    version, before = 0, {FIRST}
    for row in kept.events:
        version += 1
        gap = row["version"] != version
        if gap:
            yield from kept.missing(version, row["version"] - 1)
            version = row["version"]
        hashes = {row["hash"], row_hash(row)}
        if len(hashes) > 1:
            yield kept.flaw(version, "changed: its hash is another")
        elif not gap and row["prev"] not in before:
            yield kept.flaw(version, "does not follow on the event before it: one was put there")
        # Be it the content or the hash that was changed: the next event may follow on either, for
        # one change is one finding.
        before = hashes


def _head_flaws(kept: _Kept) -> Iterator[Flaw]:
    """The order's own row says where its chain ends."""
    if not kept.orders:
        yield kept.flaw(kept.last, "its row in orders is missing")
        return
    head = kept.orders[0]
    if head["version"] > kept.last:
        yield from kept.missing(kept.last + 1, head["version"])
    elif head["version"] < kept.last:
        yield kept.flaw(head["version"] + 1, "put behind the order's last event")
    elif head["head"] != kept.events[-1]["hash"]:
        yield kept.flaw(kept.last, "is not the event that its row in orders ends with")


def _projection_flaws(kept: _Kept, told: Sequence[LedgerEvent]) -> Iterator[Flaw]:
    try:
        order = replay(told)
    except OrderError as error:
        yield kept.flaw(kept.last, f"its events cannot be replayed: {error}")
        return
    due = {**order_row(order, told), "head": kept.events[-1]["hash"]}
    yield from kept.differing("orders", due, kept.orders[0])
    lines = {row["item_id"]: row for row in kept.items}
    for item in order.items.values():
        row = item_row(order, item, told)
        yield from kept.differing(f"items, item {item.id}", row, lines.pop(item.id, None))
    for item_id in lines:
        yield kept.flaw(kept.last, f"its row in items, item {item_id}, belongs to no event")
