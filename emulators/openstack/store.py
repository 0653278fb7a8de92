"""What exists in the emulated cloud, in one file that outlives the process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulators.state_file import StateFile

FILE = "openstack-state.sqlite3"
TABLE = """
CREATE TABLE IF NOT EXISTS things
    (number INTEGER PRIMARY KEY, collection TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
     UNIQUE (collection, id));
"""

Thing = dict[str, Any]


class Store(StateFile):
    """Things by collection and id, oldest first."""

    def __init__(self, folder: Path | None) -> None:
        """Raises as StateFile does."""
        super().__init__(folder, FILE, TABLE)

    def get(self, collection: str, id_: str) -> Thing | None:
        question = "SELECT body FROM things WHERE collection = ? AND id = ?"
        row = self.db.execute(question, (collection, id_)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, collection: str, thing: Mapping[str, Any]) -> None:
        self.db.execute(
            "INSERT INTO things (collection, id, body) VALUES (?, ?, ?) "
            "ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body",
            (collection, thing["id"], json.dumps(thing)),
        )

    def drop(self, collection: str, id_: str) -> None:
        self.db.execute("DELETE FROM things WHERE collection = ? AND id = ?", (collection, id_))

    def each(self, collection: str) -> list[Thing]:
        question = "SELECT body FROM things WHERE collection = ? ORDER BY number"
        return [json.loads(body) for (body,) in self.db.execute(question, (collection,))]
