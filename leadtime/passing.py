"""Business time of many moments at once. The same as `leadtime.business`, as arrays.

Business time passes at one pace while the office is open and stands still else: it is drawn as a
line through every opening and closing, and read off.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from leadtime.business import OSLO, YEARS, ZONE, Calendar
from leadtime.survival import Numbers

DECEMBER = 12


class Passing:
    """Moments are seconds since 1970; so are lengths, in seconds."""

    def __init__(self, calendar: Calendar = OSLO) -> None:
        self._calendar = calendar
        self._years: dict[tuple[int, int], tuple[Numbers, Numbers]] = {}

    def business(self, start: Numbers, end: Numbers) -> Numbers:
        """The business time from each `start` to its `end`."""
        if not start.size:
            return np.zeros(0)
        first, last = _year(float(start.min())), _year(float(end.max()))
        moments, passed = self._line(first, last)
        found: Numbers = np.interp(end, moments, passed) - np.interp(start, moments, passed)
        return found

    def _line(self, first: int, last: int) -> tuple[Numbers, Numbers]:
        if (first, last) not in self._years:
            days = [day for year in range(first, last + 1) for day in self._calendar.hours(year)]
            moments = np.array([moment.timestamp() for day in days for moment in day])
            lengths = np.diff(moments, prepend=moments[0])
            lengths[::2] = 0  # from a closing to the next opening nothing passes
            self._years[first, last] = moments, np.cumsum(lengths)
        return self._years[first, last]


class Months:
    """Months of Oslo's clock, counted from the first of YEARS."""

    @cached_property
    def starts(self) -> Numbers:
        starts = [datetime(y, m, 1, tzinfo=ZONE) for y in YEARS for m in range(1, DECEMBER + 1)]
        return np.array([one.timestamp() for one in starts], np.float64)

    def of(self, moments: Numbers) -> Numbers:
        """The number of each moment's month."""
        found: Numbers = np.searchsorted(self.starts, moments, side="right") - np.float64(1)
        return found

    def number(self, at: datetime) -> int:
        return int(self.of(np.array([at.timestamp()]))[0])


def month_start(number: int) -> datetime:
    """The first moment of a month, as Oslo's clock shows it."""
    year, month = divmod(number, DECEMBER)
    return datetime(YEARS[0] + year, month + 1, 1, tzinfo=ZONE)


def _year(moment: float) -> int:
    return datetime.fromtimestamp(moment, UTC).year
