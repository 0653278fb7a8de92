"""What has been seen of one sort of thing: its endings, and those still open."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

import numpy as np

from leadtime.survival import Curves, Lives, Numbers, curves

# Memories: after so many endings what is seen counts half. Endings, not days: a busy house
# forgets sooner than a quiet one.
WINDOWS: Final = (5.0, 10.0, 20.0, np.inf)

KEPT: Final = 4000  # endings, the latest; more no longer moves a quantile
NOBODY: Final = 1e-6  # of what is seen: less than one of those kept, but for rounding
STALE: Final = 0.005  # of what is seen may have changed before the curves are drawn anew


class Branch:
    """Endings and open ones, and the curves through them, drawn anew when enough has changed."""

    def __init__(self) -> None:
        self.endings = 0
        self._lengths: list[float] = []
        self._clocks: list[int] = []  # how many had ended when this one started
        self._open: dict[Hashable, tuple[float, int]] = {}
        self._changes = 0
        self._drawn: tuple[int, Curves, Numbers] | None = None

    def started(self, key: Hashable, at: float) -> None:
        self._open[key] = (at, self.endings)
        self._changes += 1

    def ended(self, key: Hashable, at: float) -> None:
        since, clock = self._open.pop(key)
        self._lengths.append(at - since)
        self._clocks.append(clock)
        self.endings += 1
        self._changes += 1
        if len(self._lengths) > 2 * KEPT:
            del self._lengths[:-KEPT], self._clocks[:-KEPT]

    def dropped(self, key: Hashable) -> None:
        del self._open[key]
        self._changes += 1

    def quantiles(self, now: float, levels: Numbers) -> Numbers:
        """(windows, levels): lengths. Asked with the same levels always."""
        return self._fresh(now, levels)[1]

    def lasting(self, now: float, *, age: float, length: float) -> float:
        """The chance that what is `age` old lasts beyond `length`; by the longest memory."""
        drawn = self._fresh(now, None)[0]
        alive, late = drawn.beyond(age)[-1], drawn.beyond(length)[-1]
        # older than all that was seen: nothing says that it will end in time
        return float(min(1.0, late / alive)) if alive > NOBODY else 1.0

    def remaining(self, now: float, *, age: float, levels: Numbers) -> Numbers | None:
        """How much longer what is `age` old takes, by all that was seen.

        None when too few that were as old have ended to tell.
        """
        drawn = self._fresh(now, None)[0]
        wanted = (1 - levels) * drawn.beyond(age)[-1]
        if drawn.lasting[-1, -1] > wanted.min() or wanted.min() <= NOBODY:
            return None
        lengths = Curves(drawn.lengths, drawn.lasting[-1:]).quantiles(1 - wanted)
        left: Numbers = np.maximum(lengths[0] - age, 0.0)
        return left

    def _fresh(self, now: float, levels: Numbers | None) -> tuple[Curves, Numbers]:
        size = min(len(self._lengths), KEPT) + len(self._open)
        if self._drawn is None or self._changes - self._drawn[0] > size * STALE:
            drawn = self._draw(now)
            self._drawn = (self._changes, drawn, np.empty(0))
        changes, drawn, found = self._drawn
        if levels is not None and not found.size:
            found = drawn.quantiles(levels)
            self._drawn = (changes, drawn, found)
        return drawn, found

    def _draw(self, now: float) -> Curves:
        lengths, clocks = self._lengths[-KEPT:], self._clocks[-KEPT:]
        waiting = np.array(list(self._open.values()), dtype=float).reshape(-1, 2)
        ended = np.zeros(len(lengths) + len(waiting), dtype=bool)
        ended[: len(lengths)] = True
        lives = Lives(np.concatenate([lengths, now - waiting[:, 0]]), ended)
        since = self.endings - np.concatenate([clocks, waiting[:, 1]])
        return curves(lives, np.exp2(-since / np.array(WINDOWS)[:, None]))
