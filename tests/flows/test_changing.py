"""A change of what stands: in place, checked, and brought back when it fails or is unwanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.orders_placed import line, place_lines
from orders import events as e
from orders import service, thing
from orders.model import Cleanup, Stage, State
from providers.errors import Conflict, InvalidSpec, NoCapacity, QuotaExceeded, Unavailable
from providers.fake import Fake

LARGER = {"size": "t3.large", "image": "debian-12", "disk_gb": 40}


class Cloud(Fake):
    """Notes every size it was asked for, and may fail in the middle of a change."""

    def __init__(self, **options):
        super().__init__(**options)
        self.sizes = []
        self.in_place = True
        self.refuses = None

    def preview(self, spec):
        return [
            replace(one, replaces=one.actual is not None and not self.in_place)
            for one in super().preview(spec)
        ]

    def apply(self, spec):
        self.sizes.append(spec.parameters["size"])
        if self.refuses and spec.parameters["size"] == self.refuses[0]:
            super().apply(replace(spec, parameters={**spec.parameters, "disk_gb": 999}))
            raise self.refuses[1]
        return super().apply(spec)


@pytest.fixture
def cloud():
    return Cloud()


@pytest.fixture
def server(world, fulfil):
    """Something delivered, as its agency has it."""
    number = world.place()
    fulfil(number)
    (found,) = world.book.things("byggesak")
    world.cloud.sizes.clear()
    return found


def modify(world, server, parameters=LARGER):
    wanted = line(plan="large", parameters=parameters)
    return place_lines(world.book, [thing.modified(server, wanted)])


def drift(world, number):
    """How what exists differs from what the order asked for."""
    from flows import specs  # noqa: PLC0415

    order = world.order(number)
    return list(world.cloud.preview(specs.spec(order, order.items["1"])))


def test_a_change_is_made_in_place_and_checked(world, fulfil, server):
    number = modify(world, server)

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, state.message) == (State.COMPLETED, "changed")
    assert item.resource == server.resource
    assert [event.stage for event in world.history(number, e.StageReached)] == [
        Stage.CHECK,
        Stage.BUILD,
        Stage.VERIFY,
        Stage.HAND_OVER,
    ]
    assert drift(world, number) == []
    (now,) = world.book.things("byggesak")
    assert (now.plan, now.parameters, now.changing) == ("large", LARGER, None)


def test_the_operator_sees_what_the_change_changes(world, fulfil, server):
    number = modify(world, server)

    fulfil(number)

    tables = [one["data"] for one in world.server.artifacts(world.item(number).run)]
    assert any('"from": "t3.small", "to": "t3.large"' in table for table in tables)


def test_a_change_that_would_replace_it_fails_before_anything_is_done(world, fulfil, server):
    world.cloud.in_place = False
    number = modify(world, server)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.NOT_REQUIRED)
    assert "cannot become 't3.large' in place; order a new one" in item.reason
    assert world.cloud.sizes == []
    assert_as_before(world, server)


def test_a_change_that_fails_half_way_is_brought_back(world, fulfil, server):
    world.cloud.refuses = ("t3.large", InvalidSpec("not sold here"))
    number = modify(world, server)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.DONE)
    assert item.reason == "InvalidSpec: not sold here"
    assert world.cloud.sizes == ["t3.large", "t3.small"]
    assert_as_before(world, server)


def test_what_cannot_be_brought_back_is_told_and_kept(world, fulfil, server):
    world.cloud.refuses = ("t3.large", InvalidSpec("not sold here"))
    number = modify(world, server)
    real = world.cloud.apply
    world.use(connect=lambda _provider, _account: Stubborn(world.cloud, real))

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.MANUAL_REQUIRED)
    (left,) = item.leftovers
    assert server.resource.id in left
    assert "too large a disk to shrink" in left
    assert len(list(world.cloud.inventory())) == 1


class Stubborn:
    """Never goes back."""

    def __init__(self, cloud, apply):
        self.cloud, self.real = cloud, apply

    def __getattr__(self, name):
        return getattr(self.cloud, name)

    def apply(self, spec):
        if spec.parameters["size"] == "t3.small":
            raise Conflict("too large a disk to shrink")
        return self.real(spec)


def test_a_change_called_off_half_way_is_brought_back(world, fulfil, server):
    world.cloud.refuses = ("t3.large", QuotaExceeded("5 of 5 used"))
    number = modify(world, server)
    fulfil(number)
    assert world.item(number).state is State.HELD
    asked = e.CancellationRequested(at=world.moment, by="kari", item="1")
    service.record(world.book, number, asked)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.DONE)
    assert_as_before(world, server)


@pytest.mark.parametrize("error", [Unavailable("down"), NoCapacity("no host of this size is free")])
def test_what_passes_holds_the_change_until_later(world, fulfil, server, error):
    world.cloud.refuses = ("t3.large", error)
    number = modify(world, server)
    fulfil(number)
    held = world.item(number)
    assert held.state is State.HELD
    assert held.resume_at is not None

    world.cloud.refuses = None
    service.record(world.book, number, e.ItemReleased(at=world.moment, by="dispatcher", item="1"))
    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert drift(world, number) == []


def test_what_is_gone_is_not_made_again_by_a_change(world, fulfil, server):
    world.cloud.delete(next(iter(world.cloud.inventory())).ref)
    number = modify(world, server)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert item.reason == f"{server.resource.id} is gone"
    assert list(world.cloud.inventory()) == []


def assert_as_before(world, server):
    """Nothing differs from what its first order asked for, and it may be changed again."""
    assert drift(world, server.order) == []
    (now,) = world.book.things("byggesak")
    assert (now.plan, now.order, now.changing) == (server.plan, server.order, None)
