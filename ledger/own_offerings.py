"""Offerings that agencies have made themselves: every draft and every decision, and by whom.

Like an order, one of them is its entries, appended one after the other; of two who append at once
one is told so. What they make of it is in `Own`. The text of an offering is a file's: whoever
wants it in the catalogue's folder exports it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from ledger import tables
from ledger.codec import check_storable, storable
from ledger.database import Database
from ledger.track import Track
from ledger.upsert import inserted

OWN_OFFERINGS = sa.Table(
    "own_offerings",
    tables.metadata,
    sa.Column("offering", tables.Key, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", tables.Utc, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
_COLUMNS = OWN_OFFERINGS.c


class Done(StrEnum):
    """What was done with it. Closed: nobody orders it any more from a day on."""

    DRAFTED = "drafted"
    USED = "used"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PROMOTED = "promoted"
    CLOSED = "closed"
    OPENED = "opened"


class OutOfTurn(Exception):
    """Somebody else was quicker, or it is not in a state for that: look at it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`body` is the file's text of what was drafted, the JSON of what closed it, else empty."""

    offering: str
    act: Done
    agency: str
    version: int
    by: str
    at: datetime
    body: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """From the day `ends_on` nobody orders it any more; `instead` is another's id, or empty."""

    ends_on: date
    instead: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How it stands.

    Versions are numbers, 0 for none: the newest `draft`, the one the agency has in use, the one it
    has proposed for all, and the one that is common to all.
    An offering of the common catalogue's files has an entry only when it is closed: `agency` is
    empty then, and so are the versions.
    """

    id: str
    agency: str = ""
    texts: Mapping[int, str]
    draft: int = 0
    used: int = 0
    proposed: int = 0
    common: int = 0
    closed: Closed | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def next_version(self) -> int:
        """Of what is drafted next: one more than what customers have seen."""
        return self.used + 1

    def may(self, act: Done) -> bool:
        """Whether it is in a state for `act`, whoever asks."""
        return {
            Done.DRAFTED: not self.entries or bool(self.agency),
            Done.USED: self.draft > self.used,
            Done.PROPOSED: self.used > self.common and not self.proposed,
            Done.RETURNED: bool(self.proposed),
            Done.PROMOTED: bool(self.proposed),
            Done.CLOSED: not self.closed,
            Done.OPENED: bool(self.closed),
        }[act]


def closing(ends_on: date, instead: str) -> str:
    """The body of an entry that closes."""
    return json.dumps({"ends_on": ends_on.isoformat(), "instead": instead})


def followed(own: Own, entry: Entry) -> Own:
    """`own` after `entry`; raises OutOfTurn."""
    if not own.may(entry.act):
        raise OutOfTurn(f"{own.id} cannot be {entry.act} as it stands")
    return replace(own, entries=(*own.entries, entry), **_changes(own, entry))


def _changes(own: Own, entry: Entry) -> dict[str, Any]:
    if entry.act is Done.DRAFTED:
        texts = {**own.texts, entry.version: entry.body}
        return {"agency": entry.agency, "draft": entry.version, "texts": texts}
    if entry.act is Done.CLOSED:
        said = json.loads(entry.body)
        ends_on = date.fromisoformat(said["ends_on"])
        return {"closed": Closed(ends_on=ends_on, instead=said["instead"], why=entry.why)}
    simple: dict[Done, dict[str, Any]] = {
        Done.USED: {"used": own.draft},
        Done.PROPOSED: {"proposed": own.used},
        Done.RETURNED: {"proposed": 0},
        Done.PROMOTED: {"common": own.proposed, "proposed": 0},
        Done.OPENED: {"closed": None},
    }
    return simple[entry.act]


def told(entries: Iterable[Entry]) -> dict[str, Own]:
    """How each stands, by id; the entries of one follow each other."""
    found: dict[str, Own] = {}
    for id_, mine in groupby(entries, lambda one: one.offering):
        own = Own(id=id_, texts={})
        for entry in mine:
            own = followed(own, entry)
        found[id_] = own
    return found


class OwnOfferings:
    """None is ever deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def track(self) -> Track:
        """What has come of what was ordered of them, and who has it."""
        return Track(self._database)

    def stamp(self) -> int:
        """Another number whenever something was appended."""
        with self._database.reading() as connection:
            count = sa.select(sa.func.count()).select_from(OWN_OFFERINGS)
            return int(connection.execute(count).scalar_one())

    def all(self) -> dict[str, Own]:
        """Every one, by id."""
        query = sa.select(OWN_OFFERINGS).order_by(_COLUMNS.offering, _COLUMNS.number)
        with self._database.reading() as connection:
            return told(_entry(row) for row in connection.execute(query))

    def find(self, id_: str) -> Own | None:
        if not storable(id_):
            return None
        query = sa.select(OWN_OFFERINGS).where(_COLUMNS.offering == id_).order_by(_COLUMNS.number)
        with self._database.reading() as connection:
            return told(_entry(row) for row in connection.execute(query)).get(id_)

    def append(self, own: Own, entry: Entry) -> Own:
        """`own` as it was read, with `entry` after it. Raises OutOfTurn and NotStorable."""
        check_storable(entry.offering, entry.body, entry.why, entry.by)
        after = followed(own, entry)
        row = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
        row |= {"act": entry.act.value, "number": len(after.entries)}
        with self._database.writing() as connection:
            if not inserted(connection, OWN_OFFERINGS, row):
                raise OutOfTurn(f"{own.id} has changed meanwhile")
        return after


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        offering=row.offering,
        act=Done(row.act),
        agency=row.agency,
        version=row.version,
        by=row.by,
        at=row.at,
        body=row.body,
        why=row.why,
    )
