"""Learns how long things take while they happen, and says it in quantiles that it keeps checking.

What ends teaches, and so does what is still open. Several memories are kept side by side, from
the last handful of endings to all of them, each also a little bolder and a little more careful;
how well each would have promised decides how much it counts (docs/decisions/0060).
Time is a number that the caller chooses: days, or hours of business time. No clock is read.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leadtime.branch import WINDOWS, Branch
from leadtime.experts import Experts
from leadtime.survival import Numbers

Path = tuple[str, ...]  # from the wide to the narrow: ("azure", "small", "manager")

FAITH: Final = 30.0  # endings before a narrow branch counts as much as the wider one


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was said of one thing: a length per quantile, and what stood behind it."""

    lengths: Numbers  # (quantiles,), ascending
    said: Numbers  # (experts, quantiles): what each would have promised
    endings: tuple[int, ...]  # how many endings each branch had seen, the widest first


@dataclass(slots=True)
class _Open:
    since: float
    path: Path
    forecast: Forecast | None


class Learner:
    """Promises, watches, and learns from what ends. One of these per sort of thing."""

    def __init__(self, quantiles: Sequence[float] = (0.5, 0.8, 0.95)) -> None:
        self._experts = Experts(np.array(quantiles, dtype=float), len(WINDOWS))
        self._branches: dict[Path, Branch] = {}
        self._open: dict[Hashable, _Open] = {}

    def forecast(self, path: Path, now: float) -> Forecast | None:
        """How long what starts now will take; None while nothing like it has ended."""
        found: Numbers | None = None
        seen = []
        for branch in (self._branches.get(step) for step in _steps(path)):
            seen.append(branch.endings if branch else 0)
            if branch and branch.endings:
                own = branch.quantiles(now, self._experts.levels)
                faith = branch.endings / (branch.endings + FAITH)
                found = own if found is None else faith * own + (1 - faith) * found
        if found is None:
            return None
        said = self._experts.said(found)
        return Forecast(self._experts.agreed(said), said, tuple(seen))

    def started(self, key: Hashable, path: Path, at: float, *, scored: bool = True) -> None:
        """`key` starts at `at`. What would be promised of it is remembered, to be scored.

        Unless it is not to be `scored`: then its length teaches, and not who promised well.
        """
        if key in self._open:
            raise ValueError(f"{key!r} is open already: it can start once")
        self._open[key] = _Open(at, path, self.forecast(path, at) if scored else None)
        for step in _steps(path):
            self._branches.setdefault(step, Branch()).started(key, at)

    def ended(self, key: Hashable, at: float) -> None:
        """`key` ends at `at`: its length teaches."""
        seen = self._open.pop(key)
        for step in _steps(seen.path):
            self._branches[step].ended(key, at)
        if seen.forecast:
            self._experts.learn(seen.forecast.said, seen.forecast.lengths, at - seen.since)

    def dropped(self, key: Hashable) -> None:
        """`key` will never end as the others do: it was cancelled, or refused."""
        seen = self._open.pop(key)
        for step in _steps(seen.path):
            self._branches[step].dropped(key)

    def widest(self) -> Branch | None:
        """All that was seen, whatever its path."""
        return self._branches.get(())

    def lasting(self, path: Path, now: float, *, age: float, length: float) -> float | None:
        """The chance that what is `age` old lasts beyond `length`, a whole length from its start.

        By the narrowest branch that has seen enough; None while nothing like it has ended.
        """
        known = [b for b in (self._branches.get(step) for step in _steps(path)) if b and b.endings]
        if not known:
            return None
        enough = [branch for branch in known if branch.endings >= FAITH]
        return (enough or known[:1])[-1].lasting(now, age=age, length=length)


def _steps(path: Path) -> list[Path]:
    return [path[:length] for length in range(len(path) + 1)]
