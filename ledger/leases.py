"""Who works on an item. No wall clock: a lease lives while its `beat` goes on changing.

The watcher judges that by its own monotonic clock; two machines never compare clocks. A
generation number is never given out twice for one item, so a run that was thought dead and comes
back finds that its renewals fail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ledger import tables
from ledger.upsert import inserted
from orders.errors import UnknownOrder
from orders.model import State

# The states in which there is work to do, and so a run to have.
WORKING = (
    State.ACKNOWLEDGED,
    State.IN_PROGRESS,
    State.ASSESSING_CANCELLATION,
    State.PENDING_CANCELLATION,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One hold on one item. `run` is the flow run's id in Prefect once there is one.

    `owner` is the dispatcher that claimed it, until the process that runs it has it.
    """

    generation: int
    beat: int
    owner: str
    run: str | None
    free: bool


class Told(TypedDict, total=False):
    """What becomes known of a lease with a beat."""

    run: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An item that needs a run; `version` is its order's."""

    order: str
    item: str
    instance: str
    agency: str
    offering: str
    plan: str
    provider: str
    name: str
    state: State
    version: int
    lease: Lease | None


def ready(connection: sa.Connection, limit: int, now: datetime | None) -> list[Ready]:
    """Every item that somebody holds, then up to `limit` that nobody does, oldest order first.

    An item that waits for one it needs is left out, and so is one that starts after `now`.

    Held ones never push the others out of the list, nor the other way round: a dead run is seen
    however long the queue is.
    """
    items, orders, leases = tables.items.c, tables.orders.c, tables.leases.c
    joined = tables.items.outerjoin(
        tables.leases,
        sa.and_(leases.order_id == items.order_id, leases.item_id == items.item_id),
    )
    starts = items.starts_at.is_(None) if now is None else items.starts_at <= now
    may_start = sa.and_(sa.not_(items.blocked), sa.or_(items.starts_at.is_(None), starts))
    working = sa.and_(
        items.state.in_([state.value for state in WORKING]),
        sa.or_(items.state != State.ACKNOWLEDGED.value, may_start),
    )
    taken = sa.and_(leases.generation.is_not(None), sa.not_(leases.free))
    held = sa.select(sa.func.count()).select_from(joined).where(working, taken).scalar_subquery()
    query = (
        sa.select(tables.items, orders.agency, orders.version)
        .add_columns(leases.generation, leases.beat, leases.owner, leases.free)
        .add_columns(leases.run.label("lease_run"))
        .select_from(joined.join(tables.orders, orders.id == items.order_id))
        .where(working)
        .order_by(sa.case((taken, 0), else_=1), orders.placed_at, items.order_id, items.item_id)
        .limit(held + limit)
    )
    return [_ready(row) for row in connection.execute(query)]


def due(connection: sa.Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Held items whose time to resume has come, longest overdue first."""
    items = tables.items.c
    query = (
        sa.select(items.order_id, items.item_id)
        .where(items.state == State.HELD.value, items.resume_at <= now)
        .order_by(items.resume_at, items.order_id, items.item_id)
        .limit(limit)
    )
    return [(row.order_id, row.item_id) for row in connection.execute(query)]


def claim(
    connection: sa.Connection,
    key: tuple[str, str],
    owner: str,
    seen: Lease | None,
) -> Lease | None:
    """A new generation, or None when the lease is no longer as it was `seen`."""
    new = Lease(
        generation=seen.generation + 1 if seen else 1,
        beat=0,
        owner=owner,
        run=None,
        free=False,
    )
    values = {"generation": new.generation, "beat": 0, "owner": owner, "run": None, "free": False}
    if seen is None:
        return new if _first(connection, key, values) else None
    return new if _as_seen(connection, key, seen, values) else None


def inherit(
    connection: sa.Connection,
    key: tuple[str, str],
    owner: str,
    seen: Lease,
) -> Lease | None:
    """The same generation, its run with it, for another owner; None as for `claim`.

    A run that waits in the queue goes on waiting for whoever has the lease. One that was begun, by
    a process thought dead, still holds it: claim the lease before another begins.
    """
    values = {"owner": owner, "beat": seen.beat + 1}
    if seen.free or not _as_seen(connection, key, seen, values):
        return None
    return replace(seen, owner=owner, beat=seen.beat + 1)


def renew(connection: sa.Connection, key: tuple[str, str], generation: int, told: Told) -> bool:
    values: dict[str, Any] = {**told, "beat": tables.leases.c.beat + 1}
    return _changed(connection, key, generation, values)


def release(connection: sa.Connection, key: tuple[str, str], generation: int) -> None:
    """The row stays and is only marked free: its generation must not come again."""
    _changed(connection, key, generation, {"free": True})


def _as_seen(
    connection: sa.Connection, key: tuple[str, str], seen: Lease, values: dict[str, Any]
) -> bool:
    """Change the lease; False when it is no longer as it was `seen`."""
    leases = tables.leases.c
    same = (
        leases.generation == seen.generation,
        leases.beat == seen.beat,
        leases.free == seen.free,
    )
    statement = sa.update(tables.leases).where(*_is(key), *same).values(values)
    return bool(connection.execute(statement).rowcount)


def _first(connection: sa.Connection, key: tuple[str, str], values: dict[str, Any]) -> bool:
    row = {"order_id": key[0], "item_id": key[1], **values}
    try:
        return inserted(connection, tables.leases, row)
    except IntegrityError as error:
        raise UnknownOrder(f"there is no item {key[1]} in an order {key[0]}") from error


def _changed(
    connection: sa.Connection,
    key: tuple[str, str],
    generation: int,
    values: dict[str, Any],
) -> bool:
    leases = tables.leases
    ours = (*_is(key), leases.c.generation == generation, sa.not_(leases.c.free))
    return bool(connection.execute(sa.update(leases).where(*ours).values(values)).rowcount)


def _is(key: tuple[str, str]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return tables.leases.c.order_id == key[0], tables.leases.c.item_id == key[1]


def _ready(row: sa.Row[Any]) -> Ready:
    lease = None
    if row.generation is not None:
        lease = Lease(
            generation=row.generation,
            beat=row.beat,
            owner=row.owner,
            run=row.lease_run,
            free=row.free,
        )
    return Ready(
        order=row.order_id,
        item=row.item_id,
        instance=row.instance,
        agency=row.agency,
        offering=row.offering,
        plan=row.plan,
        provider=row.provider,
        name=row.name,
        state=State(row.state),
        version=row.version,
        lease=lease,
    )
