"""Was the clock stopped to save a promise? A question asked when the promised time was nearly out.

The time that an answer takes is the customer's. Who asks at the last moment may have good reason;
that it is seen keeps it rare.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from leadtime.business import OSLO, Calendar

SHARE: Final = 10  # the last tenth of what was promised,
LEAST: Final = timedelta(hours=1)  # or the last hour of business time, when that is longer;
HALF: Final = 2  # never more than half of it


def left_when_asked(
    placed_at: datetime, promised_at: datetime, asked_at: datetime, calendar: Calendar = OSLO
) -> timedelta | None:
    """The business time that the promise still had, when that was suspiciously little.

    None when the question came in good time, or after the promised time had passed.
    """
    whole = calendar.between(placed_at, promised_at)
    if asked_at >= promised_at or not whole:
        return None
    left = calendar.between(asked_at, promised_at)
    return left if left <= min(max(whole / SHARE, LEAST), whole / HALF) else None
