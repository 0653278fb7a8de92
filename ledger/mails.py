"""E-mails on their way: written once each, carried by whoever carries them, never lost between.

A mail's key says what it is about and to whom: writing it again is nothing. What it was `about` is
kept for good, so that nobody is told the same thing twice; its words are forgotten once it is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from ledger.paging import bounded
from ledger.upsert import inserted

MAILS = sa.Table(
    "mails",
    tables.metadata,
    sa.Column("key", tables.Key, primary_key=True),
    sa.Column("recipient", tables.Key, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written_at", tables.Utc, nullable=False),
    sa.Column("due_at", tables.Utc),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("sent_at", tables.Utc),
    sa.Column("trouble", sa.Text, nullable=False),
    sa.Index("mails_by_due", "due_at", "key"),
    sa.Index("mails_by_recipient", "recipient", "written_at"),
)
ABOUT = sa.Table(
    "mailed_about",
    tables.metadata,
    sa.Column("recipient", tables.Key, primary_key=True),
    sa.Column("about", tables.Key, primary_key=True),
    sa.Column("written_at", tables.Utc, nullable=False),
)
# So long a carrier has for one mail before another one takes it up: longer than any server is
# waited for.
TAKEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """`recipient` is the person's sign-in id, `about` the things that it tells them of."""

    key: str
    recipient: str
    address: str
    subject: str
    text: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing(Mail):
    """Taken to be carried, for the `tries`th time; or given up, for what `trouble` says."""

    written_at: datetime
    tries: int
    trouble: str = ""


class Mails:
    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, mail: Mail, now: datetime, due_at: datetime | None = None) -> bool:
        """To be sent at `due_at`, or now; False when it has been written before."""
        row = {
            "key": mail.key,
            "recipient": mail.recipient,
            "address": mail.address,
            "subject": mail.subject,
            "text": mail.text,
            "written_at": now,
            "due_at": due_at or now,
            "tries": 0,
            "trouble": "",
        }
        with self._database.writing() as connection:
            if not inserted(connection, MAILS, row):
                return False
            for about in mail.about:
                told = {"recipient": mail.recipient, "about": about, "written_at": now}
                inserted(connection, ABOUT, told)
        return True

    def told(self, recipient: str, about: Collection[str]) -> Mapping[str, datetime]:
        """Which of `about` the person has been written to of before, and when first."""
        mine = (ABOUT.c.recipient == recipient, ABOUT.c.about.in_(sorted(set(about))))
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(ABOUT.c.about, ABOUT.c.written_at).where(*mine))
            return {row.about: row.written_at for row in rows}

    def last_to(self, recipient: str) -> datetime | None:
        """When the person was last written to."""
        query = sa.select(MAILS.c.written_at).where(MAILS.c.recipient == recipient)
        with self._database.reading() as connection:
            return connection.scalar(query.order_by(MAILS.c.written_at.desc()).limit(1))

    def take(self, now: datetime) -> Outgoing | None:
        """The one that has been due the longest; it is this caller's for TAKEN."""
        query = sa.select(MAILS).where(MAILS.c.due_at <= now).order_by(MAILS.c.due_at, MAILS.c.key)
        with self._database.writing() as connection:
            # Two carriers on PostgreSQL pass each other by; SQLite lets one write at a time anyway.
            row = connection.execute(query.limit(1).with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            taken = sa.update(MAILS).where(MAILS.c.key == row.key)
            connection.execute(taken.values(due_at=now + TAKEN, tries=MAILS.c.tries + 1))
        return _outgoing(row, tries=row.tries + 1)

    def sent(self, mail: Mail, now: datetime) -> None:
        self._change(mail.key, sent_at=now, due_at=None, text="", trouble="")

    def failed(self, mail: Mail, trouble: str, again_at: datetime | None) -> None:
        """Try again then; with None it is given up, and waits for a person."""
        self._change(mail.key, due_at=again_at, trouble=trouble)

    def given_up(self, limit: int = 100) -> list[Outgoing]:
        """What could not be sent, the latest first; its words are kept."""
        lost = (MAILS.c.due_at.is_(None), MAILS.c.sent_at.is_(None))
        query = sa.select(MAILS).where(*lost).order_by(MAILS.c.written_at.desc(), MAILS.c.key)
        with self._database.reading() as connection:
            return [_outgoing(row) for row in connection.execute(query.limit(bounded(limit)))]

    def again(self, key: str, now: datetime) -> bool:
        """Try what was given up anew; False when there is no such mail."""
        if not storable(key):
            return False
        lost = (MAILS.c.key == key, MAILS.c.due_at.is_(None), MAILS.c.sent_at.is_(None))
        with self._database.writing() as connection:
            anew = sa.update(MAILS).where(*lost).values(due_at=now, tries=0)
            return bool(connection.execute(anew).rowcount)

    def waiting(self) -> int:
        """How many are not sent yet, and not given up."""
        query = sa.select(sa.func.count()).where(MAILS.c.due_at.is_not(None))
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def _change(self, key: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(sa.update(MAILS).where(MAILS.c.key == key).values(values))


def _outgoing(row: sa.Row[Any], tries: int | None = None) -> Outgoing:
    return Outgoing(
        key=row.key,
        recipient=row.recipient,
        address=row.address,
        subject=row.subject,
        text=row.text,
        written_at=row.written_at,
        tries=row.tries if tries is None else tries,
        trouble=row.trouble,
    )
