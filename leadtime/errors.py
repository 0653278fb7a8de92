"""What lead times can refuse."""

from __future__ import annotations

from pathlib import Path


class BadLog(Exception):
    """An event log that cannot be understood: where, and why."""

    def __init__(self, path: Path, number: int, why: str) -> None:
        self.number = number
        place = f"{path.name}, row {number}" if number else path.name
        super().__init__(f"{place}: {why}")
