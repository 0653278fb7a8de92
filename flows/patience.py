"""How long to try, and how long to wait between: all the waiting there is, as arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from orders.moving import KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Seconds that grow from `first` by `factor` to `most`; each is drawn from its upper half."""

    first: float
    factor: float
    most: float

    def seconds(self, nth: int, draw: float) -> float:
        """The `nth` wait, counted from 0; `draw` is 0 to 1."""
        whole = min(self.first * self.factor ** min(nth, 64), self.most)
        return whole * (0.5 + draw / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What one run puts up with before it holds the item.

    calls     between tries of one provider call, `tries` in all
    polls     between looks at something that is not ready, or not gone, yet
    build     how long a build, or a removal, may take before someone should look
    holds     until a held item resumes by itself, growing with each hold in a row
    outside   the same for one that waits for somebody outside, who takes days
    answer    how long somebody has to answer a question
    kept      how long a move keeps the old one, where the offering says nothing
    """

    calls: Backoff = Backoff(first=0.5, factor=2, most=10)
    tries: int = 7
    polls: Backoff = Backoff(first=0.3, factor=1.3, most=10)
    build: timedelta = timedelta(minutes=20)
    holds: Backoff = Backoff(first=15, factor=2, most=900)
    outside: Backoff = Backoff(first=900, factor=2, most=14_400)
    answer: timedelta = timedelta(days=14)
    kept: timedelta = KEPT

    def looks(self, draws: Iterator[float]) -> Iterator[float]:
        """The waits between looks, until they add up to `build`."""
        left = self.build.total_seconds()
        nth = 0
        while left > 0:
            wait = min(self.polls.seconds(nth, next(draws)), left)
            yield wait
            left -= wait
            nth += 1
