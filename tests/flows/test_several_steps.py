"""What is made a piece at a time, and what waits for somebody outside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.patience import Backoff
from orders import events as e
from orders import service
from orders.model import Cleanup, Party, State
from providers.errors import Unavailable
from providers.fake import Fake
from providers.types import Outside

HAND_OVER = "hand the pairing key over to the carrier; it is in the provider's own console"


@pytest.fixture
def cloud():
    return Fake(steps={"virtual-machine": 3}, reads_until_gone=1)


def test_each_look_takes_the_next_step(world, fulfil):
    number = world.place()

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert world.cloud.calls.count("apply") == 3
    assert len(list(world.cloud.inventory())) == 1


def test_what_goes_by_itself_is_asked_for_once(world, fulfil):
    world.cloud.steps = {}
    number = world.place()

    fulfil(number)

    assert world.cloud.calls == ["preview", "apply", "read", "read", "preview"]


def test_a_new_run_goes_on_with_the_next_piece(world, fulfil):
    number = world.place()
    world.cloud.reads_until_ready = 2
    world.cloud.fail("read", Unavailable("down"), times=3)
    fulfil(number)
    assert world.item(number).state is State.HELD
    release(world, number)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert len(list(world.cloud.inventory())) == 1


def test_cancelling_removes_piece_by_piece(world, fulfil):
    number = world.place()
    world.cloud.reads_until_ready = 2
    world.cloud.await_outside(Outside.CARRIER, "the carrier is at work")
    fulfil(number)
    cancel(world, number)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.DONE)
    assert world.cloud.calls.count("delete") >= 2
    assert list(world.cloud.inventory()) == []


def test_the_customer_is_asked_once_and_the_carrier_is_waited_for(world, fulfil):
    number = world.place()
    world.cloud.await_outside(Outside.CUSTOMER, HAND_OVER)

    state = fulfil(number)

    item = world.item(number)
    assert item.state is State.PENDING
    asked = item.waiting_on
    assert (asked.party, asked.person, asked.question) == (Party.CUSTOMER, "kari", HAND_OVER)
    assert asked.deadline == world.moment + timedelta(days=14)
    assert (state.name, state.is_completed()) == ("Waiting", True)
    assert HAND_OVER in state.message
    assert world.book.ready() == []

    answered = e.QuestionAnswered(at=world.moment, by="kari", item="1", answer="done")
    service.record(world.book, number, answered)
    waits = []
    for _ in range(3):
        fulfil(number)
        item = world.item(number)
        assert (item.state, item.reason) == (State.HELD, HAND_OVER)
        waits.append((item.resume_at - world.moment).total_seconds())
        release(world, number)
    assert waits == [900, 1800, 3600]

    world.cloud.act_outside()
    fulfil(number)
    assert world.item(number).state is State.COMPLETED
    assert len(world.history(number, e.QuestionAsked)) == 1


def test_a_carrier_holds_the_item_and_asks_nobody(world, fulfil):
    number = world.place()
    world.cloud.await_outside(Outside.CARRIER, "the carrier is at work")

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.reason) == (State.HELD, "the carrier is at work")
    assert item.resume_at == world.moment + timedelta(minutes=15)
    assert world.history(number, e.QuestionAsked) == []


def test_nothing_is_polled_while_somebody_outside_is_awaited(world, fulfil):
    number = world.place()
    world.cloud.await_outside(Outside.CARRIER, "the carrier is at work")
    world.use(patience=world.house.patience.__class__(polls=Backoff(first=60, factor=1, most=60)))

    fulfil(number)  # would take a minute

    assert world.cloud.calls.count("read") == 1


def release(world, number):
    released = e.ItemReleased(at=world.moment, by="dispatcher", item="1")
    service.record(world.book, number, released)


def cancel(world, number):
    asked = e.CancellationRequested(at=world.moment, by="kari", item="1")
    service.record(world.book, number, asked)
