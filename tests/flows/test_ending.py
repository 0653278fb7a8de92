"""What cannot be delivered, and what is no longer wanted: removed first, then ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orders import events as e
from orders.model import Cleanup, Stage, State
from providers.errors import (
    Conflict,
    InvalidSpec,
    NotAuthorised,
    QuotaExceeded,
)


def stages(world, number):
    return [event.stage for event in world.history(number, e.StageReached)]


class Doubling:
    """A cloud that makes two of everything, and may be unable to remove the second."""

    def __init__(self, cloud, refused):
        self._cloud, self._refused = cloud, refused

    def __getattr__(self, name):
        return getattr(self._cloud, name)

    def apply(self, spec):
        made = self._cloud.apply(spec)
        twin = replace(made.ref, id="twin")
        record = self._cloud._records  # noqa: SLF001 - behind its back
        record[twin] = replace(record[made.ref], resource=replace(made, ref=twin))
        return made

    def delete(self, ref):
        if self._refused and ref.id == "twin":
            raise Conflict("it is locked")
        self._cloud.delete(ref)


def machines(cloud):
    return list(cloud.inventory())


def release(world, number):
    from orders import service  # noqa: PLC0415

    service.record(world.book, number, e.ItemReleased(at=world.moment, by="ops", item="1"))


@pytest.mark.parametrize("error", [InvalidSpec("no such size"), Conflict("the name is taken")])
@pytest.mark.parametrize("verb", ["preview", "apply"])
def test_what_cannot_be_delivered_fails_with_nothing_left(world, fulfil, verb, error):
    number = world.place()
    world.cloud.fail(verb, error)

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.NOT_REQUIRED)
    assert item.reason == f"{type(error).__name__}: {error}"
    assert (state.name, state.is_failed(), state.message) == ("Failed", True, item.reason)
    assert machines(world.cloud) == []


def test_a_build_that_fails_is_cleaned_up_first(world, fulfil):
    number = world.place()
    world.cloud.reads_until_gone = 2
    world.cloud.fail_build("no host had room")

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.reason) == (State.FAILED, "no host had room")
    assert (item.cleanup, item.resource) == (Cleanup.DONE, None)
    assert stages(world, number)[-1] is Stage.CLEAN_UP
    assert machines(world.cloud) == []


def test_a_clean_up_that_is_refused_lists_what_is_left(world, fulfil):
    number = world.place()
    world.cloud.fail_build("no host had room")
    world.cloud.fail("delete", Conflict("somebody took our tag off"))

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.MANUAL_REQUIRED)
    assert item.leftovers == (item.resource.id,)
    assert item.resource.id in state.message


def test_a_clean_up_may_be_held_and_keeps_its_reason(world, fulfil):
    number = world.place()
    world.cloud.fail_build("no host had room")
    world.cloud.fail("delete", NotAuthorised("key expired"))
    fulfil(number)
    assert world.item(number).state is State.HELD
    release(world, number)

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.DONE)
    assert item.reason == "no host had room"


def test_what_a_lost_answer_left_behind_is_removed_before_the_item_fails(world, fulfil):
    number = world.place()
    world.cloud.lose_answer("apply")
    world.cloud.fail("apply", InvalidSpec("and now it is refused"))

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.DONE)
    assert machines(world.cloud) == []


@pytest.mark.parametrize("refused", [False, True])
def test_an_item_fails_only_after_nothing_carries_its_tag(world, fulfil, refused):
    """A cloud that honours no token has made a second machine, which no answer ever told of."""
    number = world.place()
    world.cloud.fail_build("no host had room")
    world.use(connect=lambda _provider, _account: Doubling(world.cloud, refused))

    fulfil(number)

    item = world.item(number)
    assert item.state is State.FAILED
    assert (item.cleanup is Cleanup.MANUAL_REQUIRED) is refused
    assert item.leftovers == (("twin",) if refused else ())
    assert [one.ref.id for one in machines(world.cloud)] == (["twin"] if refused else [])


def test_a_cancellation_from_the_portal_is_carried_out(world, fulfil):
    from orders import service  # noqa: PLC0415

    number = world.place()
    world.cloud.fail("read", QuotaExceeded("stop here"))
    fulfil(number)
    service.record(
        world.book, number, e.CancellationRequested(at=world.moment, by="kari", item="1")
    )

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.DONE)
    assert (state.name, state.is_cancelled()) == ("Cancelled", True)
    assert machines(world.cloud) == []


def test_a_cancellation_before_anything_was_made_needs_no_clean_up(world, fulfil):
    from orders import service  # noqa: PLC0415

    number = world.place()
    service.record(
        world.book, number, e.CancellationRequested(at=world.moment, by="kari", item="1")
    )

    fulfil(number)

    item = world.item(number)
    assert (item.state, item.cleanup) == (State.CANCELLED, Cleanup.NOT_REQUIRED)
    assert "apply" not in world.cloud.calls
