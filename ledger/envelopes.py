"""Access data on its way: asked for by the portal, sealed by whoever may call the provider.

Not drawn from events; that somebody asked is one (`AccessAsked`). A row holds the public key of
the browser that asked, then what was sealed to it, and goes when it is taken out, or after ten
minutes. Nothing in this database opens it.
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
from ledger.questions import Questions

ENVELOPES = sa.Table(
    "envelopes",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("instance", tables.Key, nullable=False),
    sa.Column("order_id", tables.Key, nullable=False),
    sa.Column("item_id", tables.Key, nullable=False),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("asked_at", tables.Utc, nullable=False),
    sa.Column("taken_at", tables.Utc),
    sa.Column("answered_at", tables.Utc),
    sa.Column("sealed", sa.Text),
    sa.Column("problem", sa.Text),
    sa.Column("again", sa.Boolean),
    sa.Index("envelopes_by_age", "asked_at"),
    sa.Index("envelopes_by_instance", "instance"),
)
_C = ENVELOPES.c
KEPT = timedelta(minutes=10)
# Whoever took it so long ago and has not answered is dead: it is anybody's again.
DEAD = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants to open what. `order` and `item` are what delivers it, or has."""

    id: str
    agency: str
    asker: str
    instance: str
    order: str
    item: str
    public_key: str

    @property
    def about(self) -> tuple[str, ...]:
        """What the seal is bound to."""
        return (self.id, self.agency, self.asker, self.instance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was sealed; or the `problem`, and if `again` may help."""

    sealed: str = ""
    problem: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`reply` is None while nobody has answered yet."""

    asked: Asked
    asked_at: datetime
    reply: Reply | None


class Envelopes:
    """Each is one person's, of one agency, for ten minutes and one look."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Questions(database, ENVELOPES, KEPT)

    def ask(self, asked: Asked, now: datetime) -> None:
        """What the same person asked before about the same thing is put away unopened."""
        row = {
            "id": asked.id,
            "agency": asked.agency,
            "asker": asked.asker,
            "instance": asked.instance,
            "order_id": asked.order,
            "item_id": asked.item,
            "public_key": asked.public_key,
            "asked_at": now,
        }
        self._rows.ask(row, sa.and_(_C.instance == asked.instance, _C.asker == asked.asker))

    def find(self, id_: str, asker: str, now: datetime) -> Envelope | None:
        """None when this person has nothing under this id, or not any more."""
        if not storable(id_, asker):
            return None
        row = self._rows.find(_C.id == id_, _C.asker == asker, sa.not_(self._rows.old(now)))
        return _envelope(row) if row else None

    def take_out(self, id_: str, asker: str, now: datetime) -> Envelope | None:
        """The envelope, which is gone with this; of two who take it out, one gets it."""
        mine = sa.and_(_C.id == id_, _C.asker == asker, _C.answered_at.is_not(None))
        with self._database.writing() as connection:
            row = connection.execute(
                sa.delete(ENVELOPES).where(mine).returning(ENVELOPES)
            ).one_or_none()
            connection.execute(sa.delete(ENVELOPES).where(self._rows.old(now)))
        found = _envelope(row) if row else None
        return found if found and found.asked_at > now - KEPT else None

    def waiting(self, now: datetime, limit: int = 10) -> Sequence[Asked]:
        """What nobody alive has taken, oldest first; what is too old is cleared away."""
        rows = self._rows.waiting(self._open(now), limit)
        self._rows.clear(now)
        return [_asked(row) for row in rows]

    def take(self, asked: Asked, now: datetime) -> bool:
        """Whether it is yours to answer: one at a time of each thing, so that the newest holds."""
        of_thing = sa.select(_C.id).where(_C.instance == asked.instance).with_for_update()
        other = ENVELOPES.alias().c
        busy = sa.exists().where(
            other.instance == asked.instance,
            other.answered_at.is_(None),
            other.taken_at >= now - DEAD,
        )
        mine = sa.update(ENVELOPES).where(_C.id == asked.id, self._open(now), sa.not_(busy))
        with self._database.writing() as connection:
            connection.execute(of_thing)
            return bool(connection.execute(mine.values(taken_at=now)).rowcount)

    def answer(self, asked: Asked, taken_at: datetime, reply: Reply, now: datetime) -> None:
        """Written only while it is still theirs who took it at `taken_at`."""
        row = {
            "answered_at": now,
            "sealed": reply.sealed,
            "problem": reply.problem,
            "again": reply.again,
        }
        mine = sa.and_(_C.id == asked.id, _C.taken_at == taken_at, _C.answered_at.is_(None))
        self._rows.change(mine, row)

    def _open(self, now: datetime) -> sa.ColumnElement[bool]:
        untaken = sa.or_(_C.taken_at.is_(None), _C.taken_at < now - DEAD)
        return sa.and_(sa.not_(self._rows.old(now)), _C.answered_at.is_(None), untaken)


def _asked(row: sa.Row[Any]) -> Asked:
    return Asked(
        id=row.id,
        agency=row.agency,
        asker=row.asker,
        instance=row.instance,
        order=row.order_id,
        item=row.item_id,
        public_key=row.public_key,
    )


def _envelope(row: sa.Row[Any]) -> Envelope:
    reply = None
    if row.answered_at is not None:
        reply = Reply(sealed=row.sealed, problem=row.problem, again=row.again)
    return Envelope(asked=_asked(row), asked_at=row.asked_at, reply=reply)
