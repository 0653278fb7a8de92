"""What exists in the emulated cloud, in one file that outlives the process."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typing_extensions import override

from emulators.state_file import StateFile

FILE = "google-state.sqlite3"
LAST = "\U0010ffff"  # sorts after everything that can follow a prefix
TABLES = """
CREATE TABLE IF NOT EXISTS things
    (path TEXT PRIMARY KEY, collection TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS things_by_collection ON things (collection, path);
CREATE TABLE IF NOT EXISTS dues
    (id INTEGER PRIMARY KEY, at REAL NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS dues_by_target ON dues (target);
CREATE TABLE IF NOT EXISTS contents (path TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """What happens to `target` at a time to come; see operations.py for what `body` holds."""

    at: float
    target: str
    body: Mapping[str, Any]


class Store(StateFile):
    """Things by path."""

    def __init__(self, folder: Path | None) -> None:
        """Raises as StateFile does."""
        super().__init__(folder, FILE, TABLES)
        self._next = 0.0  # nothing falls due before this

    @override
    @contextmanager
    def change(self) -> Generator[None]:
        try:
            with super().change():
                yield
        except BaseException:
            self._next = 0.0  # what was taken is there again
            raise

    @override
    def restore(self, copy: bytes) -> None:
        super().restore(copy)
        self._next = 0.0

    def get(self, path: str) -> Thing | None:
        row = self.db.execute("SELECT body FROM things WHERE path = ?", (path,)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, path: str, collection: str, thing: Mapping[str, Any]) -> None:
        self.db.execute(
            "INSERT INTO things VALUES (?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET body = excluded.body",
            (path, collection, json.dumps(thing)),
        )

    def drop(self, path: str) -> None:
        """Forget it, and whatever else would have become of it."""
        self.db.execute("DELETE FROM things WHERE path = ?", (path,))

    def among(
        self, collection: str, prefix: str, holding: Sequence[str] = ()
    ) -> list[tuple[str, Thing]]:
        """The things of a collection whose paths start with `prefix`, in the order of paths.

        With `holding`, only those whose JSON holds each of these texts.
        """
        question = "SELECT path, body FROM things WHERE collection = ? AND path >= ? AND path < ?"
        question += " AND instr(body, ?) > 0" * len(holding) + " ORDER BY path"
        rows = self.db.execute(question, (collection, prefix, prefix + LAST, *holding))
        return [(path, json.loads(body)) for path, body in rows]

    def mentioning(self, text: str, collections: Iterable[str]) -> list[str]:
        """The paths of things in `collections` that hold `text` as one of their values."""
        names = list(collections)
        marks = ", ".join("?" * len(names))
        quoted = json.dumps(text)
        rows = self.db.execute(
            f"SELECT path FROM things WHERE collection IN ({marks}) "  # noqa: S608 - marks only
            "AND instr(body, ?) > 0 ORDER BY path",
            (*names, quoted),
        )
        return [path for (path,) in rows]

    def count_up(self, name: str) -> int:
        """1, 2, 3, ... for each `name`."""
        number = int((self.get(f"counters/{name}") or {"n": 0})["n"]) + 1
        self.put(f"counters/{name}", "counters", {"n": number})
        return number

    def schedule(self, due: Due) -> None:
        self.db.execute(
            "INSERT INTO dues (at, target, body) VALUES (?, ?, ?)",
            (due.at, due.target, json.dumps(due.body)),
        )
        self._next = min(self._next, due.at)

    def take_due(self, now: float) -> Due | None:
        """The earliest that has fallen due; it is taken out."""
        if now < self._next:
            return None
        row = self.db.execute("SELECT * FROM dues ORDER BY at, id LIMIT 1").fetchone()
        if row is None or row[1] > now:
            self._next = row[1] if row else float("inf")
            return None
        self.db.execute("DELETE FROM dues WHERE id = ?", (row[0],))
        return Due(row[1], row[2], json.loads(row[3]))

    def coming(self, target: str) -> list[Due]:
        """What is still to happen to `target`."""
        rows = self.db.execute("SELECT * FROM dues WHERE target = ? ORDER BY at", (target,))
        return [Due(at, path, json.loads(body)) for _, at, path, body in rows]

    def cancel(self, target: str) -> None:
        """What was to happen to `target` will not."""
        self.db.execute("DELETE FROM dues WHERE target = ?", (target,))

    def keep_content(self, path: str, data: bytes) -> None:
        self.db.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (path, data))

    def content(self, path: str) -> bytes:
        row = self.db.execute("SELECT data FROM contents WHERE path = ?", (path,)).fetchone()
        return bytes(row[0]) if row else b""

    def drop_content(self, path: str) -> None:
        self.db.execute("DELETE FROM contents WHERE path = ?", (path,))
