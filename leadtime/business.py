"""Business time: the hours when somebody is at work. Exact, never an estimate; reads no clock.

Working days are Monday to Friday, 08-16 in Oslo, without Norway's public holidays. Christmas Eve,
New Year's Eve and the Wednesday before Easter close at noon. What the municipality closes besides
is an argument.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

ZONE: Final = ZoneInfo("Europe/Oslo")
OPENS: Final = time(8)
CLOSES: Final = time(16)
CLOSES_EARLY: Final = time(12)
HALF_DAYS: Final = frozenset({(12, 24), (12, 31)})  # month, day; and the Wednesday before Easter

YEARS: Final = range(1950, 2101)  # what the table of holidays knows, and May Day is one of them

_SATURDAY = 5
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class _Day:
    opens: datetime
    closes: datetime

    def until(self, moment: datetime) -> timedelta:
        """How much of this day's business time has passed at `moment`."""
        return max(_NOTHING, min(moment, self.closes) - self.opens)


@dataclass(frozen=True, slots=True)
class _Year:
    """The working days of a year, and the business time from its start to the end of each.

    Whether the year turns in Oslo or in UTC is all the same: nobody is at work in that hour.
    """

    days: tuple[_Day, ...]
    sums: tuple[timedelta, ...]

    @property
    def whole(self) -> timedelta:
        return self.sums[-1]

    def until(self, moment: datetime) -> timedelta:
        place = bisect_left(self.days, moment, key=lambda day: day.closes)
        before = self.sums[place - 1] if place else _NOTHING
        return before + (self.days[place].until(moment) if place < len(self.days) else _NOTHING)

    def at(self, passed: timedelta) -> datetime:
        """The first moment when `passed`, more than nothing, of this year has passed."""
        place = bisect_left(self.sums, passed)
        return self.days[place].closes - (self.sums[place] - passed)


class Calendar:
    """Adds and measures business time.

    `closed` are whole days that are closed besides, `early` the days that close before their time.
    """

    def __init__(
        self, closed: Collection[date] = (), early: Mapping[date, time] | None = None
    ) -> None:
        self._closed = frozenset(closed)
        self._early = dict(early or {})
        self._years: dict[int, _Year] = {}
        self._wholes: dict[tuple[int, int], timedelta] = {}

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The first moment, in UTC, when `length` of business time has passed since `start`.

        Raises ValueError for a time without zone, a negative length, and beyond YEARS.
        """
        if length < _NOTHING:
            raise ValueError(f"cannot add {length}: business time is added forwards")
        moment = _utc(start)
        if not length:
            return moment
        number = moment.year
        year = self._year(number)
        passed = year.until(moment) + length
        while passed > year.whole:
            passed -= year.whole
            number += 1
            year = self._year(number)
        return year.at(passed)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time from `start` to `end`; negative when `end` is the earlier one.

        Raises ValueError for a time without zone, and beyond YEARS.
        """
        one, other = _utc(start), _utc(end)
        if other < one:
            return -self.between(other, one)
        first, last = one.year, other.year
        return (
            self._whole(first, last) + self._year(last).until(other) - self._year(first).until(one)
        )

    def hours(self, year: int) -> list[tuple[datetime, datetime]]:
        """When the office opens and closes on each working day of `year`, in UTC."""
        return [(day.opens, day.closes) for day in self._year(year).days]

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself when somebody is at work, else the next time that somebody is; in UTC."""
        return self.add(moment, timedelta.resolution) - timedelta.resolution

    def is_open(self, day: date) -> bool:
        """Whether any of `day` is business time."""
        return any(
            worked.opens.astimezone(ZONE).date() == day for worked in self._year(day.year).days
        )

    def _whole(self, first: int, last: int) -> timedelta:
        """The business time of the years from `first` to before `last`."""
        if (first, last) not in self._wholes:
            whole = (self._year(number).whole for number in range(first, last))
            self._wholes[first, last] = sum(whole, _NOTHING)
        return self._wholes[first, last]

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = self._counted(number)
        return self._years[number]

    def _counted(self, number: int) -> _Year:
        if number not in YEARS:
            raise ValueError(f"no calendar for {number}: it covers {YEARS[0]} to {YEARS[-1]}")
        table = country_holidays("NO", years=number, language="no")
        easter_thursday: date = table.get_named("Skjærtorsdag")[0]
        half = {date(number, month, day) for month, day in HALF_DAYS}
        half.add(easter_thursday - timedelta(days=1))
        first = date(number, 1, 1)
        count = (date(number + 1, 1, 1) - first).days
        every = (first + timedelta(days=past) for past in range(count))
        days = tuple(
            _day(day, min(self._early.get(day, CLOSES), CLOSES_EARLY if day in half else CLOSES))
            for day in every
            if day.weekday() < _SATURDAY and day not in table and day not in self._closed
        )
        if not days:
            raise ValueError(f"every day of {number} is closed: check the table of closed days")
        return _Year(days, tuple(accumulate(day.closes - day.opens for day in days)))


OSLO: Final = Calendar()


def _day(day: date, closes: time) -> _Day:
    # in UTC: between two times of one zone Python subtracts the clock faces, over DST too
    return _Day(
        datetime.combine(day, OPENS, ZONE).astimezone(UTC),
        datetime.combine(day, closes, ZONE).astimezone(UTC),
    )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} needs a time zone")
    return moment.astimezone(UTC)
