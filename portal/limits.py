"""How often one program may ask: so many at once, then evenly (GCRA, as ATM networks have it)."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

REMEMBERED = 10_000  # askers; those who have been silent for a whole period are forgotten first

_RATE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` requests in `seconds`."""

    count: int
    seconds: int

    @classmethod
    def read(cls, text: str) -> Rate:
        """From `600/60`; raises ValueError saying how to write it."""
        match = _RATE.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} must be <requests>/<seconds>, like 600/60")
        return cls(int(match[1]), int(match[2]))


USUAL = Rate(600, 60)


class TooMany(Exception):
    """Asked too often; `after` is in how many whole seconds there is room again."""

    def __init__(self, rate: Rate, after: int) -> None:
        self.after = after
        super().__init__(
            f"At most {rate.count} requests in {rate.seconds} seconds; wait {after} s."
        )


class Limits:
    """One bucket for each asker, in this process alone. Safe for many threads."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}

    def take(self, who: str) -> None:
        """Count one request of `who`; raises TooMany, which is not counted."""
        now, step = self._clock(), self.rate.seconds / self.rate.count
        with self._lock:
            due = max(self._due.get(who, now), now) + step
            over = due - now - self.rate.seconds
            if over > step / 1000:  # what adding floats leaves is no request
                raise TooMany(self.rate, max(1, math.ceil(over)))
            self._due[who] = due
            if len(self._due) > REMEMBERED:
                self._due = {one: at for one, at in self._due.items() if at > now}

    def __len__(self) -> int:
        """How many askers are remembered."""
        return len(self._due)
