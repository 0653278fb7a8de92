"""Who has signed in: the name and address behind the id that events carry in `by`.

Written at each sign-in, so that a thread and a letter can name people. What somebody may do is what
their own sign-in says; here it only says whether they can still lend it, or be given something.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database

PEOPLE = sa.Table(
    "people",
    tables.metadata,
    sa.Column("subject", tables.Key, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("seen_at", tables.Utc, nullable=False),
    sa.Index("people_by_agency", "agency"),
)
MOST = 500  # people of one list; nobody chooses from a longer one


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody as their last sign-in told of them; `email` may be empty."""

    subject: str
    name: str
    agency: str
    email: str
    roles: frozenset[str]
    seen_at: datetime


class People:
    """The register of those who have signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, person: Known) -> None:
        """Keep what this sign-in told, over what an earlier one did."""
        row = {
            "name": person.name,
            "agency": person.agency,
            "email": person.email,
            "roles": json.dumps(sorted(person.roles)),
            "seen_at": person.seen_at,
        }
        known = PEOPLE.c.subject == person.subject
        with self._database.writing() as connection:
            if not connection.execute(sa.update(PEOPLE).where(known).values(row)).rowcount:
                connection.execute(sa.insert(PEOPLE).values(subject=person.subject, **row))

    def left(self, subject: str, now: datetime) -> None:
        """A sign-in that gave no role of ours: what an earlier one gave is gone."""
        known = PEOPLE.c.subject == subject
        if storable(subject):
            with self._database.writing() as connection:
                gone = sa.update(PEOPLE).where(known).values(roles="[]", seen_at=now)
                connection.execute(gone)

    def named(self, subjects: Collection[str]) -> Mapping[str, Known]:
        """Those of `subjects` who have signed in, by subject."""
        wanted = [one for one in set(subjects) if storable(one)]
        if not wanted:
            return {}
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(PEOPLE).where(PEOPLE.c.subject.in_(wanted)))
            return {row.subject: _known(row) for row in rows}

    def of(self, role: str, agency: str | None = None) -> list[Known]:
        """Everybody who had `role` at their last sign-in, by name."""
        query = sa.select(PEOPLE).order_by(PEOPLE.c.name, PEOPLE.c.subject).limit(MOST)
        # As JSON has it: the quotes keep one role from being found inside another's name.
        query = query.where(PEOPLE.c.roles.contains(f'"{role}"', autoescape=True))
        if agency is not None:
            query = query.where(PEOPLE.c.agency == agency)
        with self._database.reading() as connection:
            return [_known(row) for row in connection.execute(query)]


def _known(row: sa.Row[Any]) -> Known:
    return Known(
        subject=row.subject,
        name=row.name,
        agency=row.agency,
        email=row.email,
        roles=frozenset(json.loads(row.roles)),
        seen_at=row.seen_at,
    )
