"""What exists in the emulated cloud, in one SQLite file that outlives the process, kill -9 too.

Each call is one transaction, committed before it is answered. A damaged file is set aside under
another name, with a message, and the emulator starts empty.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FILE = "ibm-state.sqlite3"
TABLE = """
CREATE TABLE IF NOT EXISTS things
    (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, collection TEXT NOT NULL,
     due REAL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS things_by_collection ON things (collection, number);
"""

log = logging.getLogger(__name__)
Thing = dict[str, Any]


class StateInUse(Exception):
    """Another emulator holds this folder."""


class Store:
    """Things by id, oldest first. Not thread-safe: the service calls it under its own lock.

    What starts with `_` in a thing is the emulator's own and shown to nobody. `_then` is what
    becomes of it at `_due`: fields to set, or None: it goes.
    """

    def __init__(self, folder: Path | None) -> None:
        """Raises StateInUse, and OSError when the folder cannot be used."""
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
            raise
        self._db.execute("COMMIT")

    def empty(self) -> None:
        with self.change():
            self._db.execute("DELETE FROM things")

    def copy(self) -> bytes:
        """Everything, in one piece that `restore` takes back; for a cloud in memory only."""
        return self._db.serialize()

    def restore(self, copy: bytes) -> None:
        self._db.deserialize(copy)

    def close(self) -> None:
        self._db.close()

    def get(self, collection: str, id_: str) -> Thing | None:
        row = self._db.execute(
            "SELECT body FROM things WHERE id = ? AND collection = ?", (id_, collection)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, collection: str, thing: Thing) -> None:
        """Keep `thing`, new or changed."""
        self._db.execute(
            "INSERT INTO things (id, collection, due, body) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body, due = excluded.due",
            (thing["id"], collection, thing.get("_due"), json.dumps(thing)),
        )

    def drop(self, id_: str) -> None:
        self._db.execute("DELETE FROM things WHERE id = ?", (id_,))

    def among(self, collection: str) -> list[Thing]:
        rows = self._db.execute(
            "SELECT body FROM things WHERE collection = ? ORDER BY number", (collection,)
        )
        return [json.loads(row[0]) for row in rows]

    def settle(self, now: float) -> None:
        """Let everything that has fallen due become what it becomes."""
        question = "SELECT collection, body FROM things WHERE due <= ? ORDER BY due LIMIT 1"
        while row := self._db.execute(question, (now,)).fetchone():
            thing = json.loads(row[1])
            then = thing.pop("_then")
            del thing["_due"]
            if then is None:
                self.drop(thing["id"])
            else:
                self.put(row[0], thing | then)


def _open(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # one emulator to a folder
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(TABLE)
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
