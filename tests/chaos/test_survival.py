"""Orders while parts are killed at random and every fifth call to a cloud faults.

At the end every order has ended, none is lost, and each cloud holds exactly what the ledger says.
A run is drawn from its seed, which is printed: `make chaos SEED=7` plays it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from chaos import census
from chaos.customers import Customers
from chaos.operators import Failing, look_after, standing, still_open, told
from chaos.plan import DOOMED, KINDS, PARTS, PLACES, Plan, draw
from chaos.stormy import Stormy, until_still
from cli.clouds import ACCOUNT
from cli.home import Home
from fixtures.postgres import Server
from fixtures.prefect_server import until
from ledger import SqlLedger, open_ledger
from orders.lifecycle import replay
from orders.model import Cleanup, OrderItem, State
from orders.moving import makes

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
    plan = draw(request.config.option.seed or 1, 200, 3, parts=PARTS, away=10)
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
    plan = draw(seed, orders, max(2, orders // 40), parts=parts, away=60)
    if database == "postgresql":
        server, url = request.getfixturevalue("revived"), request.getfixturevalue("postgres_url")
        assert_survived(weather(plan, url, server))
    else:
        assert_survived(weather(plan))


def assert_survived(stormy: Stormy) -> None:
    plan = stormy.plan
    print(f"seed {plan.seed}: {len(plan.wishes)} orders, {len(plan.kills)} kills")  # noqa: T201 - the seed, for whoever reads a red run
    with (
        closing(open_ledger(stormy.ledger_url)) as ledger,
        closing(Customers(stormy, ledger)) as customers,
    ):
        weather_the_storm(stormy, customers, ledger)
        struck = sum((Counter(one) for one in stormy.struck.values()), Counter[str]())
        print(f"killed {dict(stormy.killed)}, faults {dict(struck)}")  # noqa: T201 - what the storm was
        print(told(ledger))  # noqa: T201 - how long it took, and what came of it
        assert set(struck) >= set(KINDS), "no storm"
        assert_nothing_is_lost(ledger, customers, plan)
        assert_each_ended_as_it_should(ledger, customers)
        for provider in PLACES:
            assert_the_cloud_is_as_the_ledger_says(ledger, stormy, provider)
        assert list(ledger.findings.open()) == []
    until(lambda: not stormy.live_runs(), "Prefect shows no run that nobody runs", STILL)


def weather_the_storm(stormy: Stormy, customers: Customers, ledger: SqlLedger) -> None:
    """Until every order has ended; then no call faults any more."""
    calm, over = Event(), Event()
    storm = Failing(lambda: stormy.storm(calm))
    operator = Failing(lambda: look_after(ledger, over))
    storm.start()
    operator.start()
    try:
        customers.order_all(stormy.plan)
        storm.finish()
        until_still(lambda: standing(ledger), lambda: not still_open(ledger), STILL)
    finally:
        calm.set()
        over.set()
        storm.finish()
        operator.finish()
    stormy.calm()


def assert_nothing_is_lost(ledger: SqlLedger, customers: Customers, plan: Plan) -> None:
    rows = {row.external_id: row.id for row in ledger.orders(limit=10_000)}
    assert rows == customers.accepted
    assert {wish.key for wish in plan.wishes} <= set(rows)
    assert ledger.count() == len(rows)
    assert ledger.verify() == []


def assert_each_ended_as_it_should(ledger: SqlLedger, customers: Customers) -> None:
    """Delivered; or cancelled where it was called off, or failed as its cloud had said."""
    failed: list[OrderItem] = []
    for row in ledger.orders(limit=10_000):
        items = replay(ledger.history(row.id)).items.values()
        stopped = row.id in customers.cancelled or any(one.state is State.FAILED for one in items)
        for item in items:
            told = f"{row.id}-{item.id} {item.action} {item.state}: {item.reason}"
            if item.state is State.FAILED:
                failed.append(item)
            else:
                # The old one of a move that came to nothing is not removed.
                others = {State.CANCELLED, State.REJECTED} if stopped else set()
                assert item.state in {State.COMPLETED, *others}, told
            if item.state in {State.CANCELLED, State.FAILED}:
                assert not item.leftovers, told
                assert item.cleanup in {Cleanup.DONE, Cleanup.NOT_REQUIRED}, told
                assert item.resource is None or not makes(item), told
    assert_failed_for_a_reason(failed, customers.stormy)


def assert_failed_for_a_reason(failed: list[OrderItem], stormy: Stormy) -> None:
    """Only what a cloud accepted and then could not do."""
    for provider, times in Counter(item.target.provider for item in failed).items():
        struck = stormy.struck[EMULATOR[provider]]
        told = [(item.target.provider, item.reason) for item in failed]
        assert times <= sum(struck.get(kind, 0) for kind in DOOMED), told


def assert_the_cloud_is_as_the_ledger_says(
    ledger: SqlLedger, stormy: Stormy, provider: str
) -> None:
    wanted = [item for item in ledger.wanted(provider, ACCOUNT) if item.resource_id]
    found = census.taken(provider, stormy.addresses.of(EMULATOR[provider]))
    ids = sorted(str(one.resource_id).lower() for one in wanted)
    assert sorted(one.lower() for one in found["machines"]) == ids
    assert {sort: len(things) for sort, things in found.items()} == dict.fromkeys(found, len(ids))
    # The product's own look at it comes to the same: nothing missing, stray, or otherwise.
    assert stormy.reconciled(provider) == "In step"
