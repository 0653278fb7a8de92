"""The date we say when an order is placed: for now the time that the catalogue states."""

from __future__ import annotations

from datetime import datetime, timedelta

from leadtime.business import OSLO, Calendar


def stated(lead_time: timedelta, at: datetime, calendar: Calendar = OSLO) -> datetime:
    """When what is ordered at `at` is promised, in UTC: `lead_time` is business time.

    Placed outside opening hours, the time runs from the next opening.
    """
    return calendar.add(at, lead_time)
