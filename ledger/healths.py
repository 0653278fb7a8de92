"""How what was delivered answers: one row each, changed by the next look. No event is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.database import Database
from ledger.upsert import INSERT
from orders.health import Health, Look, after

HEALTHS = sa.Table(
    "healths",
    tables.metadata,
    sa.Column("instance", tables.Key, primary_key=True),
    sa.Column("looked_at", tables.Utc, nullable=False),
    sa.Column("since", tables.Utc, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("recent", sa.Text, nullable=False),
)
_H = HEALTHS.c


class Healths:
    """May be shared by threads; raises LedgerUnavailable while there is no database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tell(self, looks: Mapping[str, Look], at: datetime) -> Mapping[str, Health]:
        """What was seen of all that is looked at, by instance; of others nothing is kept."""
        with self._database.writing() as connection:
            former = {row.instance: _health(row) for row in connection.execute(sa.select(HEALTHS))}
            now = {name: after(former.get(name), look, at) for name, look in looks.items()}
            if now:
                rows = [_row(name, health) for name, health in now.items()]
                connection.execute(_changed(connection.dialect.name), rows)
            for name in former.keys() - now.keys():
                connection.execute(sa.delete(HEALTHS).where(_H.instance == name))
        return now

    def of(self, instances: Sequence[str]) -> Mapping[str, Health]:
        query = sa.select(HEALTHS).where(_H.instance.in_(instances))
        with self._database.reading() as connection:
            return {row.instance: _health(row) for row in connection.execute(query)}


def _changed(dialect: str) -> sa.Executable:
    """A row is changed where it stands: to remove and insert all of them is twice the writing."""
    insert = INSERT[dialect](HEALTHS)
    new = {column.name: column for column in insert.excluded if not column.primary_key}
    return insert.on_conflict_do_update(index_elements=[_H.instance], set_=new)


def _row(instance: str, health: Health) -> dict[str, Any]:
    return {
        "instance": instance,
        "looked_at": health.looked_at,
        "since": health.since,
        "why": health.why,
        "recent": json.dumps([one if one is None else round(one, 4) for one in health.recent]),
    }


def _health(row: sa.Row[Any]) -> Health:
    return Health(
        looked_at=row.looked_at,
        since=row.since,
        why=row.why,
        recent=tuple(json.loads(row.recent)),
    )
