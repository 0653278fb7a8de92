"""What agencies have now: read from `things`, each joined to the item that left it so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
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
    limit: int


def _conditions(agency: str | None, wanted: ThingWish) -> Iterator[sa.ColumnElement[bool]]:
    things, items = tables.things.c, tables.items.c
    named = [
        (things.agency, agency),
        (things.instance, wanted.get("instance")),
        (things.order_id, wanted.get("order")),
        (items.offering, wanted.get("offering")),
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
    things, items = tables.things, tables.items
    left_by = sa.and_(items.c.order_id == things.c.order_id, items.c.item_id == things.c.item_id)
    query = (
        sa.select(items, things.c.agency, things.c.since, things.c.expires_at, things.c.changing)
        .add_columns(things.c.needs.label("needed"))
        .join_from(things, items, left_by)
        .where(*_conditions(agency, wanted))
        .order_by(things.c.since.desc(), things.c.instance.desc())
        .limit(max(0, min(wanted.get("limit", MOST), MOST)))
    )
    return [_thing(row) for row in connection.execute(query)]


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
