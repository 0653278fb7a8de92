"""What is known of an offering: how it went, and who would notice if it went away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from leadtime.business import Calendar
from ledger.track import Delivery, Holder, Outcome
from ledger.voices import Recurring
from portal.house import House

BACK = timedelta(days=365)
MOST = 5  # questions that are shown
_HALF, _MOST_OF = 0.5, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`half` and `most`: within which business time half, and nine of ten, were delivered."""

    outcome: Outcome
    half: timedelta | None
    most: timedelta | None
    kept: int
    holders: Sequence[Holder]
    questions: Sequence[Recurring]

    @property
    def ended(self) -> int:
        return self.outcome.delivered + self.outcome.failed

    @property
    def failed_share(self) -> int:
        """Per cent."""
        return round(100 * self.outcome.failed / self.ended) if self.ended else 0

    @property
    def kept_share(self) -> int:
        """Per cent of the latest deliveries that came in time."""
        number = len(self.outcome.deliveries)
        return round(100 * self.kept / number) if number else 0

    @property
    def score(self) -> float | None:
        scores = self.outcome.scores
        return round(sum(scores) / len(scores), 1) if scores else None


def figures(house: House, offering: str, now: datetime) -> Figures:
    """Of the last year."""
    track = house.ledger.own_offerings.track
    outcome = track.outcome(offering, now - BACK)
    times = _times(house.calendar, outcome.deliveries)
    return Figures(
        outcome=outcome,
        half=_within(times, _HALF),
        most=_within(times, _MOST_OF),
        kept=sum(one.ended_at <= one.promised_at for one in outcome.deliveries),
        holders=track.holders(offering),
        questions=house.ledger.voices.questions(now - BACK, offering)[:MOST],
    )


def _times(calendar: Calendar, deliveries: Sequence[Delivery]) -> list[timedelta]:
    return sorted(calendar.between(one.placed_at, one.ended_at) for one in deliveries)


def _within(times: Sequence[timedelta], share: float) -> timedelta | None:
    return times[ceil(share * len(times)) - 1] if times else None
