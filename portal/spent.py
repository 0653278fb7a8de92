"""Where an order's time went: step by step, each with its side, as picture and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from leadtime.business import Calendar
from orders.clocks import item_time
from orders.events import LedgerEvent
from orders.model import OrderItem, Party
from portal.leadtime_chart import strip
from portal.leadtime_words import label_text
from portal.speech import Speech


def whole_minutes(business: timedelta) -> timedelta:
    """Rounded down: a part must not look longer than the whole, which is told to the second."""
    return business - business % timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One line of it; `business` is what of its length fell in opening hours."""

    label: str
    side: Party
    length: timedelta
    business: timedelta
    picture: Markup


def times(
    speech: Speech,
    history: Sequence[LedgerEvent],
    item: OrderItem,
    until: datetime,
    calendar: Calendar,
) -> list[Time]:
    """In the order of time: in the picture each begins where the one before it ended."""
    spent = item_time(history, item.id, until)
    whole = spent.whole or timedelta.resolution
    return [
        Time(
            label=label_text(speech, span.label),
            side=span.side,
            length=span.length,
            business=whole_minutes(calendar.between(span.start, span.end)),
            picture=strip(
                (span.start - spent.spans[0].start) / whole, span.length / whole, span.side.value
            ),
        )
        for span in spent.spans
    ]
