"""Orders while parts are killed at random and every fifth call to a cloud faults.

At the end every order has ended, none is lost, and each cloud holds exactly what the ledger says.
A run is drawn from its seed, which is printed: `make chaos SEED=7` plays it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from chaos import census
from chaos.customers import Customers
from chaos.plan import KINDS, PARTS, PLACES, Plan, draw
from chaos.stormy import Stormy, until_still
from cli.clouds import ACCOUNT
from cli.home import Home
from fixtures.postgres import Server
from fixtures.prefect_server import until
from ledger import SqlLedger, open_ledger
from orders.lifecycle import replay
from orders.model import ENDS, State
from orders.reconcile import Verdict, compare

STILL = 300.0  # seconds without any change after which nothing will come
EMULATOR = {"aws": "aws", "azure": "azure", "gcp": "google"}

Weather = Callable[..., Stormy]


@pytest.fixture
def weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    """Starts the product in a storm, and ends it with the test."""
    started: list[Stormy] = []

    def one(plan: Plan, url: str = "", database: Server | None = None) -> Stormy:
        (tmp_path / "logs").mkdir()
        home = Home(tmp_path)
        stormy = Stormy(home, url or home.ledger_url, plan, database)
        started.append(stormy)
        stormy.start()
        for name, value in stormy.settings().items():
            monkeypatch.setenv(name, value)
        return stormy

    yield one
    for stormy in started:
        stormy.end()


@pytest.fixture
def revived(postgres_server: Server) -> Iterator[Server]:
    """The server, which is running again after the test whatever happened in it."""
    yield postgres_server
    if postgres_server.process is None:
        postgres_server.start()


def test_a_few_orders_survive_every_part(
    weather: Weather, revived: Server, postgres_url: str, request: pytest.FixtureRequest
) -> None:
    plan = draw(request.config.option.seed or 1, 200, 4, over=100, parts=PARTS)
    stormy = weather(plan, postgres_url, revived)
    assert_survived(stormy)


@pytest.mark.long
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_many_orders_survive_a_long_storm(
    weather: Weather, request: pytest.FixtureRequest, database: str
) -> None:
    options = request.config.option
    seed, orders = options.seed or 1, options.orders
    parts = PARTS if database == "postgresql" else PARTS[:-1]
    plan = draw(seed, orders, max(2, orders // 40), over=orders / 2, parts=parts)
    if database == "postgresql":
        server, url = request.getfixturevalue("revived"), request.getfixturevalue("postgres_url")
        assert_survived(weather(plan, url, server))
    else:
        assert_survived(weather(plan))


def assert_survived(stormy: Stormy) -> None:
    plan = stormy.plan
    print(f"seed {plan.seed}: {len(plan.wishes)} orders, {len(plan.kills)} kills")  # noqa: T201 - the seed, for whoever reads a red run
    customers, calm = Customers(stormy), Event()
    storm = Failing(lambda: stormy.storm(calm))
    with closing(open_ledger(stormy.ledger_url)) as ledger:
        storm.start()
        try:
            customers.order_all(plan)
        except BaseException:
            calm.set()
            raise
        finally:
            storm.finish()
        until_still(lambda: standing(ledger), lambda: not still_open(ledger), STILL)
        stormy.calm()
        print(f"killed {dict(stormy.killed)}, faults {dict(stormy.struck)}")  # noqa: T201 - what the storm was
        print(told(ledger))  # noqa: T201 - how long it took
        assert set(stormy.struck) == set(KINDS), "the storm was none"
        assert_nothing_is_lost(ledger, customers, plan)
        for provider in PLACES:
            assert_the_cloud_is_as_the_ledger_says(ledger, stormy, provider)
    until(lambda: not stormy.live_runs(), "Prefect shows no run that nobody runs", STILL)


class Failing(Thread):
    """A thread whose failure is the test's."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again in `finish`
            self._error = error

    def finish(self) -> None:
        self.join()
        if self._error is not None:
            raise self._error


def told(ledger: SqlLedger) -> str:
    """How long the orders took."""
    lives = []
    for row in ledger.orders(limit=10_000):
        history = ledger.history(row.id)
        lives.append((history[-1].at - history[0].at, row.id))
    first, last = (
        min(r.placed_at for r in ledger.orders(limit=10_000)),
        max(ledger.history(n)[-1].at for _, n in lives),
    )
    lives.sort()
    longest = ", ".join(f"{number} {life.seconds} s" for life, number in lives[-5:])
    return f"all ended {(last - first).seconds} s after the first came; the longest: {longest}"


def still_open(ledger: SqlLedger) -> list[str]:
    return [row.id for row in ledger.orders(limit=10_000) if row.state not in ENDS]


def standing(ledger: SqlLedger) -> dict[str, Any]:
    """Where each open order stands, and why."""
    orders = [replay(ledger.history(number)) for number in still_open(ledger)]
    return {
        f"{order.id}-{item.id} {item.target.provider}": (item.state, item.stage, item.reason)
        for order in orders
        for item in order.items.values()
    }


def assert_nothing_is_lost(ledger: SqlLedger, customers: Customers, plan: Plan) -> None:
    rows = {row.external_id: row for row in ledger.orders(limit=10_000)}
    assert {key: row.id for key, row in rows.items()} == customers.accepted
    assert set(rows) == {wish.key for wish in plan.wishes}
    assert ledger.count() == len(plan.wishes)
    ends = {row.id: row.state for row in rows.values()}
    others = {n: s for n, s in ends.items() if s is not State.COMPLETED}
    assert set(others.values()) <= {State.CANCELLED}, others
    assert set(others) <= customers.cancelled
    assert ledger.verify() == []


def assert_the_cloud_is_as_the_ledger_says(
    ledger: SqlLedger, stormy: Stormy, provider: str
) -> None:
    wanted = [item for item in ledger.wanted(provider, ACCOUNT) if item.resource_id]
    found = census.taken(provider, stormy.addresses.of(EMULATOR[provider]))
    ids = sorted(str(one.resource_id).lower() for one in wanted)
    assert sorted(one.lower() for one in found["machines"]) == ids
    assert {sort: len(things) for sort, things in found.items()} == dict.fromkeys(found, len(ids))
    # Our own look at it comes to the same: nothing missing, nothing stray.
    pairings = compare(ledger.wanted(provider, ACCOUNT), census.of_ours(provider))
    verdicts = [one.verdict for one in pairings]
    assert verdicts == [Verdict.IN_STEP] * len(ids)
