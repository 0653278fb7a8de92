"""Keeps the cloud in one file, so that it outlives the process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulators.state_file import StateFile

FILE = "azure.sqlite"
KIND = 0x677A7501  # this emulator's, first version
TABLE = """
CREATE TABLE IF NOT EXISTS thing
    (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
"""


class Store(StateFile):
    """Rows by key, oldest first."""

    def __init__(self, folder: Path) -> None:
        """Raises as StateFile does."""
        super().__init__(folder, FILE, TABLE, KIND)

    def load(self) -> dict[str, dict[str, Any]]:
        rows = self.db.execute("SELECT key, body FROM thing ORDER BY place")
        return {key: json.loads(body) for key, body in rows}

    def save(self, changes: Mapping[str, dict[str, Any] | None]) -> None:
        """Write rows, None removes one; all in one transaction."""
        gone = [(key,) for key, body in changes.items() if body is None]
        there = [(key, json.dumps(body)) for key, body in changes.items() if body is not None]
        with self.change():
            self.db.executemany("DELETE FROM thing WHERE key = ?", gone)
            self.db.executemany(
                "INSERT INTO thing (key, body) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET body = excluded.body",
                there,
            )
