"""What exists in the emulated cloud, in one SQLite file that outlives the process, kill -9 too.

Each call is one transaction, committed before it is answered. The file is not flushed to the disk
at every commit: a power cut may cost the last moments, a killed process nothing. A damaged file
is set aside under another name, with a message, and the emulator starts empty.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

log = logging.getLogger(__name__)
Thing = dict[str, Any]


class StateInUse(Exception):
    """Another emulator holds this folder."""


@dataclass(frozen=True, slots=True)
class Due:
    """What happens to `target` at a time to come; see operations.py for what `body` holds."""

    at: float
    target: str
    body: Mapping[str, Any]


class Store:
    """Things by path. Not thread-safe: the service calls it under its own lock."""

    def __init__(self, folder: Path | None) -> None:
        """Raises StateInUse, and OSError when the folder cannot be used."""
        self._next = 0.0  # nothing falls due before this
        if folder is None:
            self._db = _open(":memory:")
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / FILE
        try:
            self._db = _open(str(file))
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise StateInUse(f"another emulator uses {folder}") from None
            if isinstance(error, sqlite3.OperationalError):
                raise OSError(f"{file}: {error}") from None
            self._db = _set_aside(file, error)
        file.chmod(0o600)

    @contextmanager
    def change(self) -> Generator[None]:
        """One call: all of it is kept, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._next = 0.0
            raise
        self._db.execute("COMMIT")

    def empty(self) -> None:
        with self.change():
            for table in ("things", "dues", "contents"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above

    def copy(self) -> bytes:
        """Everything, in one piece that `restore` takes back; for a cloud in memory only."""
        return self._db.serialize()

    def restore(self, copy: bytes) -> None:
        self._db.deserialize(copy)
        self._next = 0.0

    def close(self) -> None:
        self._db.close()

    def get(self, path: str) -> Thing | None:
        row = self._db.execute("SELECT body FROM things WHERE path = ?", (path,)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, path: str, collection: str, thing: Mapping[str, Any]) -> None:
        self._db.execute(
            "INSERT INTO things VALUES (?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET body = excluded.body",
            (path, collection, json.dumps(thing)),
        )

    def drop(self, path: str) -> None:
        """Forget it, and whatever else would have become of it."""
        self._db.execute("DELETE FROM things WHERE path = ?", (path,))

    def among(
        self, collection: str, prefix: str, holding: Sequence[str] = ()
    ) -> list[tuple[str, Thing]]:
        """The things of a collection whose paths start with `prefix`, in the order of paths.

        With `holding`, only those whose JSON holds each of these texts.
        """
        question = "SELECT path, body FROM things WHERE collection = ? AND path >= ? AND path < ?"
        question += " AND instr(body, ?) > 0" * len(holding) + " ORDER BY path"
        rows = self._db.execute(question, (collection, prefix, prefix + LAST, *holding))
        return [(path, json.loads(body)) for path, body in rows]

    def mentioning(self, text: str, collections: Iterable[str]) -> list[str]:
        """The paths of things in `collections` that hold `text` as one of their values."""
        names = list(collections)
        marks = ", ".join("?" * len(names))
        quoted = json.dumps(text)
        rows = self._db.execute(
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
        self._db.execute(
            "INSERT INTO dues (at, target, body) VALUES (?, ?, ?)",
            (due.at, due.target, json.dumps(due.body)),
        )
        self._next = min(self._next, due.at)

    def take_due(self, now: float) -> Due | None:
        """The earliest that has fallen due; it is taken out."""
        if now < self._next:
            return None
        row = self._db.execute("SELECT * FROM dues ORDER BY at, id LIMIT 1").fetchone()
        if row is None or row[1] > now:
            self._next = row[1] if row else float("inf")
            return None
        self._db.execute("DELETE FROM dues WHERE id = ?", (row[0],))
        return Due(row[1], row[2], json.loads(row[3]))

    def coming(self, target: str) -> list[Due]:
        """What is still to happen to `target`."""
        rows = self._db.execute("SELECT * FROM dues WHERE target = ? ORDER BY at", (target,))
        return [Due(at, path, json.loads(body)) for _, at, path, body in rows]

    def cancel(self, target: str) -> None:
        """What was to happen to `target` will not."""
        self._db.execute("DELETE FROM dues WHERE target = ?", (target,))

    def keep_content(self, path: str, data: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", (path, data))

    def content(self, path: str) -> bytes:
        row = self._db.execute("SELECT data FROM contents WHERE path = ?", (path,)).fetchone()
        return bytes(row[0]) if row else b""

    def drop_content(self, path: str) -> None:
        self._db.execute("DELETE FROM contents WHERE path = ?", (path,))


def _open(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # one emulator to a folder
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(TABLES)
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(str(verdict))
    except sqlite3.Error:
        db.close()
        raise
    return db


def _set_aside(file: Path, error: sqlite3.Error) -> sqlite3.Connection:
    aside = file.with_name(f"{file.name}.damaged-{time.time_ns()}")
    file.rename(aside)
    for more in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + more).unlink()
    log.warning("%s cannot be read (%s): kept as %s, starting empty", file, error, aside.name)
    return _open(str(file))
