"""A tag that a provider tells late is waited for, and is no finding meanwhile.

No flow runs here, so these need no Prefect server.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.adopting import propose
from catalog.load import load
from fixtures.adoption import called, order_to_adopt
from fixtures.adoption_pages import HERE, KNOWN, met
from fixtures.prefect_server import PrefectServer
from flows import adopting, calls, specs
from flows.calls import StillNotReady
from flows.judging import Look
from orders import events as e
from orders import service
from orders.model import Stage
from providers.errors import Conflict

STANDS = called("i-0new")


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory) -> PrefectServer:
    """Its address alone: nobody calls it."""
    return PrefectServer(1, Path(tmp_path_factory.mktemp("none")))


@pytest.fixture
def prefect_api() -> None:
    """None is needed."""


@pytest.fixture
def order(world):
    """It has taken up the adoption of what stands there, and checked it; its number."""
    world.cloud.meet(STANDS)
    found = [(met(), propose(met(), load(), KNOWN, world.moment.date()))]
    world.book.candidates.tell(found, world.moment)
    (candidate,) = world.book.candidates.open()
    event = order_to_adopt(world.book, candidate, world.moment)
    assert world.book.candidates.adopt(candidate, event)
    said = {"at": world.moment, "by": "fulfil", "item": "1"}
    begun = (e.ItemStarted(**said), e.StageReached(stage=Stage.CHECK, **said))
    service.record(world.book, event.order, *begun)
    return event.order


@pytest.fixture
def adopted(world, order):
    """As the flow does it, once more after each time it is asked."""
    item = world.item(order)
    spec, ref = specs.spec(world.order(order), item), specs.standing(item)
    assert ref == STANDS.ref

    def until_told():
        world.cloud.adopt(ref, spec)
        return calls.adopted(item.target, spec, ref)

    return until_told


def differences(world):
    return [
        seen.verdict for seen in Look(there=world.cloud, scope=HERE, now=world.moment).differences()
    ]


def test_it_is_looked_at_until_the_tag_is_told(world, adopted):
    world.cloud.reads_until_told = 3
    told = adopted()
    assert told.instance == world.item(world.book.orders()[0].id).instance
    assert world.cloud.calls.count("read") == 4
    assert [one.instance for one in world.cloud.inventory()] == [told.instance]


def test_a_tag_that_comes_off_meanwhile_is_put_on_again(world, adopted, monkeypatch):
    world.cloud.reads_until_told = 1
    read, lost = type(world.cloud).read, []

    def looked(cloud, ref):
        if not lost:
            lost.append(cloud.lose_tag(ref))
        return read(cloud, ref)

    monkeypatch.setattr(type(world.cloud), "read", looked)
    assert adopted().instance
    assert world.cloud.calls.count("adopt") == 3


def test_what_another_has_by_then_ends_it(world, adopted, monkeypatch):
    world.cloud.reads_until_told = 10_000
    adopt, before = type(world.cloud).adopt, []

    def taken(cloud, ref, spec):
        if before:
            raise Conflict(f"{ref.id} carries our tag already, for another")
        before.append(True)
        return adopt(cloud, ref, spec)

    monkeypatch.setattr(type(world.cloud), "adopt", taken)
    with pytest.raises(Conflict):
        adopted()


def test_what_is_never_told_is_not_waited_for_for_ever(world, adopted):
    world.cloud.reads_until_told = 10_000
    with pytest.raises(StillNotReady, match="i-0new is tagged, and the provider does not tell so"):
        adopted()


def test_while_the_tag_is_not_told_nothing_differs_and_nothing_is_called_off(world, order, adopted):
    assert adopting.done_already(world.item(order)) == ""
    assert differences(world) == [], "its order has begun and has not tagged it yet"
    world.cloud.reads_until_told = 10_000
    with pytest.raises(StillNotReady):
        adopted()
    assert differences(world) == []
    said = {"at": world.moment, "by": "fulfil", "item": "1"}
    service.record(world.book, order, e.StageReached(stage=Stage.VERIFY, **said))
    assert differences(world) == []
    assert adopting.done_already(world.item(order)) == adopting.HERS


def test_once_it_is_delivered_a_tag_that_is_not_there_is_a_finding(world, order, adopted):
    adopted()
    said = {"at": world.moment, "by": "fulfil", "item": "1"}
    for stage in (Stage.VERIFY, Stage.HAND_OVER):
        service.record(world.book, order, e.StageReached(stage=stage, **said))
    service.record(world.book, order, e.ItemCompleted(outputs={}, **said))
    assert differences(world) == ["drifted"], "it has not all that its offering asks for"
    world.cloud.lose_tag(STANDS.ref)
    assert differences(world) == ["untagged"]
