"""A look at the clouds while a yes is under way: nothing is proposed or adopted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.adoption import order_to_adopt, stranger
from fixtures.orders_placed import line, place_lines
from flows.discover import discover
from orders.model import State, Target

DAY = timedelta(days=1)
AWS = Target(provider="aws", account="sandbox", region="eu-north-1")


@pytest.fixture
def known(world):
    """The agency has something, so it is known; a stranger stands in the cloud and is proposed."""
    place_lines(world.book, [line(target=AWS)])
    world.use(zones=replace(world.house.zones, zones={"byggesak": {}}))
    world.cloud.meet(stranger())
    return world


def look(world):
    world.later(DAY)
    return discover("aws", "sandbox", return_state=True).message


def during(world, monkeypatch, act):
    """A look in which `act` comes to pass when the cloud has been listed, and nothing told yet."""
    listed, done = type(world.cloud).strangers, []

    def strangers(cloud):
        yield from listed(cloud)
        if not done:
            done.append(True)
            act()

    with monkeypatch.context() as patched:
        patched.setattr(type(world.cloud), "strangers", strangers)
        look(world)
    assert done


def test_what_is_adopted_while_a_run_looks_is_not_proposed_again(known, fulfil, monkeypatch):
    look(known)
    (found,) = known.book.candidates.open()
    event = order_to_adopt(known.book, found)

    def yes():
        assert known.book.candidates.adopt(found, event)
        fulfil(event.order)
        assert known.item(event.order).state is State.COMPLETED

    during(known, monkeypatch, yes)
    assert known.book.candidates.open() == []
    look(known)
    assert known.book.candidates.open() == []
    (thing,) = [one for one in known.book.things("byggesak") if one.order == event.order]
    assert [one.instance for one in known.cloud.inventory()] == [thing.instance]
    assert known.book.verify() == []


def test_a_yes_that_was_given_while_a_run_looks_stays_given(known, fulfil, monkeypatch):
    """The run tells of it once more, as it was before the worker came to it."""
    look(known)
    (found,) = known.book.candidates.open()
    event = order_to_adopt(known.book, found)
    during(known, monkeypatch, lambda: known.book.candidates.adopt(found, event))
    assert known.book.candidates.open() == []
    assert not known.book.candidates.adopt(found, order_to_adopt(known.book, found))
    fulfil(event.order)
    assert known.item(event.order).state is State.COMPLETED


def test_what_goes_away_after_the_preview_ends_its_order_in_words(known, fulfil):
    look(known)
    (found,) = known.book.candidates.open()
    event = order_to_adopt(known.book, found)
    known.cloud.part(stranger().ref)
    assert known.book.candidates.adopt(found, event), "no run has seen yet that it is gone"
    fulfil(event.order)
    item = known.item(event.order)
    assert (item.state, "is not there" in item.reason) == (State.FAILED, True)
    look(known)
    assert known.book.candidates.open() == []
