"""Keeps the cloud in one SQLite file, so that it outlives the process, also a kill -9.

A call that changes something is answered only after its rows are committed, all of them or none.
Commits are not flushed to the disk one by one: a power cut may cost the last seconds, a killed
process nothing. A file that is damaged or of another kind is set aside, with a message.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "azure.sqlite"
KIND = 0x677A7501  # this emulator's, first version

log = logging.getLogger(__name__)


class StateInUse(Exception):
    """Another emulator holds this folder."""


class Store:
    """Opens the file in `folder`, alone. Raises StateInUse, OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / FILE
        try:
            self._database = self._open()
        except sqlite3.OperationalError:
            raise StateInUse(f"another emulator keeps its state in {folder}") from None
        except sqlite3.DatabaseError as error:
            self._set_aside(str(error))
            self._database = self._open()

    def load(self) -> dict[str, dict[str, Any]]:
        rows = self._database.execute("SELECT key, body FROM thing ORDER BY place")
        return {key: json.loads(body) for key, body in rows}

    def save(self, changes: Mapping[str, dict[str, Any] | None]) -> None:
        """Write rows, None removes one; all in one transaction."""
        gone = [(key,) for key, body in changes.items() if body is None]
        there = [(key, json.dumps(body)) for key, body in changes.items() if body is not None]
        with self._database:
            self._database.executemany("DELETE FROM thing WHERE key = ?", gone)
            self._database.executemany(
                "INSERT INTO thing (key, body) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET body = excluded.body",
                there,
            )

    def close(self) -> None:
        self._database.close()

    def _open(self) -> sqlite3.Connection:
        # the service calls from many threads, under its own lock
        database = sqlite3.connect(self._path, timeout=0, check_same_thread=False)
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            self._check_kind(database)
            database.execute(
                "CREATE TABLE IF NOT EXISTS thing"
                " (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL)"
            )
            database.execute(f"PRAGMA user_version = {KIND}")
        except BaseException:
            database.close()
            raise
        self._path.chmod(0o600)
        return database

    def _check_kind(self, database: sqlite3.Connection) -> None:
        (kind,) = database.execute("PRAGMA user_version").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if kind != KIND and (kind or tables):
            raise sqlite3.DatabaseError(f"it is of another kind ({kind})")

    def _set_aside(self, why: str) -> None:
        aside = self._path.with_name(f"{FILE}.{datetime.now(UTC):%Y%m%dT%H%M%S}.set-aside")
        self._path.replace(aside)
        for rest in ("-wal", "-shm"):
            self._path.with_name(FILE + rest).unlink(missing_ok=True)
        log.warning("%s is set aside as %s, starting empty: %s", self._path, aside.name, why)
