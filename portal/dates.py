"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date

_NORWEGIAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def read_day(text: str) -> date | None:
    """`24.12.2026` or `2026-12-24`; None for anything else, and for days that do not exist."""
    text = text.strip()
    if match := _NORWEGIAN.fullmatch(text):
        day, month, year = match.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
