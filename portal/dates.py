"""Days, times and numbers as people type them, or as an address carries them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from portal.speech import OSLO

_NORWEGIAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")
_COUNT = re.compile(r"[0-9]{1,9}")
_YEARS = range(1900, 3000)  # what anybody means, and some days and a time zone may be added to it


def read_day(text: str) -> date | None:
    """`24.12.2026` or `2026-12-24`; None for anything else, and for days that nobody means."""
    text = text.strip()
    if match := _NORWEGIAN.fullmatch(text):
        day, month, year = match.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def read_moment(text: str) -> datetime | None:
    """`24.12.2026 14.30` in Oslo's time; a day alone is its beginning."""
    day_text, _, time_text = text.strip().partition(" ")
    day = read_day(day_text)
    match = _TIME.fullmatch(time_text.strip() or "0.00")
    if day is None or match is None:
        return None
    clock = time(int(match[1]), int(match[2]), tzinfo=OSLO)
    return datetime.combine(day, clock).astimezone(UTC)


def read_count(text: str) -> int | None:
    """A whole number of at most nine digits; None for anything else."""
    return int(text) if _COUNT.fullmatch(text) else None
