"""What takes its time beside machines: a change falls due later, on a clock that tests inject.

A due names its thing by address and not by object, so that it can be kept in the state file.
`lag.py` does the same for machines, which pass through more states than one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Address = tuple[str, str, str, str]  # service and sort, account, region, id
Kept = tuple[Address, str, float, str]


@dataclass(frozen=True, slots=True)
class Due:
    """What the thing at `address` becomes, and when. `why`: the reason of a bad end."""

    address: Address
    to: str
    at: float
    why: str = ""


class Schedule:
    """Holds what falls due, one change per thing; the last one asked for counts.

    Not thread-safe: the service calls it under its own lock.
    """

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._dues: dict[Address, Due] = {}
        self._next = math.inf
        self._begun: list[Address] = []  # things made by the call that is running now

    def later(self, address: Address, to: str, why: str = "") -> None:
        """After the usual while the thing at `address` comes to `to`."""
        self._put(Due(address, to, self._clock() + self._seconds, why))

    def begin(self, address: Address, to: str) -> None:
        """As `later`, for what the running call makes: it can be doomed."""
        self._begun.append(address)
        self.later(address, to)

    def doom(self, to: str, why: str) -> None:
        """What the running call made will come to `to` instead, for the reason `why`."""
        for address in self._begun:
            self.later(address, to, why)

    def tick(self, arrive: Callable[[Due], None]) -> None:
        """Hand over everything that is due by now, the earliest first. Starts a new call."""
        self._begun.clear()
        while self._clock() >= self._next:
            due = min(self._dues.values(), key=lambda d: d.at)
            del self._dues[due.address]
            self._next = min((d.at for d in self._dues.values()), default=math.inf)
            arrive(due)

    def pending(self, address: Address) -> str:
        """What the thing is coming to; empty when it rests."""
        due = self._dues.get(address)
        return due.to if due else ""

    def clear(self) -> None:
        self._dues.clear()
        self._begun.clear()
        self._next = math.inf

    def keep(self) -> list[Kept]:
        """Everything due, in seconds from now: this outlives the clock."""
        now = self._clock()
        return [(d.address, d.to, d.at - now, d.why) for d in self._dues.values()]

    def restore(self, kept: list[Kept]) -> None:
        for address, to, seconds, why in kept:
            self._put(Due(address, to, self._clock() + seconds, why))

    def _put(self, due: Due) -> None:
        self._dues[due.address] = due
        self._next = min(self._next, due.at)
