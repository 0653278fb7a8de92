"""How often each kind of fault struck: written down before the call goes on, for good.

Rules die with their process, and so would their counts; who wants to know afterwards what a cloud
did asks for these.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

FILE = "strikes.txt"


class Strikes:
    """A line per strike in a file of `folder`, kill -9 or not; without a folder, in memory.

    Not thread-safe: the rules call it under their own lock.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / FILE if folder else None
        known = self._file.read_text().splitlines() if self._file and self._file.exists() else []
        self._counts = Counter(line.partition(" ")[0] for line in known)

    def add(self, kind: str, title: str) -> None:
        if self._file:
            with self._file.open("a") as file:
                file.write(f"{kind} {title}\n")
        self._counts[kind] += 1

    def counts(self) -> dict[str, int]:
        """By kind, in all lives of the cloud."""
        return dict(self._counts)
