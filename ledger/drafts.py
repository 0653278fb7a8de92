"""Forms that somebody has begun and not sent, kept for them and for nobody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import check_storable, storable
from ledger.database import Database
from ledger.errors import TooMuch
from ledger.upsert import inserted

DRAFTS = sa.Table(
    "drafts",
    tables.metadata,
    sa.Column("owner", tables.Key, primary_key=True),
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("saved_at", tables.Utc, nullable=False),
    sa.Index("drafts_by_age", "saved_at"),
)
# Of one person, and characters of one.
MOST = 50
LONGEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`body` is the form as it stands, as JSON; nothing of it has been checked."""

    id: str
    owner: str
    agency: str
    offering: str
    title: str
    body: Mapping[str, Any]
    saved_at: datetime


class Drafts:
    """Every question names the owner: a draft of another person is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft: Draft) -> None:
        """Over the one of the same id. Raises TooMuch and NotStorable."""
        check_storable(draft.id, draft.title)
        text = json.dumps(dict(draft.body), ensure_ascii=False)
        if len(text) > LONGEST:
            raise TooMuch(f"a draft may have {LONGEST} characters: shorten what you wrote")
        values = {
            "agency": draft.agency,
            "offering": draft.offering,
            "title": draft.title,
            "body": text,
            "saved_at": draft.saved_at,
        }
        mine = _is(draft.owner, draft.id)
        with self._database.writing() as connection:
            if connection.execute(sa.update(DRAFTS).where(*mine).values(values)).rowcount:
                return
            if _count(connection, draft.owner) >= MOST:
                raise TooMuch(f"you have {MOST} drafts: send or delete one first")
            row = {"owner": draft.owner, "id": draft.id, **values}
            if not inserted(connection, DRAFTS, row):  # a double click: the other was quicker
                connection.execute(sa.update(DRAFTS).where(*mine).values(values))

    def of(self, owner: str) -> list[Draft]:
        """The latest first."""
        query = sa.select(DRAFTS).where(DRAFTS.c.owner == owner)
        query = query.order_by(DRAFTS.c.saved_at.desc(), DRAFTS.c.id)
        with self._database.reading() as connection:
            return [_draft(row) for row in connection.execute(query)]

    def find(self, owner: str, id_: str) -> Draft | None:
        if not storable(id_):
            return None
        with self._database.reading() as connection:
            found = connection.execute(sa.select(DRAFTS).where(*_is(owner, id_))).one_or_none()
        return _draft(found) if found else None

    def delete(self, owner: str, id_: str) -> None:
        """Fine, too, when it is gone already."""
        if storable(id_):
            with self._database.writing() as connection:
                connection.execute(sa.delete(DRAFTS).where(*_is(owner, id_)))

    def sweep(self, before: datetime) -> int:
        """Forget what nobody has touched since; how many."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(DRAFTS).where(DRAFTS.c.saved_at < before)).rowcount


def _is(owner: str, id_: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return DRAFTS.c.owner == owner, DRAFTS.c.id == id_


def _count(connection: sa.Connection, owner: str) -> int:
    query = sa.select(sa.func.count()).select_from(DRAFTS).where(DRAFTS.c.owner == owner)
    return connection.execute(query).scalar_one()


def _draft(row: sa.Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        owner=row.owner,
        agency=row.agency,
        offering=row.offering,
        title=row.title,
        body=json.loads(row.body),
        saved_at=row.saved_at,
    )
