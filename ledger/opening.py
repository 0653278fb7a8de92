"""Opening a ledger: address, file, schema. Whatever is wrong is said in one sentence."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import exc

from ledger.database import BUSY, Database, reason, sqlite_file
from ledger.errors import LedgerUnusable
from ledger.redrawing import redraw

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "ledger_schema"

# Any number, always the same: it keeps two processes from migrating at once.
MIGRATION_LOCK = 7_461_001
_SETTING = "correct GRUNNMUR_LEDGER_URL"


def opened(url: str, *, make: bool = True) -> Database:
    """The database, with the schema of this version; raises LedgerUnusable or LedgerUnavailable.

    Without `make` a file that is not there is refused: who asks about orders has mistyped its name.
    """
    if not make:
        _check_there(url)
    database = connected(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def connected(url: str) -> Database:
    """The database as it is, or an empty one; raises LedgerUnusable."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _prepare_file(sqlite_file(parsed))
    return Database(parsed)


def migrate(database: Database) -> None:
    """Bring the schema to this version's. Safe when several processes do it at once."""
    script = ScriptDirectory.from_config(_config())
    with database.reading() as connection:
        if _is_current(connection, script, database.place):
            return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        # Again, now that nobody else can: another process may have been quicker.
        if not _is_current(connection, script, database.place):
            _upgrade(connection, "head")
            redraw(connection)


def revision(connection: sa.Connection) -> str:
    """What the schema stands at; empty where there is none."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision() or ""


def lift(connection: sa.Connection, place: str, *, to: str, of: str) -> None:
    """In an empty database the tables as they were in `of`, at revision `to`.

    Raises LedgerUnusable when that is newer than this version, or the database is not empty.
    """
    script = ScriptDirectory.from_config(_config())
    _refuse_newer(to, script, of)
    if not _is_current(connection, script, place):
        _upgrade(connection, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _upgrade(connection: sa.Connection, to: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _refuse_newer(stands_at: str, script: ScriptDirectory, place: str) -> None:
    known = [step.revision for step in script.walk_revisions()]
    if stands_at not in known:
        raise LedgerUnusable(
            f"the ledger in {place} was written by a newer version (its schema is {stands_at}, "
            f"this version knows {known[0]}): use the newer version",
        )


def _is_current(connection: sa.Connection, script: ScriptDirectory, place: str) -> bool:
    stands_at = revision(connection) or None
    if stands_at is not None:
        _refuse_newer(stands_at, script, place)
    if stands_at is None and connection.dialect.name == "sqlite":
        tables = sa.inspect(connection).get_table_names()
        if tables:
            raise LedgerUnusable(
                f"{place} holds another program's tables (such as {tables[0]}): "
                f"{_SETTING} to name a file of the ledger's own",
            )
    return stands_at == script.get_current_head()


def _parsed(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        # The address may hold a password, also a broken one: it is not repeated.
        raise LedgerUnusable(
            "the ledger's address cannot be read: write it as sqlite:////folder/ledger.db or "
            f"postgresql+psycopg://user:password@host/database and {_SETTING}",
        ) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise LedgerUnusable(
            f"the ledger cannot live in {parsed.drivername!r}: "
            f"sqlite and postgresql+psycopg are possible; {_SETTING}",
        )
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise LedgerUnusable(
            f"the ledger needs a file, memory forgets: {_SETTING} to sqlite:////folder/ledger.db",
        )
    return parsed


def _check_there(url: str) -> None:
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and not sqlite_file(parsed).exists():
        raise LedgerUnusable(
            f"there is no ledger at {sqlite_file(parsed).absolute()}: `grunnmur up` makes one and "
            f"`grunnmur restore` brings one back; or {_SETTING}"
        )


def _prepare_file(path: Path) -> None:
    """The file, for its owner's eyes only, in WAL mode; in a folder that takes the log too."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if not os.access(path.absolute().parent, os.W_OK):
            raise PermissionError(None, "its folder is read-only, and the log is written there")
    except OSError as error:
        raise LedgerUnusable(
            f"the ledger's file {path} cannot be written: {error.strerror}; "
            f"make its folder and let this user write in it, or {_SETTING}",
        ) from error
    try:
        mode = _wal(path)
    except sqlite3.Error as error:
        raise LedgerUnusable(
            f"{path} cannot be used as the ledger's database: {reason(error)}; "
            f"restore it from a backup, or {_SETTING}",
        ) from error
    if mode != "wal":
        raise LedgerUnusable(
            f"the ledger's file {path} lies where SQLite can keep no log for several processes "
            f"(mode {mode}): put it on a local disk, or {_SETTING}",
        )


def _wal(path: Path) -> str:
    """Readers and the writer then do not wait for each other. Lasts in the file once it is set.

    The change needs the file for itself, and SQLite does not wait for that: two first starts at
    once would fail, so it is tried again.
    """
    deadline = time.monotonic() + BUSY
    with closing(sqlite3.connect(path, timeout=BUSY)) as connection:
        while True:
            try:
                return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])
            except sqlite3.OperationalError as error:
                locked = error.sqlite_errorcode & 0xFF in {
                    sqlite3.SQLITE_BUSY,
                    sqlite3.SQLITE_LOCKED,
                }
                if not locked or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)
