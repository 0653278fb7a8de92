"""Items of one order that need one another: side by side where they can, handed on, and undone."""

from __future__ import annotations

import pytest

from fixtures.crew import at_work
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import until
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import State
from providers.errors import InvalidSpec, QuotaExceeded
from providers.fake import Fake


class Cloud(Fake):
    """Refuses what is named so, and notes in which order things were made."""

    def __init__(self):
        super().__init__()
        self.made, self.refused = [], {}

    def apply(self, spec):
        if error := self.refused.get(spec.name):
            raise error
        if spec.name not in self.made:
            self.made.append(spec.name)
        return super().apply(spec)


@pytest.fixture
def cloud():
    return Cloud()


def bundle():
    """A network, a machine and a database in it, and a bucket beside."""
    return [
        line(id="web", name="web", needs=("net", "db"), wires={"subnet": "net.instance_id"}),
        line(id="db", name="db", needs=("net",)),
        line(id="net", name="net"),
        line(id="bucket", name="bucket"),
    ]


def states(world, number):
    return {item.id: item.state for item in world.order(number).items.values()}


def names(world):
    return sorted(one.item for one in world.book.ready(now=world.moment))


def test_items_begin_when_what_they_need_is_there(world, fulfil):
    number = place_lines(world.book, bundle())
    assert names(world) == ["bucket", "net"]

    fulfil(number, "net")
    assert names(world) == ["bucket", "db"]
    fulfil(number, "db")
    assert names(world) == ["bucket", "web"]
    fulfil(number, "bucket")
    fulfil(number, "web")

    assert world.order(number).state is State.COMPLETED


def test_the_worker_delivers_a_bundle_in_order(world):
    number = place_lines(world.book, bundle())
    with at_work(world.house):
        until(lambda: world.order(number).state is State.COMPLETED, "the bundle is delivered")
    made = world.cloud.made
    assert made.index("net") < made.index("db") < made.index("web")
    assert len(list(world.cloud.inventory())) == 4


def test_what_one_item_gives_the_other_is_asked_with(world, fulfil):
    number = place_lines(world.book, bundle())
    for item in ("net", "db", "web"):
        fulfil(number, item)

    (web,) = [r.spec for r in world.cloud._records.values() if r.spec.name == "web"]  # noqa: SLF001
    assert web.parameters["subnet"] == world.item(number, "net").outputs["instance_id"]
    assert web.parameters["subnet"]


def test_a_wire_that_carries_nothing_is_held_for_a_person(world, fulfil):
    lines = [
        line(id="net", name="net"),
        line(id="web", name="web", needs=("net",), wires={"subnet": "net.no_such_output"}),
    ]
    number = place_lines(world.book, lines)
    fulfil(number, "net")

    fulfil(number, "web")

    item = world.item(number, "web")
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert "net.no_such_output" in item.reason
    assert "web" not in world.cloud.made


def test_one_that_fails_leaves_the_others_usable_and_says_why(world, fulfil):
    world.cloud.refused["db"] = InvalidSpec("no such size")
    number = place_lines(world.book, bundle())
    for item in ("net", "db", "bucket"):
        fulfil(number, item)

    assert world.order(number).state is State.PARTIAL
    assert states(world, number) == {
        "web": State.REJECTED,
        "db": State.FAILED,
        "net": State.COMPLETED,
        "bucket": State.COMPLETED,
    }
    assert world.item(number, "web").reason == "needs db, which was not delivered"
    assert sorted(one.name for one in world.book.things("byggesak")) == ["bucket", "net"]


def test_an_order_called_off_half_way_leaves_nothing_of_what_was_not_delivered(world, fulfil):
    world.cloud.refused["db"] = QuotaExceeded("5 of 5 used")
    number = place_lines(world.book, bundle())
    fulfil(number, "net")
    fulfil(number, "db")
    service.cancel(world.book, number, Stamp(at=world.moment, by="kari"))

    for item in names(world):
        fulfil(number, item)

    assert states(world, number) == {
        "web": State.CANCELLED,
        "db": State.CANCELLED,
        "net": State.COMPLETED,
        "bucket": State.CANCELLED,
    }
    assert world.order(number).state is State.PARTIAL
    assert [one.instance for one in world.cloud.inventory()] == [world.item(number, "net").instance]


def test_a_run_of_an_item_whose_time_has_not_come_does_nothing(world, fulfil):
    from flows.fulfil import fulfil as flow  # noqa: PLC0415

    number = place_lines(world.book, bundle())
    lease = world.book.claim(number, "web", "test", None)

    state = flow(number, "web", lease.generation, return_state=True)

    assert world.item(number, "web").state is State.ACKNOWLEDGED
    assert state.is_completed()
    assert world.history(number, e.ItemStarted) == []
