"""Would the promises have held? Replays a log in order of time, promising before it learns."""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from leadtime.cases import Case
from leadtime.experts import pinball
from leadtime.learner import Learner
from leadtime.survival import Numbers

QUANTILES: Final = (0.5, 0.8, 0.95)
DAY: Final = 86400.0
SCORED: Final = 3  # the last third: the first two are for learning


@dataclass(frozen=True, slots=True)
class Score:
    """How well one quantile was promised. `coverage` is the share that ended in time."""

    q: float
    coverage: float
    pinball_days: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """`cases` are those scored.

    `seconds_per_1000` is the processor's time, for 1,000 promises and what is learned from them.
    """

    cases: int
    quantiles: tuple[Score, ...]
    seconds_per_1000: float


def backtest(cases: Sequence[Case]) -> Backtest:
    """Scores the last third of `cases` by start. All of them must have ended."""
    before = time.process_time()  # the processor's own: others may share it
    promised = replay(cases)
    seconds = time.process_time() - before
    scored = len(cases) // SCORED
    lasted = np.array([_length(case) for case in cases])[len(cases) - scored :, None]
    promises = promised[len(cases) - scored :]
    kept = (lasted <= promises + 1e-9).mean(axis=0)
    costs = pinball(np.array(QUANTILES), promises, lasted).mean(axis=0)
    return Backtest(
        scored,
        tuple(
            Score(q, float(share), float(cost))
            for q, share, cost in zip(QUANTILES, kept, costs, strict=True)
        ),
        seconds / len(cases) * 1000,
    )


def replay(cases: Sequence[Case]) -> Numbers:
    """(cases, quantiles): the days promised for each, at its start, from what was known then.

    Known are the cases that had ended by then, and the ages of those still open. Cases that start
    at the same moment know nothing of one another; before any has ended, nought is promised.
    """
    learner = Learner(QUANTILES)
    promised = np.zeros((len(cases), len(QUANTILES)))
    ends: list[tuple[float, int]] = []
    numbered = sorted(enumerate(cases), key=lambda pair: pair[1].started)
    for now, together in groupby(numbered, key=lambda pair: pair[1].started.timestamp() / DAY):
        while ends and ends[0][0] <= now:
            ended, number = heapq.heappop(ends)
            learner.ended(number, ended)
        starting = list(together)
        for number, case in starting:
            forecast = learner.forecast((case.activity,), now)
            promised[number] = 0.0 if forecast is None else forecast.lengths
        for number, case in starting:
            learner.started(number, (case.activity,), now)
            if case.ended:
                heapq.heappush(ends, (case.ended.timestamp() / DAY, number))
    return promised


def _length(case: Case) -> float:
    if case.ended is None:
        raise ValueError(f"case {case.name!r} has not ended: it cannot be scored")
    return (case.ended - case.started).total_seconds() / DAY
