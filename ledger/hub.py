"""Programs that want to hear of orders: who listens, and what is still to be told to whom.

What is to be told is written in the transaction that appends the events, so nothing is ever told
that did not happen, and nothing that happened is forgotten. The letters themselves are written and
signed by whoever delivers them; no secret is kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from orders.model import Order

SUBSCRIPTIONS = sa.Table(
    "subscriptions",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("callback", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("made_at", tables.Utc, nullable=False),
    sa.Column("failing_since", tables.Utc),
    sa.Index("subscriptions_by_agency", "agency"),
)
# SQLite numbers rows by itself only in a column of this very type.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTBOX = sa.Table(
    "outbox",
    tables.metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("subscription", tables.Key, sa.ForeignKey("subscriptions.id"), nullable=False),
    sa.Column("order_id", tables.Key, nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("due_at", tables.Utc, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Index("outbox_by_due", "due_at", "id"),
    sa.Index("outbox_by_subscription", "subscription", "order_id", "id"),
)
EVERY_AGENCY = ""
# So long a deliverer has for one letter before another one takes it up.
TAKEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`agency` empty: of every agency. `query` narrows what is told, as the API defines it.

    `failing_since`: nothing has got through since then.
    """

    id: str
    agency: str
    callback: str
    query: str
    by: str
    made_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The events `first` to `last` (versions) of an order are to be told to a subscription."""

    id: int
    subscription: Subscription
    order: str
    first: int
    last: int
    tries: int


class Hub:
    """Subscriptions, and the letters on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribe(self, subscription: Subscription) -> None:
        row = {name: getattr(subscription, name) for name in Subscription.__dataclass_fields__}
        with self._database.writing() as connection:
            connection.execute(sa.insert(SUBSCRIPTIONS).values(row))

    def subscription(self, id_: str) -> Subscription | None:
        if not storable(id_):
            return None
        query = sa.select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == id_)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _subscription(row) if row else None

    def subscriptions(self, agency: str | None = None) -> list[Subscription]:
        query = sa.select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.made_at, SUBSCRIPTIONS.c.id)
        if agency is not None:
            query = query.where(SUBSCRIPTIONS.c.agency == agency)
        with self._database.reading() as connection:
            return [_subscription(row) for row in connection.execute(query)]

    def unsubscribe(self, id_: str) -> None:
        """With all that was still to be told. Fine, too, when there is none."""
        # Orders write to it at the same time: they wait, or it waits for them.
        locked = sa.select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.id == id_).with_for_update()
        if storable(id_):
            with self._database.writing() as connection:
                connection.execute(locked)
                connection.execute(sa.delete(OUTBOX).where(OUTBOX.c.subscription == id_))
                connection.execute(sa.delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == id_))

    def take(self, now: datetime, limit: int = 20) -> list[Letter]:
        """Letters to deliver now; they are this caller's for a minute.

        Of one order to one subscription only the oldest: a program hears in the order of events.
        """
        with self._database.writing() as connection:
            rows = connection.execute(_due(now, limit)).all()
            ids = [row.id for row in rows]
            taken = sa.update(OUTBOX).where(OUTBOX.c.id.in_(ids))
            connection.execute(taken.values(due_at=now + TAKEN, tries=OUTBOX.c.tries + 1))
            wanted = {row.subscription for row in rows}
            found = connection.execute(
                sa.select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id.in_(wanted)),
            )
            by_id = {row.id: _subscription(row) for row in found}
        return [_letter(row, by_id[row.subscription]) for row in rows]

    def delivered(self, letter: Letter) -> None:
        mine = SUBSCRIPTIONS.c.id == letter.subscription.id
        with self._database.writing() as connection:
            # The subscription first, as whoever takes it away does: else each waits for the other.
            connection.execute(sa.update(SUBSCRIPTIONS).where(mine).values(failing_since=None))
            connection.execute(sa.delete(OUTBOX).where(OUTBOX.c.id == letter.id))

    def failed(self, letter: Letter, now: datetime, again_at: datetime | None) -> None:
        """Try again then; with None it is given up."""
        its, well = SUBSCRIPTIONS.c.id == letter.subscription.id, SUBSCRIPTIONS.c.failing_since
        since = sa.update(SUBSCRIPTIONS).where(its, well.is_(None)).values(failing_since=now)
        mine = OUTBOX.c.id == letter.id
        with self._database.writing() as connection:
            connection.execute(since)
            if again_at is None:
                connection.execute(sa.delete(OUTBOX).where(mine))
            else:
                connection.execute(sa.update(OUTBOX).where(mine).values(due_at=again_at))

    def waiting(self) -> int:
        """How many letters are not delivered yet."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(OUTBOX)).scalar_one()


_WRITE = sa.insert(OUTBOX).from_select(
    ["subscription", "order_id", "first", "last", "due_at", "tries"],
    sa.select(
        SUBSCRIPTIONS.c.id,
        sa.bindparam("order", type_=sa.Text()),
        sa.bindparam("first", type_=sa.Integer()),
        sa.bindparam("last", type_=sa.Integer()),
        sa.bindparam("at", type_=tables.Utc()),
        sa.literal_column("0"),
    )
    .where(SUBSCRIPTIONS.c.agency.in_([sa.bindparam("agency"), EVERY_AGENCY]))
    # One that is just being taken away is waited for and left out: an order never fails for it.
    .with_for_update(read=True, key_share=True),
)


def tell(connection: sa.Connection, order: Order, versions: Sequence[int], at: datetime) -> None:
    """Write to all who listen that the order got these events; one statement, for the append."""
    span = {"first": versions[0], "last": versions[-1]}
    told = {"order": order.id, "agency": order.agency, "at": at, **span}
    connection.execute(_WRITE, told)


def _due(now: datetime, limit: int) -> sa.Select[Any]:
    earlier = OUTBOX.alias()
    first = ~sa.exists().where(
        earlier.c.subscription == OUTBOX.c.subscription,
        earlier.c.order_id == OUTBOX.c.order_id,
        earlier.c.id < OUTBOX.c.id,
    )
    query = sa.select(OUTBOX).where(OUTBOX.c.due_at <= now, first)
    # Two deliverers on PostgreSQL pass each other by; SQLite lets one write at a time anyway.
    return (
        query.order_by(OUTBOX.c.due_at, OUTBOX.c.id).limit(limit).with_for_update(skip_locked=True)
    )


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(**row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a public thing


def _letter(row: sa.Row[Any], subscription: Subscription) -> Letter:
    return Letter(
        id=row.id,
        subscription=subscription,
        order=row.order_id,
        first=row.first,
        last=row.last,
        tries=row.tries + 1,
    )
