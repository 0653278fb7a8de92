"""Whether a part still answers: it may hang though its process is there.

A part with an address is asked over HTTP, and any answer will do. One without writes to a file of
its own (GRUNNMUR_HEARTBEAT) at each round of its work, and its time of change is looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx

EVERY = 10.0  # seconds between two questions
SILENCE = 30.0  # seconds without an answer until a part counts as hung

Ask = Callable[[], bool]


def over_http(url: str, patience: float = SILENCE) -> Ask:
    """Whether anything is answered at `url` within `patience` seconds."""

    def ask() -> bool:
        try:
            httpx.get(url, timeout=patience, trust_env=False)
        except httpx.HTTPError:
            return False
        return True

    return ask


def by_file(path: Path) -> Ask:
    """Whether `path` was written to since the last question."""
    seen = [0]

    def ask() -> bool:
        try:
            now = path.stat().st_mtime_ns
        except OSError:
            return False
        before, seen[0] = seen[0], now
        return now != before

    return ask


@dataclass(slots=True)
class Pulse:
    """Keeps asking one part in a thread of its own; `clock` is monotonic."""

    ask: Ask
    clock: Callable[[], float] = time.monotonic
    every: float = EVERY
    _last: float = field(init=False)
    _over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def start(self) -> None:
        Thread(target=self._keep_asking, daemon=True).start()

    def stop(self) -> None:
        """No more questions; one that is being asked may still end by itself."""
        self._over.set()

    @property
    def silence(self) -> float:
        """Seconds since the last answer."""
        return self.clock() - self._last

    def _keep_asking(self) -> None:
        while not self._over.is_set():
            if self.ask():
                self._last = self.clock()
            self._over.wait(self.every)
