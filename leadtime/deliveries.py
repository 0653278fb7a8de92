"""All that was ever delivered, as columns of numbers: what the pages of lead times count in.

Read once, then only what has ended since. May be shared by threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from leadtime.business import OSLO, Calendar
from leadtime.passing import Months, Passing

OVERLAP: Final = timedelta(minutes=10)  # an end may be written later than one that came after it

# One row per ended item, in the order of ends; lengths in seconds, moments since 1970.
ROW: Final = np.dtype(
    [(name, "i4") for name in ("agency", "offering", "provider", "action", "state", "month")]
    + [(name, "f8") for name in ("placed", "promised", "ended", "wall", "business")]
)
# One stretch of an item's time: `row` is the item's place, `label` and `side` whose it was.
STRETCH: Final = np.dtype(
    [(name, "i4") for name in ("row", "label", "side")]
    + [(name, "f8") for name in ("start", "end", "wall", "business")]
)
Rows = NDArray[np.void]


class Lasted(Protocol):
    """As `ledger.lead_times` tells of an ended item; moments in seconds since 1970."""

    @property
    def order(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def offering(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def placed(self) -> int: ...
    @property
    def promised(self) -> int: ...
    @property
    def ended(self) -> int: ...
    @property
    def spans(self) -> Sequence[tuple[str, str, str, str]]: ...


class LeadTimes(Protocol):
    """`ledger.lead_times`."""

    def lasted(self, since: datetime | None = None) -> Iterator[Any]: ...


class Words:
    """Each word's number, and back. Only grows, so that what is drawn from it stays true."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []

    def number(self, word: str) -> int:
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self._words)
            self._words.append(word)
        return found

    def known(self, word: str) -> int:
        """The number of a word that was seen; -1, which is no word's, of another."""
        return self._numbers.get(word, -1)

    def word(self, number: int) -> str:
        return self._words[number]


@dataclass(frozen=True, slots=True)
class Book:
    """How it stood at one moment. `orders` are the numbers of the orders, row by row."""

    words: Words
    labels: Words  # of stretches, and their sides
    rows: Rows
    stretches: Rows
    orders: Sequence[str]


class Deliveries:
    """Keeps the book up to date."""

    def __init__(self, source: LeadTimes, calendar: Calendar = OSLO) -> None:
        self._source = source
        self._passing, self._months = Passing(calendar), Months()
        self._lock = Lock()
        self._words, self._labels = Words(), Words()
        self._book = Book(self._words, self._labels, np.zeros(0, ROW), np.zeros(0, STRETCH), ())
        self._settled: datetime | None = None  # what ended before it is read for good

    def book(self, now: datetime) -> Book:
        """All that has ended by now."""
        with self._lock:
            book, until = self._book, self._settled
            count = int(np.searchsorted(book.rows["ended"], until.timestamp())) if until else 0
            told = list(self._source.lasted(until))
            if len(told) != len(book.rows) - count:
                self._book = self._with(book, count, told)
            self._settled = (now - OVERLAP).replace(microsecond=0)
            return self._book

    def _with(self, before: Book, count: int, told: Sequence[Lasted]) -> Book:
        rows = np.array([self._row(one) for one in told], ROW)
        rows["wall"] = rows["ended"] - rows["placed"]
        rows["business"] = self._passing.business(rows["placed"], rows["ended"])
        rows["month"] = self._months.of(rows["ended"])
        parts = [part for nth, one in enumerate(told) for part in self._parts(count + nth, one)]
        stretches = np.array(parts, STRETCH)
        stretches["wall"] = stretches["end"] - stretches["start"]
        stretches["business"] = self._passing.business(stretches["start"], stretches["end"])
        kept = before.stretches[before.stretches["row"] < count]
        return Book(
            self._words,
            self._labels,
            np.concatenate([before.rows[:count], rows]),
            np.concatenate([kept, stretches]),
            [*before.orders[:count], *(one.order for one in told)],
        )

    def _row(self, one: Lasted) -> tuple[float, ...]:
        said = (one.agency, one.offering, one.provider, one.action, one.state)
        numbers = [self._words.number(word) for word in said]
        return (*numbers, 0, one.placed, one.promised, one.ended, 0, 0)

    def _parts(self, row: int, one: Lasted) -> Iterable[tuple[float, ...]]:
        for label, side, start, end in one.spans:
            began, ended = (datetime.fromisoformat(text).timestamp() for text in (start, end))
            told = self._labels.number(label), self._labels.number(side)
            yield (row, *told, began, ended, 0, 0)
