"""What agencies have now: read from `things`, each joined to the item that left it so."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.paging import countable
from orders.model import ResourceRef, Target
from orders.thing import Thing

MOST = 10_000


class ThingWish(TypedDict, total=False):
    """Which things; None leaves that open. `before` is the last one of the page before this."""

    instance: str | None
    offering: str | None
    order: str | None
    expires_by: datetime | None
    before: Thing | None
    offset: int
    limit: int


def _conditions(agency: str | None, wanted: ThingWish) -> Iterator[sa.ColumnElement[bool]]:
    things = tables.things.c
    named = [
        (things.agency, agency),
        (things.instance, wanted.get("instance")),
        (things.order_id, wanted.get("order")),
        (things.offering, wanted.get("offering")),
    ]
    if not storable(*(value for _, value in named)):
        yield sa.false()
        return
    yield from (column == value for column, value in named if value is not None)
    if (by := wanted.get("expires_by")) is not None:
        yield things.expires_at <= by
    if (last := wanted.get("before")) is not None:
        page = sa.tuple_(things.since, things.instance)
        yield page < sa.tuple_(sa.literal(last.since, tables.Utc), sa.literal(last.instance))


def found(connection: sa.Connection, agency: str | None, wanted: ThingWish) -> list[Thing]:
    """Newest first."""
    things = tables.things.c
    query = (
        _told()
        .where(*_conditions(agency, wanted))
        .order_by(things.since.desc(), things.instance.desc())
        .limit(max(0, min(wanted.get("limit", MOST), MOST)))
        .offset(countable(wanted.get("offset", 0)))
    )
    return [_thing(row) for row in connection.execute(query)]


def count(connection: sa.Connection, agency: str | None, wanted: ThingWish) -> int:
    conditions = _conditions(agency, wanted)
    query = sa.select(sa.func.count()).select_from(tables.things).where(*conditions)
    return connection.execute(query).scalar_one()


def users(connection: sa.Connection, agency: str, instances: Collection[str]) -> list[Thing]:
    """What the agency has that needs one of `instances` itself, oldest first; all of it."""
    things = tables.things.c
    # As its index says it: only so does SQLite see that the index will do.
    some = things.needs != sa.literal_column("'[]'")
    named = [things.needs.contains(json.dumps(one), autoescape=True) for one in instances]
    query = _told().where(things.agency == agency, some, sa.or_(sa.false(), *named))
    rows = connection.execute(query.order_by(things.since, things.instance))
    # SQLite compares without regard to case.
    return [one for one in map(_thing, rows) if not set(instances).isdisjoint(one.needs)]


def _told() -> sa.Select[Any]:
    things, items = tables.things, tables.items
    left_by = sa.and_(items.c.order_id == things.c.order_id, items.c.item_id == things.c.item_id)
    return (
        sa.select(items, things.c.agency, things.c.since, things.c.expires_at, things.c.changing)
        .add_columns(things.c.needs.label("needed"))
        .join_from(things, items, left_by)
    )


def _thing(row: sa.Row[Any]) -> Thing:
    return Thing(
        instance=row.instance,
        order=row.order_id,
        item=row.item_id,
        agency=row.agency,
        name=row.name,
        offering=row.offering,
        plan=row.plan,
        kind=row.kind,
        target=Target(provider=row.provider, account=row.account, region=row.region),
        resource=ResourceRef(**json.loads(row.resource)),
        answers=json.loads(row.answers),
        parameters=json.loads(row.parameters),
        given=json.loads(row.given),
        outputs=json.loads(row.outputs),
        needs=tuple(json.loads(row.needed)),
        monthly_price=row.monthly_price,
        since=row.since,
        expires_at=row.expires_at,
        changing=row.changing,
    )
