"""What exists in the emulated cloud, in one file that outlives the process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emulators.state_file import StateFile

FILE = "ibm-state.sqlite3"
TABLE = """
CREATE TABLE IF NOT EXISTS things
    (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, collection TEXT NOT NULL,
     due REAL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS things_by_collection ON things (collection, number);
"""

Thing = dict[str, Any]


class Store(StateFile):
    """Things by id, oldest first.

    What starts with `_` in a thing is the emulator's own and shown to nobody. `_then` is what
    becomes of it at `_due`: fields to set, or None: it goes.
    """

    def __init__(self, folder: Path | None) -> None:
        """Raises as StateFile does."""
        super().__init__(folder, FILE, TABLE)

    def get(self, collection: str, id_: str) -> Thing | None:
        row = self.db.execute(
            "SELECT body FROM things WHERE id = ? AND collection = ?", (id_, collection)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, collection: str, thing: Thing) -> None:
        """Keep `thing`, new or changed."""
        self.db.execute(
            "INSERT INTO things (id, collection, due, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, due = excluded.due",
            (thing["id"], collection, thing.get("_due"), json.dumps(thing)),
        )

    def drop(self, id_: str) -> None:
        self.db.execute("DELETE FROM things WHERE id = ?", (id_,))

    def among(self, collection: str) -> list[Thing]:
        rows = self.db.execute(
            "SELECT body FROM things WHERE collection = ? ORDER BY number", (collection,)
        )
        return [json.loads(row[0]) for row in rows]

    def settle(self, now: float) -> None:
        """Let everything that has fallen due become what it becomes."""
        question = "SELECT collection, body FROM things WHERE due <= ? ORDER BY due LIMIT 1"
        while row := self.db.execute(question, (now,)).fetchone():
            thing = json.loads(row[1])
            then = thing.pop("_then")
            del thing["_due"]
            if then is None:
                self.drop(thing["id"])
            else:
                self.put(row[0], thing | then)
