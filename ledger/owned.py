"""What agencies have, as a part of the ledger that its users hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Unpack

from ledger import things
from ledger.database import Database
from ledger.things import ThingWish
from orders.thing import Thing


class Owned:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def things(self, agency: str | None = None, **wanted: Unpack[ThingWish]) -> list[Thing]:
        """What agencies have, newest first; `things.MOST` of it at most."""
        with self._database.reading() as connection:
            return things.found(connection, agency, wanted)

    def each_thing(self, agency: str | None = None) -> Iterator[Thing]:
        """All of it, however much there is, newest first."""
        last = None
        while page := self.things(agency, before=last):
            yield from page
            last = page[-1]

    def count_things(self, agency: str | None = None, **wanted: Unpack[ThingWish]) -> int:
        with self._database.reading() as connection:
            return things.count(connection, agency, wanted)

    def users(self, agency: str, instances: Collection[str]) -> list[Thing]:
        """What the agency has that needs one of `instances` itself; all of it."""
        with self._database.reading() as connection:
            return things.users(connection, agency, instances)

    def thing(self, instance: str) -> Thing | None:
        return next(iter(self.things(instance=instance)), None)
