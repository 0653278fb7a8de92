"""Approvers on holiday: who decides in whose place, from one day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database

DELEGATIONS = sa.Table(
    "delegations",
    tables.metadata,
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("approver", sa.Text, nullable=False),
    sa.Column("delegate", sa.Text, nullable=False),
    sa.Column("starts_at", tables.Utc, nullable=False),
    sa.Column("ends_at", tables.Utc, nullable=False),
    sa.Column("made_at", tables.Utc, nullable=False),
    sa.Column("ended_at", tables.Utc),
    sa.Index("delegations_by_delegate", "delegate", "ends_at"),
    sa.Index("delegations_by_approver", "approver", "ends_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """`delegate` decides as `approver`, in `agency`, from `starts_at` and before `ends_at`.

    People are named by their sign-in ids. `ended_at`: it was taken back then.
    """

    id: str
    agency: str
    approver: str
    delegate: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.approver == self.delegate:
            raise ValueError("nobody stands in for themselves: name another person")
        if self.ends_at <= self.starts_at:
            raise ValueError("a delegation ends after it starts: give a later day")


class Delegations:
    """None is ever deleted: the audit asks who could decide what when."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, delegation: Delegation) -> None:
        row = {name: getattr(delegation, name) for name in Delegation.__dataclass_fields__}
        with self._database.writing() as connection:
            connection.execute(sa.insert(DELEGATIONS).values(row))

    def end(self, approver: str, id_: str, now: datetime) -> bool:
        """Take one's own back; False when it is none of theirs, or has been taken back."""
        if not storable(approver, id_):
            return False
        mine = (
            DELEGATIONS.c.id == id_,
            DELEGATIONS.c.approver == approver,
            DELEGATIONS.c.ended_at.is_(None),
        )
        with self._database.writing() as connection:
            ended = sa.update(DELEGATIONS).where(*mine).values(ended_at=now)
            return bool(connection.execute(ended).rowcount)

    def by(self, approver: str, now: datetime) -> list[Delegation]:
        """What the approver has handed over, now or for later; the first to start first."""
        return self._found(
            DELEGATIONS.c.approver == approver,
            DELEGATIONS.c.ends_at > now,
            DELEGATIONS.c.ended_at.is_(None),
        )

    def to(self, delegate: str, now: datetime) -> list[Delegation]:
        """In whose place the delegate may decide at `now`."""
        return self._found(
            DELEGATIONS.c.delegate == delegate,
            DELEGATIONS.c.starts_at <= now,
            DELEGATIONS.c.ends_at > now,
            DELEGATIONS.c.ended_at.is_(None),
        )

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[Delegation]:
        query = sa.select(DELEGATIONS).where(*conditions)
        query = query.order_by(DELEGATIONS.c.starts_at, DELEGATIONS.c.id)
        with self._database.reading() as connection:
            return [_delegation(row) for row in connection.execute(query)]


def _delegation(row: sa.Row[Any]) -> Delegation:
    return Delegation(**row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a public thing
