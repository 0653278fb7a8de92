"""Taking away what stands: after its grace, never under something else, looked at until gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.orders_placed import line, place_lines
from orders import events as e
from orders import service, thing
from orders.model import Cleanup, State
from providers.errors import Conflict, NotAuthorised
from providers.fake import Fake


@pytest.fixture
def cloud():
    return Fake(reads_until_gone=1)


@pytest.fixture
def server(world, fulfil):
    number = world.place()
    fulfil(number)
    (found,) = world.book.things("byggesak")
    return found


def terminate(world, *things, starts_at=None):
    return place_lines(world.book, thing.removed(things, starts_at))


def test_what_is_removed_is_gone_and_nobody_has_it(world, fulfil, server):
    number = terminate(world, server)

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.resource, state.message) == (State.COMPLETED, None, "removed")
    assert list(world.cloud.inventory()) == []
    assert world.book.things("byggesak") == []
    kinds = [type(event).__name__ for event in world.book.history(number)]
    assert kinds[-3:] == ["ResourceRemoved", "StageReached", "ItemCompleted"]


def test_a_removal_in_several_steps_goes_on_with_each_look(world, fulfil, server):
    world.cloud.steps = {"virtual-machine": 3}
    for record in world.cloud._records.values():  # noqa: SLF001 - as if it had been made so
        record.pieces = 3
        record.resource = type(record.resource)(
            ref=record.resource.ref, instance=record.resource.instance, status="ready"
        )
    number = terminate(world, server)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert world.cloud.calls.count("delete") >= 3


def test_what_is_gone_already_is_a_removal_done(world, fulfil, server):
    world.cloud.reads_until_gone = 0
    world.cloud.delete(next(iter(world.cloud.inventory())).ref)
    number = terminate(world, server)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED


def test_what_the_provider_refuses_to_remove_stays_as_it_was(world, fulfil, server):
    world.cloud.fail("delete", Conflict("machines stand in this network"))
    number = terminate(world, server)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.NOT_REQUIRED)
    assert item.reason == "Conflict: machines stand in this network"
    (still,) = world.book.things("byggesak")
    assert still.changing is None


def test_what_is_partly_removed_waits_for_a_person(world, fulfil, server):
    world.cloud.reads_until_gone = 10_000
    for record in world.cloud._records.values():  # noqa: SLF001 - as of a kind of pieces
        record.resource = type(record.resource)(
            ref=record.resource.ref, instance=record.resource.instance, status="ready"
        )
    real, asked = world.cloud.delete, []

    def delete(ref):
        asked.append(ref)
        if len(asked) > 1:
            raise Conflict("a piece of it is locked")
        real(ref)

    class Locked:
        def __getattr__(self, name):
            return delete if name == "delete" else getattr(world.cloud, name)

    world.use(connect=lambda _provider, _account: Locked())
    number = terminate(world, server)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert item.reason == "Conflict: a piece of it is locked; it is partly removed"


def test_a_removal_may_be_held_and_goes_on(world, fulfil, server):
    world.cloud.fail("delete", NotAuthorised("key expired"))
    number = terminate(world, server)
    fulfil(number)
    assert world.item(number).state is State.HELD
    service.record(world.book, number, e.ItemReleased(at=world.moment, by="ops", item="1"))

    fulfil(number)

    assert world.item(number).state is State.COMPLETED


def test_nothing_begins_within_the_grace_and_it_can_be_taken_back(world, fulfil, server):
    until = world.moment + timedelta(days=7)
    number = terminate(world, server, starts_at=until)
    assert world.book.ready(now=world.moment) == []
    asked = e.CancellationRequested(at=world.moment, by="kari", item="1")
    service.record(world.book, number, asked)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.NOT_REQUIRED)
    assert "delete" not in world.cloud.calls
    (still,) = world.book.things("byggesak")
    assert still.changing is None


def test_after_the_grace_it_is_removed(world, fulfil, server):
    until = world.moment + timedelta(days=7)
    number = terminate(world, server, starts_at=until)
    world.later(timedelta(days=7))
    assert [one.order for one in world.book.ready(now=world.moment)] == [number]

    fulfil(number)

    assert world.item(number).state is State.COMPLETED


def test_a_removal_that_has_begun_cannot_be_called_off(world, fulfil, server):
    world.cloud.fail("delete", NotAuthorised("key expired"))
    number = terminate(world, server)
    fulfil(number)
    asked = e.CancellationRequested(at=world.moment, by="kari", item="1")
    service.record(world.book, number, asked)

    fulfil(number)

    (refused,) = world.history(number, e.CancellationRefused)
    assert refused.reason == "its removal has begun and cannot be taken back"
    assert world.item(number).state is State.HELD


def test_what_something_else_stands_on_stays(world, fulfil):
    """It came after the removal was ordered: a machine in the network, in another order's name."""
    bundle = [line(id="net", name="net"), line(id="web", name="web", needs=("net",))]
    number = place_lines(world.book, bundle)
    fulfil(number, "net")
    (net,) = world.book.things("byggesak")
    going = terminate(world, net)
    fulfil(number, "web")

    fulfil(going)

    item = world.item(going)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.NOT_REQUIRED)
    assert item.reason == "web needs net: remove web too"
    assert len(world.book.things("byggesak")) == 2


def test_a_whole_bundle_is_removed_in_reverse(world, fulfil):
    bundle = [line(id="net", name="net"), line(id="web", name="web", needs=("net",))]
    number = place_lines(world.book, bundle)
    fulfil(number, "net")
    fulfil(number, "web")
    things = {one.name: one for one in world.book.things("byggesak")}
    going = terminate(world, things["net"], things["web"])

    (first,) = world.book.ready(now=world.moment)
    assert first.name == "web"
    fulfil(going, first.item)
    (second,) = world.book.ready(now=world.moment)
    assert second.name == "net"
    fulfil(going, second.item)

    assert world.order(going).state is State.COMPLETED
    assert list(world.cloud.inventory()) == []
