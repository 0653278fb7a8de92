"""Promises of open orders, on a clock that the test moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from fixtures.orders_placed import line
from flows import promising
from flows.promises import promises
from orders import events as e
from orders import service, steering
from orders.entry import Stamp
from orders.model import DELIVERY, ResourceRef, State

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=ZoneInfo("Europe/Oslo"))
RESOURCE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-1")


@pytest.fixture
def house(world):
    """Where thirty orders took two hours each, and it is Monday morning."""
    world.use(offerings=lambda: {"linux-server": SimpleNamespace(lead_time=4 * HOUR)})
    promising.learned.cache_clear()
    for number in range(30):
        week, day = divmod(number, 5)
        at = MONDAY - timedelta(days=7 * (week + 1) - day)
        deliver(world, place(world, at), at, at + 2 * HOUR)
    world.moment = MONDAY
    yield world
    promising.learned.cache_clear()


def place(world, at, promised=3 * HOUR):
    number = world.book.next_number()
    placed = e.OrderPlaced(
        at=at,
        by="kari",
        order=number,
        external_id=number,
        fingerprint="",
        agency="byggesak",
        orderer="Kari",
        promised_at=at + promised,
        requested_at=None,
        items=(line(),),
    )
    service.place(world.book, placed)
    return number


def deliver(world, number, at, end):
    for event in (
        e.ItemStarted(at=at, by="w", item="1"),
        e.ResourceRecorded(at=at, by="w", item="1", resource=RESOURCE),
        *(e.StageReached(at=at + MINUTE, by="w", item="1", stage=stage) for stage in DELIVERY),
        e.ItemCompleted(at=end, by="w", item="1", outputs={}),
    ):
        service.record(world.book, number, event)


def looked(world, hours):
    world.moment = MONDAY + hours * HOUR
    return promising.summary(promising.look())


NOTHING = "0 raised, 0 cleared, 0 restated"


def test_an_order_that_goes_well_is_left_alone(house):
    place(house, MONDAY)
    assert looked(house, 1) == NOTHING


def test_of_an_order_that_ends_while_it_is_judged_nothing_more_is_promised(house, monkeypatch):
    number, judged = place(house, MONDAY), promising.Learning.lateness

    def delivered_meanwhile(learning, *about):
        if house.order(number).state is not State.COMPLETED:
            deliver(house, number, MONDAY, MONDAY + 4 * HOUR)
        return judged(learning, *about)

    monkeypatch.setattr(promising.Learning, "lateness", delivered_meanwhile)
    looked(house, 4)

    told = house.history(number, (e.JeopardyRaised, e.PromiseRestated))
    assert told == []


def test_an_order_in_danger_is_raised_before_its_time_has_passed_and_once(house):
    number = place(house, MONDAY)
    assert looked(house, 2.5) == "1 raised, 0 cleared, 0 restated"
    assert looked(house, 2.6) == NOTHING
    (raised,) = house.history(number, e.JeopardyRaised)
    assert raised.probability == 1
    assert house.order(number).jeopardy == 1


def test_a_promise_that_passed_is_moved_and_the_first_one_stays(house):
    number = place(house, MONDAY)
    assert looked(house, 3) == "1 raised, 0 cleared, 1 restated"
    order = house.order(number)
    assert order.promised_at == MONDAY + 3 * HOUR
    assert order.restated.promised_at == MONDAY + 7 * HOUR
    assert order.restated.why == promising.PASSED
    assert looked(house, 3.5) == NOTHING


def test_what_waits_for_the_customer_is_not_judged(house):
    number = place(house, MONDAY)
    question = steering.Question(text="Which network?", deadline=MONDAY + 50 * HOUR)
    steering.ask(house.book, number, Stamp(at=MONDAY, by="ola"), question)
    assert house.item(number).state is State.PENDING
    assert looked(house, 5) == NOTHING


def test_without_history_only_what_has_passed_is_told(world):
    world.use(offerings=dict)
    promising.learned.cache_clear()
    place(world, MONDAY)
    assert looked(world, 2.9) == NOTHING
    assert looked(world, 3) == "1 raised, 0 cleared, 1 restated"
    promising.learned.cache_clear()


def test_the_flow_tells_what_it_did(house):
    place(house, MONDAY)
    house.moment = MONDAY + 3 * HOUR
    state = promises(return_state=True)
    assert (state.name, state.message) == ("Completed", "1 raised, 0 cleared, 1 restated")
