"""What people answered, beside how long it took: by offering, for everybody to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from leadtime.business import Calendar
from ledger.voices import Opinion

SCORES = range(1, 6)
CONTENT = 4  # from here on somebody is content


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`counts` are the answers by score; the times are business time of the orders answered for.

    Half of them took at most `half`, nine in ten at most `most`; `kept` of `ended` held the first
    promise.
    """

    offering: str
    counts: tuple[int, ...]
    half: timedelta
    most: timedelta
    kept: int
    ended: int

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def content(self) -> int:
        """Of a hundred."""
        return round(100 * sum(self.counts[CONTENT - 1 :]) / self.number)

    @property
    def tallest(self) -> int:
        return max(self.counts)

    @property
    def kept_share(self) -> int:
        return round(100 * self.kept / self.ended) if self.ended else 0


def results(calendar: Calendar, opinions: Iterable[Opinion]) -> list[Result]:
    """The most answered offerings first."""
    found: dict[str, list[Opinion]] = defaultdict(list)
    for one in opinions:
        found[one.offering].append(one)
    made = [_result(calendar, offering, given) for offering, given in found.items()]
    return sorted(made, key=lambda one: (-one.number, one.offering))


def _result(calendar: Calendar, offering: str, given: Sequence[Opinion]) -> Result:
    took = sorted(calendar.between(one.placed_at, one.ended_at) for one in given if one.ended_at)
    kept = [one for one in given if one.ended_at and one.ended_at <= one.promised_at]
    return Result(
        offering=offering,
        counts=tuple(sum(one.score == score for one in given) for score in SCORES),
        half=_quantile(took, 5),
        most=_quantile(took, 9),
        kept=len(kept),
        ended=len(took),
    )


def _quantile(took: Sequence[timedelta], tenths: int) -> timedelta:
    """The shortest of the times that `tenths` tenths of them do not exceed."""
    return took[-(-tenths * len(took) // 10) - 1] if took else timedelta()
