"""The tables. `ledger` is the truth and only ever grows; `orders` and `items` are drawn from it.

The names keep clear of Prefect's own, so that both may live in one PostgreSQL database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from typing_extensions import override


class Utc(TypeDecorator[datetime]):
    """A moment: goes in with any time zone, comes out in UTC. SQLite itself knows no zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Sorted by code point on both databases, as Python sorts: reconciliation merges by it.
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

metadata = sa.MetaData()

# `at` and `body` are text and not a timestamp and JSON: the hash is over these very characters,
# and the order of the answers is the customer's. PostgreSQL casts them (`body::jsonb`) for whoever
# wants to ask into them.
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("order_id", Key, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("prev", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("ledger_by_time", "at", "order_id", "version"),
    sa.Index("ledger_by_actor", "actor", "at", "order_id", "version"),
)


def _partial(name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool]) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


_WRITTEN = (ledger.c.at, ledger.c.order_id, ledger.c.version)
_ASKED = ledger.c.kind == sa.literal_column("'QuestionAsked'")
_THOUGHT = ledger.c.kind == sa.literal_column("'SurveyAnswered'")
_partial("ledger_questions", *_WRITTEN, where=_ASKED)
_partial("ledger_opinions", *_WRITTEN, where=_THOUGHT)

# `head` is the hash of the order's last event: without it a removed tail would go unseen.
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("orderer", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("turn", sa.Text),
    sa.Column("placed_at", Utc, nullable=False),
    sa.Column("promised_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("placed_by", sa.Text, nullable=False),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("expected_at", Utc),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("jeopardy", sa.Float),
    sa.Column("assigned", sa.Text, nullable=False),
    sa.Column("approval_role", sa.Text),
    sa.Column("approval_path", sa.Text, nullable=False),
    sa.Column("deadline", Utc),
    sa.Column("monthly_price", sa.Integer),
    sa.Column("survey", sa.Integer),
    sa.Column("unhappy", sa.Boolean, nullable=False),
    sa.UniqueConstraint("agency", "external_id", name="orders_external_id"),
    sa.Index("orders_by_agency", "agency", "placed_at", "id"),
    sa.Index("orders_by_age", "placed_at", "id"),
    sa.Index("orders_by_state", "state", "placed_at", "id"),
)

# Of the open orders, which stay few however many there have been.
_OPEN = orders.c.ended_at.is_(None)
_WHEN = (orders.c.placed_at, orders.c.id)

_partial("orders_by_end", orders.c.ended_at, orders.c.id, where=orders.c.ended_at.is_not(None))
_partial("open_orders_by_age", *_WHEN, where=_OPEN)
_partial(
    "open_orders_counted",
    orders.c.state,
    orders.c.agency,
    orders.c.assigned,
    orders.c.jeopardy,
    where=_OPEN,
)
_partial("open_orders_by_turn", orders.c.turn, *_WHEN, where=_OPEN)
_partial("open_orders_by_agency", orders.c.agency, *_WHEN, where=_OPEN)
_partial("open_orders_by_offering", orders.c.offering, *_WHEN, where=_OPEN)
_partial("open_orders_by_assigned", orders.c.assigned, *_WHEN, where=_OPEN)
_partial("orders_in_jeopardy", *_WHEN, where=orders.c.jeopardy.is_not(None))
_partial("unhappy_orders", *_WHEN, where=orders.c.unhappy == sa.true())
_AWAITING = orders.c.approval_role.is_not(None)
_partial("orders_awaiting_approval", orders.c.agency, *_WHEN, where=_AWAITING)
_partial("all_awaiting_approval", *_WHEN, where=_AWAITING)

items = sa.Table(
    "items",
    metadata,
    sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("item_id", Key, primary_key=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("instance", Key, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("stage", sa.Text),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("run", sa.Text),
    sa.Column("resource_id", sa.Text),
    sa.Column("cleanup", sa.Text),
    sa.Column("resume_at", Utc),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("parameters", sa.Text, nullable=False),
    sa.Column("given", sa.Text, nullable=False),
    sa.Column("outputs", sa.Text, nullable=False),
    sa.Column("resource", sa.Text),
    sa.Column("needs", sa.Text, nullable=False),
    sa.Column("blocked", sa.Boolean, nullable=False),
    sa.Column("starts_at", Utc),
    sa.Column("monthly_price", sa.Integer),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("spans", sa.Text),
    sa.Index("items_by_state", "state", "resume_at"),
    sa.Index("items_by_end", "ended_at", "order_id", "item_id"),
    sa.Index("items_by_offering", "offering", "ended_at", "order_id", "item_id"),
    sa.Index("items_by_resource", "resource_id", "provider", "account"),
    sa.Index("items_by_instance", "provider", "account", "instance", "order_id", "item_id"),
    sa.Index("items_counted", "offering", "action", "state", "ended_at"),
)

# What agencies have now: drawn from the events of all orders on one instance. `changing` is what
# keeps two orders from changing one thing at once.
things = sa.Table(
    "things",
    metadata,
    sa.Column("instance", Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("order_id", Key, nullable=False),
    sa.Column("item_id", Key, nullable=False),
    sa.Column("since", Utc, nullable=False),
    sa.Column("expires_at", Utc),
    sa.Column("needs", sa.Text, nullable=False),
    sa.Column("changing", Key),
    sa.ForeignKeyConstraint(["order_id", "item_id"], ["items.order_id", "items.item_id"]),
    sa.Index("things_by_age", "since", "instance"),
    sa.Index("things_by_agency", "agency", "since", "instance"),
    sa.Index("things_by_offering", "offering", "agency", "since", "instance"),
    sa.Index("things_by_expiry", "expires_at", "instance"),
    sa.Index("things_by_item", "order_id", "item_id"),
)
_partial(
    "things_with_needs",
    things.c.agency,
    things.c.since,
    things.c.instance,
    where=things.c.needs != sa.literal_column("'[]'"),
)

# Not drawn from events: who works on an item is worth nothing a minute later.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("order_id", Key, primary_key=True),
    sa.Column("item_id", Key, primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("beat", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("run", sa.Text),
    sa.Column("free", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(["order_id", "item_id"], ["items.order_id", "items.item_id"]),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

# A stolen copy of the database opens no session: the token itself is not in it.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("ends_at", Utc, nullable=False),
    sa.Index("sessions_by_subject", "subject"),
    sa.Index("sessions_by_end", "ends_at"),
)
