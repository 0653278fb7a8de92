"""One SQLite file in a folder of an emulator's own: it outlives the process, kill -9 too.

Each call is one transaction, committed before it is answered. The file is not flushed to the disk
at every commit: a power cut may cost the last moments, a killed process nothing. A file that is
damaged or of another kind is set aside under another name, with a message, and the emulator starts
empty.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

WAIT = 0.2  # seconds, for one that is just ending

log = logging.getLogger(__name__)


class StateInUse(Exception):
    """Another emulator holds this folder."""


class StateFile:
    """A database alone in `folder`, or in memory. Not thread-safe: the service holds a lock.

    name    of the file
    tables  SQL that makes them, where they are not there yet
    kind    a number in the file that says whose it is; 0 for none
    """

    def __init__(self, folder: Path | None, name: str, tables: str, kind: int = 0) -> None:
        """Raises StateInUse, and OSError when the folder cannot be used."""
        self._tables, self._kind = tables, kind
        if folder is None:
            self.db = self._open(":memory:")
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / name
        try:
            self.db = self._open(str(file))
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise StateInUse(f"another emulator keeps its state in {folder}") from None
            if isinstance(error, sqlite3.OperationalError):
                raise OSError(f"{file}: {error}") from None
            set_aside(file, str(error))
            self.db = self._open(str(file))
        file.chmod(0o600)

    @contextmanager
    def change(self) -> Generator[None]:
        """One call: all of it is kept, or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def empty(self) -> None:
        """Forget everything, within a change."""
        tables = self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of our own

    def copy(self) -> bytes:
        """Everything, in one piece that `restore` takes back; for a cloud in memory only."""
        return self.db.serialize()

    def restore(self, copy: bytes) -> None:
        self.db.deserialize(copy)

    def close(self) -> None:
        self.db.close()

    def _open(self, name: str) -> sqlite3.Connection:
        db = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=WAIT)
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")  # one emulator to a folder
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            self._check(db)
            db.executescript(self._tables)
            db.execute(f"PRAGMA user_version = {self._kind}")
        except BaseException:
            db.close()
            raise
        return db

    def _check(self, db: sqlite3.Connection) -> None:
        (kind,) = db.execute("PRAGMA user_version").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if kind != self._kind and (kind or tables):
            raise sqlite3.DatabaseError(f"it is of another kind ({kind})")
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(str(verdict))


def set_aside(file: Path, why: str) -> None:
    """Keep a file that cannot be used under another name, and say so."""
    aside = file.with_name(f"{file.name}.{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.set-aside")
    file.replace(aside)
    for more in ("-wal", "-shm"):
        file.with_name(file.name + more).unlink(missing_ok=True)
    log.warning("%s is set aside as %s, starting empty: %s", file, aside.name, why)
