"""What is down now, what is planned and what has been: notices of operations, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import check_storable, storable
from ledger.database import Database
from ledger.paging import bounded

NOTICES = sa.Table(
    "notices",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("sort", sa.Text, nullable=False),
    sa.Column("title_nb", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("text_nb", sa.Text, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("starts_at", tables.Utc, nullable=False),
    sa.Column("ends_at", tables.Utc),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("changed_at", tables.Utc, nullable=False),
    sa.Index("notices_by_start", "starts_at", "id"),
)


class Sort(StrEnum):
    """What a notice is about."""

    OUTAGE = "outage"
    MAINTENANCE = "maintenance"
    NEWS = "news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Empty `provider`, `region` and `offering` are all of them. Without `ends_at` it goes on."""

    id: str
    sort: Sort
    title_nb: str
    title_en: str
    text_nb: str
    text_en: str
    starts_at: datetime
    ends_at: datetime | None
    by: str
    changed_at: datetime
    provider: str = ""
    region: str = ""
    offering: str = ""

    def affects(self, provider: str, region: str, offering: str) -> bool:
        """Whether an item of this kind is touched by it."""
        pairs = ((self.provider, provider), (self.region, region), (self.offering, offering))
        return all(mine in {"", other} for mine, other in pairs)


class Notices:
    """An operator writes them, everybody reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, notice: Notice) -> None:
        """Over the one of the same id: an outage is told of, and later told to be over.

        Raises NotStorable.
        """
        check_storable(notice.title_nb, notice.title_en, notice.text_nb, notice.text_en)
        row = {name: getattr(notice, name) for name in Notice.__dataclass_fields__}
        row["sort"] = notice.sort.value
        with self._database.writing() as connection:
            changed = sa.update(NOTICES).where(NOTICES.c.id == notice.id).values(row)
            if not connection.execute(changed).rowcount:
                connection.execute(sa.insert(NOTICES).values(row))

    def current(self, now: datetime) -> list[Notice]:
        """What goes on at `now`, the latest first."""
        ends = NOTICES.c.ends_at
        return self._found(NOTICES.c.starts_at <= now, sa.or_(ends.is_(None), ends > now))

    def planned(self, now: datetime) -> list[Notice]:
        """What starts after `now`, the furthest away first."""
        return self._found(NOTICES.c.starts_at > now)

    def past(self, now: datetime, limit: int = 50) -> list[Notice]:
        """What was over by `now`, the latest first."""
        return self._found(NOTICES.c.ends_at <= now, limit=limit)

    def find(self, id_: str) -> Notice | None:
        found = self._found(NOTICES.c.id == id_, limit=1) if storable(id_) else []
        return next(iter(found), None)

    def _found(self, *conditions: sa.ColumnElement[bool], limit: int = 100) -> list[Notice]:
        query = sa.select(NOTICES).where(*conditions)
        query = query.order_by(NOTICES.c.starts_at.desc(), NOTICES.c.id.desc())
        with self._database.reading() as connection:
            return [_notice(row) for row in connection.execute(query.limit(bounded(limit)))]


def _notice(row: sa.Row[Any]) -> Notice:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a public thing
    return Notice(**{**told, "sort": Sort(told["sort"])})
