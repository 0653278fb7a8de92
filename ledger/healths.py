"""How what was delivered answers: one row each, replaced by the next look. No event is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.database import Database
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
            former = _found(connection, list(looks))
            now = {name: after(former.get(name), look, at) for name, look in looks.items()}
            connection.execute(sa.delete(HEALTHS))
            if now:
                rows = [_row(name, health) for name, health in now.items()]
                connection.execute(sa.insert(HEALTHS), rows)
        return now

    def of(self, instances: Sequence[str]) -> Mapping[str, Health]:
        with self._database.reading() as connection:
            return _found(connection, instances)


def _found(connection: sa.Connection, instances: Sequence[str]) -> dict[str, Health]:
    query = sa.select(HEALTHS).where(_H.instance.in_(instances))
    return {row.instance: _health(row) for row in connection.execute(query)}


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
