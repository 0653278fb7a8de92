"""A cloud that accepts, and tells later that it had no room: the creation is asked for again."""

from __future__ import annotations

import pytest
from typing_extensions import override

from flows.patience import Backoff, Patience
from orders import events as e
from orders import service
from orders.model import State
from providers.errors import NoCapacity, QuotaExceeded
from providers.fake import Fake

QUICK = Backoff(first=0.01, factor=1, most=0.01)


class Full(Fake):
    """What was accepted never comes to anything, until it has been asked for once more."""

    def __init__(self):
        super().__init__(reads_until_ready=1)
        self.error, self.asked = NoCapacity("no room for this size"), 0

    @override
    def apply(self, spec):
        self.asked += 1
        return super().apply(spec)

    @override
    def read(self, ref):
        if ref in self._records and self.asked == 1:
            raise self.error
        return super().read(ref)


class Forgetful(Fake):
    """What it accepts first is not there afterwards."""

    @override
    def apply(self, spec):
        made = super().apply(spec)
        if spec.attempt == 1:
            self._records.pop(made.ref, None)
        return made


@pytest.fixture
def cloud():
    return Full()


@pytest.fixture
def number(world):
    world.use(patience=Patience(calls=QUICK, polls=QUICK))
    return world.place()


def test_what_had_no_room_is_asked_for_again(world, fulfil, number):
    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert world.cloud.asked == 2
    assert len(list(world.cloud.inventory())) == 1


def test_what_had_no_quota_is_asked_for_again_when_somebody_has_released_it(world, fulfil, number):
    world.cloud.error = QuotaExceeded("10 of 10 used")
    fulfil(number)
    item = world.item(number)
    assert (item.state, item.resume_at, world.cloud.asked) == (State.HELD, None, 1)
    released = e.ItemReleased(at=world.moment, by="operator", item="1", why="it was raised")
    service.record(world.book, number, released)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert world.cloud.asked == 2
    assert len(list(world.cloud.inventory())) == 1


def test_what_is_gone_is_made_anew_when_somebody_has_released_it(world, fulfil, number):
    forgetful = Forgetful()
    world.use(connect=lambda _provider, _account: forgetful)
    fulfil(number)
    item = world.item(number)
    assert (item.state, item.reason) == (State.HELD, f"{item.resource.id} is gone")
    released = e.ItemReleased(at=world.moment, by="operator", item="1", why="looked at it")
    service.record(world.book, number, released)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.attempt) == (State.COMPLETED, 2)
    assert [one.ref.id for one in forgetful.inventory()] == [item.resource.id]
