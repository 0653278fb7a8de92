"""One database and its transactions: how they begin, how long they wait, how they fail."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import LedgerUnavailable, LedgerUnusable

# How long a writer waits for another one's transaction, which lasts milliseconds, in seconds.
BUSY = 30
CONNECT_TIMEOUT = 5

# Worker threads and web requests each borrow a connection for a few milliseconds; a stream of
# `wanted` keeps one for as long as it is read.
POOL = 5
POOL_EXTRA = 27

_WRITES = "ledger_writes"


class Database:
    """Hands out transactions; `place` is its address as it may be shown: without a password."""

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.place = shown(url)
        self._engine = _engine(url)
        self._queue = threading.Lock() if url.get_backend_name() == "sqlite" else None

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[sa.Connection]:
        """A transaction that writes nothing. With `snapshot` all its queries see one moment."""
        with self._told(), self._engine.connect() as connection:
            if snapshot and connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is kept when the block ends, and dropped when it raises."""
        with (
            self._told(),
            self._turn(),
            self._engine.connect().execution_options(**{_WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        # SQLite has one writer at a time, and its own way to wait is to sleep ever longer and look
        # again. Threads of one process queue here instead: three times the orders in a second.
        if self._queue is None:
            yield
            return
        if not self._queue.acquire(timeout=BUSY):
            raise LedgerUnavailable(
                f"the ledger in {self.place} has been busy for {BUSY} seconds: "
                "see which process keeps writing to it, then try again",
            )
        try:
            yield
        finally:
            self._queue.release()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise LedgerUnavailable(
                f"the ledger in {self.place} does not answer: {reason(error)}; "
                "start the database or free what it lacks, then try again",
            ) from error
        except exc.DatabaseError as error:
            if type(error) is not exc.DatabaseError and not isinstance(error, exc.ProgrammingError):
                raise
            raise LedgerUnusable(
                f"the ledger in {self.place} cannot be used: {reason(error)}; "
                "put the database right or restore its backup",
            ) from error


def shown(url: sa.URL) -> str:
    """The address without user, password and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"PostgreSQL {url.host or 'on this machine'}:{url.port or 5432}/{url.database or ''}"


def reason(error: BaseException) -> str:
    """The driver's own words on one line, short, without SQL and without values."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
    words = " ".join(str(cause).split())
    return words[:300] or type(cause).__name__


def _engine(url: sa.URL) -> sa.Engine:
    sqlite = url.get_backend_name() == "sqlite"
    engine = sa.create_engine(
        url,
        pool_size=POOL,
        max_overflow=POOL_EXTRA,
        # After a restart of PostgreSQL the pool holds dead connections: try each before its use.
        pool_pre_ping=not sqlite,
        # Names and answers of citizens are in the values: never in a log.
        hide_parameters=True,
        connect_args=(
            {"timeout": BUSY}
            if sqlite
            else {"connect_timeout": CONNECT_TIMEOUT, "application_name": "grunnmur"}
        ),
    )
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing of its own: _begin_sqlite does
    connection.execute("PRAGMA foreign_keys=ON")
    # FULL: in WAL mode NORMAL leaves the last commits to the operating system, and a power cut
    # takes them back. The portal has said "accepted" by then. FULL syncs the log at each commit.
    connection.execute("PRAGMA synchronous=FULL")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once and waits its turn. A plain BEGIN would read first and then
    # fail without waiting ("database is locked") when somebody wrote in between.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def sqlite_file(url: sa.URL) -> Path:
    return Path(str(url.database))
