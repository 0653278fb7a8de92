"""What a page of lead times is asked for, by its address, and which deliveries that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from leadtime.deliveries import Book
from leadtime.figures import EDGES, Clock, bars, in_time, is_delivered, is_promised
from leadtime.passing import Months, month_start
from leadtime.survival import Flags
from orders.model import Action
from portal.dates import read_count
from portal.rendering import address
from portal.speech import OSLO

PERIODS: Final = (3, 6, 12, 24)  # months
USUAL: Final = 12
GROUPS: Final = ("offering", "provider", "agency")
CLOCKS: Final[tuple[Clock, ...]] = ("business", "wall")
_MONTHS: Final = Months()
LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`only` narrows by offering, provider and agency; `months` counts back from this one.

    `month`, `bar` and `missed` choose what a figure was made of: one month's, one bar's of the
    histogram, and what came too late.
    """

    now: datetime
    months: int = USUAL
    action: str = Action.PROVISION.value
    clock: Clock = "business"
    only: Mapping[str, str] = field(default_factory=dict[str, str])
    month: int | None = None
    bar: int | None = None
    missed: bool = False

    @classmethod
    def read(cls, said: Mapping[str, str], now: datetime, groups: frozenset[str]) -> Asked:
        """What cannot be understood, or may not be asked, is as if it were not there."""
        months = said.get("months", "")
        action, clock = said.get("action", ""), said.get("clock", "")
        return cls(
            now=now,
            months=int(months) if months in map(str, PERIODS) else USUAL,
            action=action if action in set(Action) else Action.PROVISION.value,
            clock=clock if clock in CLOCKS else "business",
            only={
                name: said[name][:LONGEST] for name in GROUPS if name in groups and said.get(name)
            },
            month=_month(said.get("month", "")),
            bar=_number(said.get("bar", ""), len(EDGES["business"])),
            missed=said.get("missed") == "yes",
        )

    @property
    def numbers(self) -> range:
        """The months, as the book counts them."""
        last = _MONTHS.number(self.now)
        return range(last - self.months + 1, last + 1)

    def chosen(self, book: Book, *, agency: str | None = None) -> Flags:
        """Which rows of the book; with `agency`, that agency's alone."""
        rows, word = book.rows, book.words.known
        months = self.numbers if self.month is None else range(self.month, self.month + 1)
        found: Flags = (rows["month"] >= months.start) & (rows["month"] < months.stop)
        found &= rows["action"] == word(self.action)
        for name, value in self.only.items():
            found &= rows[name] == word(value)
        if agency is not None:
            found &= rows["agency"] == word(agency)
        if self.bar is not None:
            found &= (bars(rows[self.clock], self.clock) == self.bar) & is_delivered(book, rows)
        if self.missed:
            found &= is_promised(book, rows) & ~in_time(book, rows)
        return np.asarray(found)

    def to(self, path: str = "/lead-time", **changed: object) -> str:
        """The address of the same with something else; None leaves that out."""
        said: dict[str, object] = {
            "months": self.months if self.months != USUAL else None,
            "action": self.action if self.action != Action.PROVISION.value else None,
            "clock": self.clock if self.clock != "business" else None,
            **self.only,
            "month": name_of(self.month) if self.month is not None else None,
            "bar": self.bar,
            "missed": "yes" if self.missed else None,
        }
        return address(path, **(said | changed))


def name_of(month: int) -> str:
    """`2026-11`."""
    return f"{month_start(month):%Y-%m}"


def _month(text: str) -> int | None:
    try:
        return _MONTHS.number(datetime.strptime(text, "%Y-%m").replace(tzinfo=OSLO))
    except (ValueError, OverflowError):
        return None


def _number(text: str, most: int) -> int | None:
    number = read_count(text)
    return number if number is not None and number <= most else None
