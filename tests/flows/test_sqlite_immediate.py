"""The fix for Prefect's SQLite: needed today, and fitting today's Prefect.

The first test fails on the day Prefect's own transactions no longer collide: then remove
`flows/sqlite_immediate.py`. The others fail on the day it no longer fits.
"""

from __future__ import annotations

import asyncio
import logging

import pytest
from prefect.server.database import dependencies
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from flows import server, sqlite_immediate
from flows.sqlite_immediate import DoesNotFit, ImmediateSqlite


async def both_read_then_write(database):
    """Two transactions as the server has them by the dozen, in the order that hurts."""
    engine = await database.engine()
    async with await database.session(engine) as session, database.begin_transaction(session):
        await session.execute(text("CREATE TABLE t (n INTEGER)"))
    reading = asyncio.Barrier(2)

    async def one():
        async with await database.session(engine) as session, database.begin_transaction(session):
            await session.execute(text("SELECT count(*) FROM t"))
            try:
                async with asyncio.timeout(0.5):
                    await reading.wait()
            except (TimeoutError, asyncio.BrokenBarrierError):
                pass  # the other waits for its turn, as it should
            await session.execute(text("INSERT INTO t VALUES (1)"))

    results = await asyncio.gather(one(), one(), return_exceptions=True)
    async with await database.session(engine) as session:
        rows = (await session.execute(text("SELECT count(*) FROM t"))).scalar()
    await engine.dispose()
    return results, rows


def tried(kind, tmp_path):
    database = kind(connection_url=f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")
    return asyncio.run(both_read_then_write(database))


def test_as_it_comes_one_of_two_writers_fails(tmp_path):
    results, rows = tried(AioSqliteConfiguration, tmp_path)
    (error,) = [result for result in results if result is not None]
    assert isinstance(error, OperationalError)
    assert "database is locked" in str(error)
    assert rows == 1


def test_begun_immediate_both_have_their_turn(tmp_path):
    results, rows = tried(ImmediateSqlite, tmp_path)
    assert results == [None, None]
    assert rows == 2


@pytest.fixture
def untouched():
    yield
    dependencies.set_database_config(None)


def test_the_server_takes_it_when_its_database_is_sqlite(untouched):
    assert sqlite_immediate.install("sqlite+aiosqlite:////tmp/p.db")
    interface = dependencies.provide_database_interface()
    assert isinstance(interface.database_config, ImmediateSqlite)


def test_it_leaves_other_databases_alone(untouched):
    assert not sqlite_immediate.install("postgresql+asyncpg://host/prefect")
    assert dependencies.MODELS_DEPENDENCIES["database_config"] is None


def test_a_prefect_that_has_changed_is_left_as_it_is_and_said_so(monkeypatch, caplog, untouched):
    def begin_transaction(self, session):
        raise NotImplementedError

    monkeypatch.setattr(AioSqliteConfiguration, "begin_transaction", begin_transaction)

    with pytest.raises(DoesNotFit):
        sqlite_immediate.install("sqlite+aiosqlite:////tmp/p.db")
    with caplog.at_level(logging.WARNING):
        server.install_fix()

    assert "Prefect has changed" in caplog.text
    assert dependencies.MODELS_DEPENDENCIES["database_config"] is None
