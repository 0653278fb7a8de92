"""Orders move on and listeners leave at the same moment, as PostgreSQL lets two write at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
import sqlalchemy as sa

from fixtures.examples import placed, told
from fixtures.postgres import Server
from ledger import SqlLedger, hub, open_ledger
from ledger.hub import SUBSCRIPTIONS, Subscription
from orders import events as e
from orders.lifecycle import replay

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def ledger(_postgres_copy: str) -> Iterator[SqlLedger]:
    """With an order, and somebody who listens to every agency."""
    with closing(open_ledger(_postgres_copy)) as ledger:
        ledger.append("1001", [placed()], expected=0)
        ledger.hub.subscribe(
            Subscription(id="all", agency="", callback="", query="", by="kari", made_at=NOON)
        )
        yield ledger


def until_it_waits(work: Future[None], watcher: psycopg.Connection) -> None:
    """For the other's transaction."""
    while not work.done():
        (waiting,) = watcher.execute(WAITING).fetchone() or (0,)
        if waiting:
            return


def meanwhile(
    ledger: SqlLedger,
    server: Server,
    first: Callable[[sa.Connection], object],
    then: Callable[[], None],
) -> None:
    """`first` is written and not kept yet when `then` begins, which waits for that."""
    with closing(server.connect()) as watcher, ThreadPoolExecutor(1) as pool:
        with ledger.hub._database.writing() as connection:  # noqa: SLF001 - to stop half-way
            first(connection)
            work = pool.submit(then)
            until_it_waits(work, watcher)
        work.result(60)


def test_an_order_moves_on_while_somebody_who_listened_leaves(
    ledger: SqlLedger, postgres_server: Server
) -> None:
    meanwhile(
        ledger,
        postgres_server,
        lambda connection: connection.execute(sa.delete(SUBSCRIPTIONS)),
        lambda: ledger.append("1001", [told(e.RunTaken, run="run-1")], expected=1),
    )
    assert len(ledger.history("1001")) == 2
    assert ledger.hub.waiting() == 0


def test_somebody_leaves_while_an_order_that_they_hear_of_moves_on(
    ledger: SqlLedger, postgres_server: Server
) -> None:
    order = replay(ledger.history("1001"))
    meanwhile(
        ledger,
        postgres_server,
        lambda connection: hub.tell(connection, order, [1], NOON),
        lambda: ledger.hub.unsubscribe("all"),
    )
    assert (ledger.hub.waiting(), ledger.hub.subscriptions()) == (0, [])
