"""What can be ordered: the catalogue's files, and beside them what agencies have made themselves.

A file wins over a row of the same name: so a row that was exported as a file is not there twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock

from typing_extensions import override

from catalog.offering import Offering
from catalog.own import checked
from ledger import SqlLedger
from ledger.own_offerings import Closed, Entry, Own

Offerings = Mapping[str, Offering]
FRESH = 1.0  # seconds


class NoLongerOrdered(Exception):
    """It is offered no more to whoever wants a new one."""

    def __init__(self, offering: Offering, closed: Closed) -> None:
        super().__init__(offering.id)
        self.offering = offering
        self.closed = closed


class Shelf(Mapping[str, Offering]):
    """How it all stands at one time: a mapping of everything, whoever may order it."""

    def __init__(self, files: Offerings, own: Mapping[str, Own]) -> None:
        self._files = files
        self._own = own
        self._read: dict[tuple[str, int], Offering | None] = {}
        newest = {one.id: self.version(one, one.used) for one in self.rows.values()}
        self._all = dict(files) | {id_: found for id_, found in newest.items() if found}

    @override
    def __getitem__(self, id_: str) -> Offering:
        return self._all[id_]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    @override
    def __len__(self) -> int:
        return len(self._all)

    @property
    def files(self) -> Offerings:
        return self._files

    @property
    def rows(self) -> Mapping[str, Own]:
        """What agencies have made, and no file has the name of."""
        return {id_: one for id_, one in self._own.items() if one.agency and id_ not in self._files}

    def version(self, own: Own, version: int) -> Offering | None:
        """That version of an agency's own; None when the catalogue has grown out of it."""
        key = own.id, version
        if version and key not in self._read:
            self._read[key] = checked(own.texts[version].encode(), own.id, self._files)[0]
        return self._read.get(key)

    def to(self, agency: str) -> dict[str, Offering]:
        """What the agency may have: what is common to all, and its own as it uses it."""
        found = dict(self._files)
        for own in self.rows.values():
            version = own.used if own.agency == agency else own.common
            if offering := self.version(own, version):
                found[own.id] = offering
        return found

    def open_to(self, agency: str, today: date) -> dict[str, Offering]:
        """What the agency may order anew."""
        return {
            id_: one
            for id_, one in self.to(agency).items()
            if not (closed := self.closed(id_)) or today < closed.ends_on
        }

    def closed(self, id_: str) -> Closed | None:
        """Whether it is, or will be, no longer ordered."""
        own = self._own.get(id_)
        return own.closed if own else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    stamp: int
    looked: float
    shelf: Shelf


class Offered:
    """Looks once a second whether another process has written, and reads the rows again if so."""

    def __init__(
        self, files: Offerings, ledger: SqlLedger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._files = files
        self._rows = ledger.own_offerings
        self._clock = clock
        self._lock = Lock()
        self._kept: _Kept | None = None

    def shelf(self) -> Shelf:
        with self._lock:
            kept, now = self._kept, self._clock()
            if kept is None or now - kept.looked > FRESH:
                stamp = self._rows.stamp()
                known = kept is not None and kept.stamp == stamp
                shelf = kept.shelf if kept and known else Shelf(self._files, self._rows.all())
                self._kept = kept = _Kept(stamp=stamp, looked=now, shelf=shelf)
            return kept.shelf

    def append(self, own: Own, entry: Entry) -> Own:
        """As `OwnOfferings.append`; seen at once by whoever asks here."""
        after = self._rows.append(own, entry)
        with self._lock:
            self._kept = None
        return after
