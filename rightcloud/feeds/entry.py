"""A piece of a JSON document that knows where it stands, so that a refusal can say so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rightcloud.errors import Refused
from rightcloud.table import day_of

_DAY = 10  # letters of an ISO date


@dataclass(frozen=True, slots=True)
class Entry:
    """`place` is the document's name and the way to `data` in it."""

    place: str
    data: Any

    def at(self, key: str) -> Entry:
        """What stands under a key; Refused when nothing does."""
        found = self.find(key)
        if found is None:
            raise self.refused(f"`{key}` is missing: the document is cut short or has changed")
        return found

    def find(self, key: str) -> Entry | None:
        """What stands under a key, None when nothing does; Refused when this holds no keys."""
        if not isinstance(self.data, Mapping):
            raise self.refused(f"must hold keys and values, not {_shown(self.data)}")
        value = self.data.get(key)
        return None if value is None else Entry(f"{self.place}.{key}", value)

    def each(self) -> Iterator[Entry]:
        """The members of a list."""
        if not isinstance(self.data, list):
            raise self.refused(f"must be a list, not {_shown(self.data)}")
        for number, value in enumerate(self.data):
            yield Entry(f"{self.place}[{number}]", value)

    def items(self) -> Iterator[tuple[str, Entry]]:
        """The keys and what stands under them."""
        if not isinstance(self.data, Mapping):
            raise self.refused(f"must hold keys and values, not {_shown(self.data)}")
        for key, value in self.data.items():
            yield str(key), Entry(f"{self.place}.{key}", value)

    def text(self) -> str:
        if not isinstance(self.data, str):
            raise self.refused(f"must be text, not {_shown(self.data)}")
        return self.data

    def said(self, key: str) -> str:
        """The text under a key, empty when there is none."""
        found = self.find(key)
        return "" if found is None else found.text()

    def number(self) -> float:
        """A finite number of at least 0, also when it is written as text."""
        given = self.data
        try:
            number = math.nan if isinstance(given, bool | None) else float(given)
        except (TypeError, ValueError):
            number = math.nan
        if not 0 <= number < math.inf:
            raise self.refused(f"must be a finite number of at least 0, not {_shown(given)}")
        return number

    def day(self) -> date:
        """The day of an ISO date or time."""
        found = day_of(self.text()[:_DAY])
        if found is None:
            raise self.refused(f"must be a date, not {_shown(self.data)}")
        return found

    def refused(self, reason: str) -> Refused:
        return Refused(f"{self.place}: {reason}")


def _shown(value: object) -> str:
    return "nothing" if value is None else f"{value!r:.60}"
