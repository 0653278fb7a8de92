"""What does not answer for a while: told once when it goes, and once when it is back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

log = logging.getLogger("flows.absence")


@dataclass(slots=True)
class Absence:
    """Of `what`; `effect` says what that means for orders. For any thread; `clock` is monotonic."""

    what: str
    effect: str
    clock: Callable[[], float] = time.monotonic
    _since: float | None = None
    _told: set[str] = field(default_factory=set[str])
    _lock: Lock = field(default_factory=Lock)

    def seen(self, why: str) -> None:
        """It did not answer, and `why`; each reason is told once in one absence."""
        with self._lock:
            if self._since is None:
                self._since = self.clock()
            if why in self._told:
                return
            self._told.add(why)
        log.warning("%s is away (%s): %s", self.what, why, self.effect)

    def over(self) -> None:
        """It answered."""
        if self._since is None:
            return
        with self._lock:
            since, self._since = self._since, None
            self._told.clear()
        if since is not None:
            log.warning("%s is back after %.0f s", self.what, self.clock() - since)


def of_ledger() -> Absence:
    return Absence("the ledger", "orders and deliveries wait for it")


def of_prefect() -> Absence:
    return Absence("Prefect", "orders wait for it; what is being built is built on")
