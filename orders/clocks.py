"""Whose second is it? Every second of an order belongs to one side, and to one stage of it.

Wall time only; business time is the business of `leadtime`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

from orders.events import (
    ApprovalRefused,
    ItemCancelled,
    ItemCompleted,
    ItemFailed,
    ItemRejected,
    LedgerEvent,
)
from orders.lifecycle import evolve
from orders.model import Order, OrderItem, Party, State, turn

# What can end an item, and with the last of them the order.
ENDINGS = (ItemCompleted, ItemFailed, ItemCancelled, ItemRejected, ApprovalRefused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time with one label and one side."""

    label: str
    side: Party
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """Placed to the end, or to now for an open order; the parts add up to the whole."""

    spans: tuple[Span, ...]

    @property
    def whole(self) -> timedelta:
        return sum((span.length for span in self.spans), timedelta())

    def of(self, side: Party) -> timedelta:
        return sum((span.length for span in self.spans if span.side is side), timedelta())

    @property
    def handovers(self) -> int:
        """Changes of side after the order was placed."""
        sides = [side for side, _ in groupby(self.spans, key=lambda span: span.side)]
        return len(sides) - 1 if sides else 0


def order_time(history: Sequence[LedgerEvent], now: datetime) -> LeadTime:
    """Where the order's time went, one span per state of the whole order; none is empty."""
    return LeadTime(spans=tuple(_joined(_spans(history, now, None))))


def item_time(history: Sequence[LedgerEvent], item: str, now: datetime) -> LeadTime:
    """Where one item's time went, one span per stage; none is empty."""
    return LeadTime(spans=tuple(_joined(_spans(history, now, item))))


def ended_at(history: Sequence[LedgerEvent]) -> datetime | None:
    """When an ended order's last item ended; what is said of the order later changes nothing."""
    ends = [number for number, event in enumerate(history, 1) if isinstance(event, ENDINGS)]
    return max(event.at for event in history[: ends[-1]]) if ends else None


def _spans(history: Sequence[LedgerEvent], now: datetime, item: str | None) -> Iterator[Span]:
    for (order, start), (_, end) in pairwise(_moments(history, now)):
        subject: Order | OrderItem = order.items[item] if item else order
        # What was passed through within one entry is no place where time went.
        if (side := turn(subject.state)) and end > start:
            yield Span(label=_label(subject), side=side, start=start, end=end)


def _moments(history: Sequence[LedgerEvent], now: datetime) -> Iterator[tuple[Order, datetime]]:
    """The order after each event and when; a clock that ran backwards stands still instead."""
    order: Order | None = None
    last = datetime.min.replace(tzinfo=UTC)
    for event in history:
        order = evolve(order, event)
        last = max(last, event.at.astimezone(UTC))
        yield order, last
    if order is not None:
        yield order, max(last, now.astimezone(UTC))


def _label(subject: Order | OrderItem) -> str:
    working = subject.state in {State.IN_PROGRESS, State.PENDING_CANCELLATION}
    if isinstance(subject, OrderItem) and working and subject.stage:
        return str(subject.stage)
    return str(subject.state)


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    for (label, side), run in groupby(spans, key=lambda span: (span.label, span.side)):
        parts = list(run)
        yield Span(label=label, side=side, start=parts[0].start, end=parts[-1].end)
