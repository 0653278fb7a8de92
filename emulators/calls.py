"""Which operations an emulator was asked for, and when: what tests count and benchmarks time."""

from __future__ import annotations

import time
from collections import Counter, deque
from threading import Lock
from typing import Any

KEPT = 10_000


class Calls:
    """Counts every call; keeps the times of the last ones. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._recent: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._lock = Lock()

    def add(self, title: str) -> None:
        # the machine's own clocks, not an injected one: others on this machine compare with them
        entry = {"operation": title, "wall": time.time(), "monotonic": time.monotonic()}
        with self._lock:
            self._counts[title] += 1
            self._recent.append(entry)

    def count(self, title: str) -> int:
        with self._lock:
            return self._counts[title]

    def titles(self) -> list[str]:
        """The titles of the last calls, oldest first."""
        with self._lock:
            return [entry["operation"] for entry in self._recent]

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()
            self._recent.clear()

    def report(self) -> dict[str, Any]:
        """What was called since the last clear.

        `counts` by operation; `recent` oldest first, with `wall` in epoch seconds and `monotonic`
        as time.monotonic() says in any process on this machine.
        """
        with self._lock:
            return {"counts": dict(self._counts), "recent": list(self._recent)}
