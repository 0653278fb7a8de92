"""Orders of an old system, imported to learn promises from. Never orders of ours, and removable.

A log is read event by event in any order, so a case is drawn together here: memory stays flat.
Until all of it is in, nobody reads any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import storable
from ledger.database import Database
from ledger.errors import AlreadyImported
from ledger.upsert import INSERT

LOGS = sa.Table(
    "imported_logs",
    tables.metadata,
    sa.Column("name", tables.Key, primary_key=True),
    sa.Column("offering", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("imported_at", tables.Utc, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
)
CASES = sa.Table(
    "imported_cases",
    tables.metadata,
    sa.Column("log", tables.Key, sa.ForeignKey("imported_logs.name"), primary_key=True),
    sa.Column("id", tables.Key, primary_key=True),
    sa.Column("placed_at", tables.Utc, nullable=False),
    sa.Column("last_at", tables.Utc, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Index("imported_cases_by_end", "last_at", "log", "id"),
)
BATCH = 5000  # events in one transaction: others write between two of them


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLog:
    """A log, and what all its cases are taken for. `cases` are those that ended."""

    name: str
    offering: str
    provider: str
    plan: str
    by: str
    imported_at: datetime
    cases: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OldEvent:
    """Something happened to a case. `ends`: with this it is delivered."""

    case: str
    at: datetime
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OldCase:
    """From its first event to its last."""

    log: OldLog
    id: str
    placed_at: datetime
    ended_at: datetime


class OldOrders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, log: OldLog, events: Iterable[OldEvent]) -> OldLog:
        """Import it all or nothing, and say how many cases ended. Raises AlreadyImported.

        What a killed import left behind is swept first. Whatever `events` raises is passed on.
        """
        self._begin(log)
        try:
            waiting = iter(events)
            while batch := list(islice(waiting, BATCH)):
                self._write(log.name, batch)
        except BaseException:
            self.forget(log.name)
            raise
        with self._database.writing() as connection:
            mine = LOGS.c.name == log.name
            connection.execute(sa.update(LOGS).where(mine).values(complete=True))
        return next(one for one in self.logs() if one.name == log.name)

    def forget(self, name: str) -> bool:
        """Whether there was such a log; nothing of it is left."""
        if not storable(name):
            return False
        with self._database.writing() as connection:
            connection.execute(sa.delete(CASES).where(CASES.c.log == name))
            return connection.execute(sa.delete(LOGS).where(LOGS.c.name == name)).rowcount > 0

    def logs(self) -> list[OldLog]:
        """By name; only what was read to its end."""
        ended = sa.func.count(CASES.c.id).filter(CASES.c.done)
        query = (
            sa.select(LOGS, ended.label("cases"))
            .outerjoin(CASES, CASES.c.log == LOGS.c.name)
            .where(LOGS.c.complete)
            .group_by(*LOGS.c)
            .order_by(LOGS.c.name)
        )
        with self._database.reading() as connection:
            return [_log(row) for row in connection.execute(query)]

    def cases(self, since: datetime) -> Iterator[OldCase]:
        """Those that ended since then, in the order of their ends."""
        logs = {log.name: log for log in self.logs()}
        query = (
            sa.select(CASES)
            .where(CASES.c.done, CASES.c.log.in_(sorted(logs)), CASES.c.last_at >= since)
            .order_by(CASES.c.last_at, CASES.c.log, CASES.c.id)
            .execution_options(yield_per=BATCH)
        )
        with self._database.reading() as connection, connection.execute(query) as rows:
            for row in rows:
                yield OldCase(
                    log=logs[row.log], id=row.id, placed_at=row.placed_at, ended_at=row.last_at
                )

    def _begin(self, log: OldLog) -> None:
        with self._database.writing() as connection:
            mine = LOGS.c.name == log.name
            complete = connection.execute(sa.select(LOGS.c.complete).where(mine)).scalar()
            if complete:
                raise AlreadyImported(
                    f"log {log.name!r} is imported already: forget it first, or give another --name"
                )
            connection.execute(sa.delete(CASES).where(CASES.c.log == log.name))
            connection.execute(sa.delete(LOGS).where(mine))
            row = {
                "name": log.name,
                "offering": log.offering,
                "provider": log.provider,
                "plan": log.plan,
                "by": log.by,
                "imported_at": log.imported_at,
                "complete": False,
            }
            connection.execute(sa.insert(LOGS).values(row))

    def _write(self, log: str, batch: list[OldEvent]) -> None:
        rows: dict[str, dict[str, Any]] = {}
        for event in batch:
            row = rows.setdefault(event.case, _row(log, event))
            row["placed_at"] = min(row["placed_at"], event.at)
            row["last_at"] = max(row["last_at"], event.at)
            row["done"] = row["done"] or event.ends
        with self._database.writing() as connection:
            connection.execute(_merge(connection.dialect.name), list(rows.values()))


def _row(log: str, event: OldEvent) -> dict[str, Any]:
    return {
        "log": log,
        "id": event.case,
        "placed_at": event.at,
        "last_at": event.at,
        "done": event.ends,
    }


def _merge(dialect: str) -> sa.Insert:
    """Insert a case, or draw the one that is there out to hold this too."""
    inserting = INSERT[dialect](CASES)
    new, is_ = inserting.excluded, CASES.c
    return inserting.on_conflict_do_update(
        index_elements=["log", "id"],
        set_={
            "placed_at": sa.case(
                (new.placed_at < is_.placed_at, new.placed_at), else_=is_.placed_at
            ),
            "last_at": sa.case((new.last_at > is_.last_at, new.last_at), else_=is_.last_at),
            "done": sa.or_(is_.done, new.done),
        },
    )


def _log(row: sa.Row[Any]) -> OldLog:
    return OldLog(
        name=row.name,
        offering=row.offering,
        provider=row.provider,
        plan=row.plan,
        by=row.by,
        imported_at=row.imported_at,
        cases=row.cases,
    )
