"""Orders of three items that need one another, half of them called off at any moment.

At the end the cloud has what the ledger says, and what was called off holds nothing. The seed is
printed; --seed chooses another.
"""

from __future__ import annotations

import contextlib
from random import Random
from threading import Event, Thread

import pytest

from fixtures.crew import at_work
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import until
from flows.patience import Backoff, Patience
from flows.runtime import utc_now
from orders import service
from orders.entry import Stamp
from orders.errors import IllegalTransition
from orders.model import ENDS, State
from providers.fake import Fake

PATIENCE = Patience(
    calls=Backoff(first=0.05, factor=1.5, most=0.5), polls=Backoff(first=0.1, factor=1, most=0.1)
)


@pytest.fixture
def cloud():
    return Fake(reads_until_ready=3, reads_until_gone=1)


@pytest.mark.parametrize("count", [20, pytest.param(300, marks=pytest.mark.long)])
def test_what_exists_is_what_the_ledger_says(world, request, count):
    seed = request.config.option.seed or 1
    print(f"seed {seed}: {count} orders of three items")  # noqa: T201 - for whoever reads a red run
    random = Random(f"{seed} called off")
    world.use(now=utc_now, patience=PATIENCE)
    with at_work(world.house, limit=8):
        callers = [Caller(world, random) for _ in range(count)]
        for one in callers:
            world.cloud.lose_answer(random.choice(["apply", "read", "delete"]))
            one.start()
        for one in callers:
            one.finish()
        until(
            lambda: all(world.order(one.number).state in ENDS for one in callers),
            "every order has ended",
            60 + 6 * count,
        )
    there = sorted((one.instance, one.ref.id) for one in world.cloud.inventory())
    told = [(w.instance, w.resource_id) for w in world.book.wanted("fake", "sandbox", None)]
    assert there == sorted(told)
    assert len({instance for instance, _ in there}) == len(there)
    states = {one.number: world.order(one.number).items.values() for one in callers}
    for one in callers:
        ends = {item.state for item in states[one.number]}
        assert ends <= {State.COMPLETED, State.CANCELLED}, (one.number, ends)
        assert one.calls_off or ends == {State.COMPLETED}
    undone = [i for items in states.values() for i in items if i.state is State.CANCELLED]
    assert undone, "none was called off in time"
    assert all(item.resource is None for item in undone)
    assert world.book.verify() == []


class Caller(Thread):
    """Orders a network, a database in it and a machine on both; every second calls it off."""

    def __init__(self, world, random: Random) -> None:
        super().__init__()
        self.world, self.number, self.error = world, "", None
        self.pause, self.calls_off = random.uniform(0, 8), random.random() < 0.5
        self.until_off = random.uniform(0, 8)

    def run(self) -> None:
        try:
            self._order()
        except BaseException as error:  # noqa: BLE001 - raised again in `finish`
            self.error = error

    def _order(self) -> None:
        Event().wait(self.pause)
        lines = [
            line(id="net", name="net"),
            line(id="db", name="db", needs=("net",), wires={"subnet": "net.instance_id"}),
            line(id="web", name="web", needs=("net", "db"), wires={"subnet": "net.instance_id"}),
        ]
        self.number = place_lines(self.world.book, lines)
        if self.calls_off:
            Event().wait(self.until_off)
            with contextlib.suppress(IllegalTransition):  # it is all delivered
                service.cancel(self.world.book, self.number, Stamp(at=utc_now(), by="kari"))

    def finish(self) -> None:
        self.join()
        if self.error is not None:
            raise self.error
