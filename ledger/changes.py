"""Waiting until the ledger has grown, without asking it the same question over and over."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

import psycopg
import sqlalchemy as sa
from psycopg import sql

from ledger.database import BUSY, CONNECT_TIMEOUT, Database, sqlite_file
from ledger.store import CHANNEL

# Seconds between two looks at the file.
POLL = 0.05
# Seconds until a closed one notices, and between two tries to reach a database that is away.
SLICE = 0.25


class Changes(Protocol):
    """For one waiting thread; `close` may come from another and ends a wait."""

    def wait(self, timeout: float) -> bool:
        """Up to `timeout` seconds. True: events may have been appended since the last wait.

        Never raises because the database is away: it goes on trying, and is True once it is back,
        for something may have been missed.
        """
        ...

    def close(self) -> None: ...


def changes(database: Database) -> Changes:
    if database.url.get_backend_name() == "sqlite":
        return FileChanges(database.url)
    return NotifiedChanges(database.url)


class FileChanges:
    """SQLite: a counter in the shared log tells cheaply that some process wrote something."""

    def __init__(self, url: sa.URL) -> None:
        self._closed = threading.Event()
        self._busy = threading.Lock()
        self._connection = sqlite3.connect(
            sqlite_file(url),
            timeout=BUSY,
            isolation_level=None,
            check_same_thread=False,
        )
        self._version = self._newest = -1
        self._grown()

    def wait(self, timeout: float) -> bool:
        with self._busy:
            return _until(self._closed, timeout, self._heard)

    def close(self) -> None:
        self._closed.set()
        with self._busy:
            self._connection.close()

    def _heard(self, left: float) -> bool:
        if self._grown():
            return True
        self._closed.wait(min(left, POLL))
        return False

    def _grown(self) -> bool:
        try:
            version = self._asked("PRAGMA data_version")
            if version == self._version:
                return False
            # Leases and sessions are written far more often than events and wake nobody.
            newest = self._asked("SELECT coalesce(max(rowid), 0) FROM ledger")
        except sqlite3.Error:
            return False
        grown = newest != self._newest
        self._version, self._newest = version, newest
        return grown

    def _asked(self, query: str) -> int:
        with closing(self._connection.execute(query)) as cursor:
            return int(cursor.fetchone()[0])


class NotifiedChanges:
    """PostgreSQL: a connection of its own that listens."""

    def __init__(self, url: sa.URL) -> None:
        self._closed = threading.Event()
        self._busy = threading.Lock()
        self._options = url.get_dialect()().create_connect_args(url)[1]
        self._connection: psycopg.Connection | None = None
        with contextlib.suppress(psycopg.Error):
            self._connection = self._listening()

    def wait(self, timeout: float) -> bool:
        with self._busy:
            return _until(self._closed, timeout, self._heard)

    def close(self) -> None:
        self._closed.set()
        with self._busy:
            self._drop()

    def _heard(self, left: float) -> bool:
        pause = min(left, SLICE)
        try:
            if self._connection is None:
                self._connection = self._listening()
                return True
            told = list(self._connection.notifies(timeout=pause, stop_after=1))
            # Ten events at once are one change.
            return bool(told + list(self._connection.notifies(timeout=0)))
        except psycopg.Error:
            self._drop()
            self._closed.wait(pause)
            return False

    def _listening(self) -> psycopg.Connection:
        options = {**self._options, "connect_timeout": CONNECT_TIMEOUT}
        connection = psycopg.connect(autocommit=True, application_name="grunnmur", **options)
        try:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _until(closed: threading.Event, timeout: float, heard: Callable[[float], bool]) -> bool:
    """Ask `heard`, which waits a part of the seconds left, until it is true or none are left."""
    deadline = time.monotonic() + timeout
    left = timeout
    while not closed.is_set():
        if heard(max(left, 0.0)):
            return True
        left = deadline - time.monotonic()
        if left <= 0:
            break
    return False
