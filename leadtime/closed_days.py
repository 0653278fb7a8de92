"""The days that the municipality closes besides, or closes early: a table in a file.

```csv
date,closes,why
2026-05-15,,the Friday after Ascension Day
2026-12-23,12:00,Christmas
```

`closes` empty: the whole day is closed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Final

from leadtime.business import CLOSES, OPENS, OSLO, YEARS, Calendar

HEADING: Final = ["date", "closes", "why"]


class ClosedDaysWrong(ValueError):
    """The file cannot be used; the message says which line, and why."""


def calendar_in(environ: Mapping[str, str]) -> Calendar:
    """With the days in the file that GRUNNMUR_CLOSED_DAYS names; raises ClosedDaysWrong."""
    path = environ.get("GRUNNMUR_CLOSED_DAYS", "").strip()
    if not path:
        return OSLO
    try:
        text = Path(path).read_text("utf-8-sig")
        return calendar_of(text.splitlines())
    except (OSError, UnicodeDecodeError, ClosedDaysWrong) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ClosedDaysWrong(f"GRUNNMUR_CLOSED_DAYS: {path}: {said}") from error


def calendar_of(lines: Iterable[str]) -> Calendar:
    """The calendar with the days of the table."""
    days: dict[date, time | None] = {}
    for number, day, closes in _rows(csv.reader(lines)):
        if day in days:
            raise ClosedDaysWrong(f"line {number}: {day} stands there twice")
        days[day] = closes
    early = {day: closes for day, closes in days.items() if closes is not None}
    made = Calendar([day for day, closes in days.items() if closes is None], early)
    for day in sorted({day.replace(month=1, day=1) for day in days}):
        try:
            made.is_open(day)
        except ValueError as error:
            raise ClosedDaysWrong(str(error)) from error
    return made


def _rows(table: Iterator[list[str]]) -> Iterator[tuple[int, date, time | None]]:
    heading = [cell.strip().lower() for cell in next(table, [])]
    if heading != HEADING:
        raise ClosedDaysWrong(f"line 1: the heading must be {','.join(HEADING)}")
    for number, row in enumerate(table, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < 2:  # noqa: PLR2004 - the date and when it closes; why is for people
            raise ClosedDaysWrong(f"line {number}: write the date, when it closes, and why")
        yield number, _day(number, row[0].strip()), _closes(number, row[1].strip())


def _day(number: int, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ClosedDaysWrong(f"line {number}: {text!r} is no date like 2026-12-23") from None
    if day.year not in YEARS:
        raise ClosedDaysWrong(f"line {number}: the calendar covers {YEARS[0]} to {YEARS[-1]}")
    return day


def _closes(number: int, text: str) -> time | None:
    if not text:
        return None
    try:
        closes = time.fromisoformat(text)
    except ValueError:
        raise ClosedDaysWrong(f"line {number}: {text!r} is no time like 12:00") from None
    if closes.tzinfo is not None or not OPENS < closes < CLOSES:
        raise ClosedDaysWrong(
            f"line {number}: {text} must lie between {OPENS:%H:%M} and {CLOSES:%H:%M}; "
            "leave it empty for a whole day"
        )
    return closes
