"""One item, one run: what the ledger, the cloud and the operator have afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.faults import OurFault
from orders import events as e
from orders.model import Stage, State
from providers.errors import (
    NoCapacity,
    NotAuthorised,
    QuotaExceeded,
    Throttled,
    Unavailable,
)

DELIVERY = [Stage.CHECK, Stage.CREATE, Stage.BUILD, Stage.VERIFY, Stage.HAND_OVER]


def stages(world, number):
    return [event.stage for event in world.history(number, e.StageReached)]


def machines(cloud):
    return list(cloud.inventory())


def test_an_order_is_delivered_stage_by_stage(world, fulfil):
    number = world.place()

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, state.name, state.is_completed()) == (State.COMPLETED, "Completed", True)
    assert stages(world, number) == DELIVERY
    (machine,) = machines(world.cloud)
    assert (item.resource.id, machine.instance) == (machine.ref.id, item.instance)
    assert item.outputs == machine.outputs
    assert item.outputs["private_ip"] == "192.0.2.10"


def test_the_operator_sees_the_stages_and_what_was_delivered(world, fulfil):
    number = world.place()

    fulfil(number)

    run = world.item(number).run
    names = ["check", "create", "build", "verify", "hand over"]
    seen = until_recorded(world, run, names)
    assert seen == dict.fromkeys(names, "Completed")
    kinds = {one["type"]: one["data"] for one in world.server.artifacts(run)}
    assert f"http://127.0.0.1:8000/orders/{number}" in kinds["markdown"]
    assert "192.0.2.10" in kinds["table"]


def until_recorded(world, run, names):
    """Prefect writes tasks down a moment after they ended."""
    from fixtures.prefect_server import until  # noqa: PLC0415

    until(lambda: list(world.server.tasks(run).values()) == ["Completed"] * len(names), "tasks")
    return world.server.tasks(run)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)], ids=["on", "back"])
def test_a_clock_that_jumps_an_hour_in_the_middle_does_no_harm(world, fulfil, jump):
    number = world.place()
    world.cloud.fail("read", Unavailable("down"), times=3)
    assert fulfil(number).name == "Waiting"
    world.later(jump)

    release(world, number)
    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert len(machines(world.cloud)) == 1
    assert world.book.verify() == []


def test_two_items_are_two_machines(world, fulfil):
    number = world.place(items=2)

    fulfil(number, "1")
    assert world.order(number).state is State.IN_PROGRESS
    fulfil(number, "2")

    assert world.order(number).state is State.COMPLETED
    assert len(machines(world.cloud)) == 2


@pytest.mark.parametrize("error", [Throttled("slow"), Unavailable("down"), NoCapacity("full")])
@pytest.mark.parametrize("verb", ["preview", "apply", "read"])
def test_what_passes_is_tried_again(world, fulfil, verb, error):
    number = world.place()
    world.cloud.fail(verb, error, times=2)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert len(machines(world.cloud)) == 1


def test_what_does_not_pass_holds_the_item_until_later(world, fulfil):
    number = world.place()
    world.cloud.fail("apply", Unavailable("the region is down"), times=3)

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.reason) == (State.HELD, "Unavailable: the region is down")
    assert item.resume_at == world.moment + timedelta(seconds=15)
    assert (state.name, state.is_completed()) == ("Waiting", True)
    assert "the region is down" in state.message


def test_each_hold_in_a_row_is_longer_and_progress_forgives(world, fulfil):
    number = world.place()
    waits = []
    for _ in range(3):
        world.cloud.fail("apply", Throttled("slow"), times=3)
        fulfil(number)
        waits.append((world.item(number).resume_at - world.moment).total_seconds())
        release(world, number)
    world.cloud.fail("read", Throttled("slow"), times=3)
    fulfil(number)
    waits.append((world.item(number).resume_at - world.moment).total_seconds())

    assert waits == [15, 30, 60, 15]


def release(world, number):
    from orders import service  # noqa: PLC0415

    service.record(world.book, number, e.ItemReleased(at=world.moment, by="ops", item="1"))


@pytest.mark.parametrize("error", [QuotaExceeded("5 of 5 used"), NotAuthorised("key expired")])
def test_what_needs_a_person_waits_for_one(world, fulfil, error):
    number = world.place()
    world.cloud.fail("apply", error)

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert item.reason == f"{type(error).__name__}: {error}"
    assert (state.name, state.is_failed(), state.message) == ("Held", True, item.reason)


def test_a_released_item_goes_on_where_it_stopped(world, fulfil):
    number = world.place()
    world.cloud.fail("read", QuotaExceeded("too many looks"))
    fulfil(number)
    release(world, number)

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert stages(world, number) == DELIVERY
    assert world.cloud.calls.count("apply") == 1


def test_a_lost_answer_is_no_second_machine(world, fulfil):
    number = world.place()
    world.cloud.lose_answer("apply")

    fulfil(number)

    assert world.item(number).state is State.COMPLETED
    assert len(machines(world.cloud)) == 1


def test_a_build_that_takes_too_long_is_held_and_not_failed(world, fulfil):
    number = world.place()
    world.cloud.reads_until_ready = 10_000

    state = fulfil(number)

    item = world.item(number)
    assert item.state is State.HELD
    assert item.resume_at is not None
    assert "still not ready after 0:00:00.2" in item.reason
    assert state.name == "Waiting"
    assert len(machines(world.cloud)) == 1


def test_what_is_not_as_ordered_is_not_handed_over(world, fulfil):
    number = world.place()

    def meddle(_provider, _account):
        """Somebody at the provider's console changes what is ready."""
        for record in world.cloud._records.values():  # noqa: SLF001 - behind its back
            if record.resource.status == "ready":
                larger = {**record.spec.parameters, "size": "t3.xlarge"}
                record.spec = replace(record.spec, parameters=larger)
        return world.cloud

    world.use(connect=meddle)
    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert item.reason.endswith("differs from the order in size")
    assert state.name == "Held"


def test_an_error_of_ours_holds_the_item_and_fails_the_run_loudly(world, fulfil):
    number = world.place()
    world.cloud.fail("apply", ZeroDivisionError("secret=hunter2"))

    state = fulfil(number)

    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert "ZeroDivisionError" in item.reason
    assert f"/runs/flow-run/{item.run}" in item.reason
    assert "hunter2" not in item.reason
    assert (state.name, state.is_failed()) == ("Failed", True)
    with pytest.raises(OurFault, match=r"^ZeroDivisionError: secret=\[hidden\] \(.*\.py:\d+\)$"):
        state.result()


def test_a_run_whose_item_another_has_does_nothing(world, fulfil):
    number = world.place()
    old = world.claim(number)
    world.claim(number)

    state = fulfil(number, generation=old)

    assert (state.name, state.is_cancelled()) == ("Superseded", True)
    assert world.item(number).state is State.ACKNOWLEDGED
    assert world.cloud.calls == []


def test_a_run_is_free_to_be_followed_by_another(world, fulfil):
    number = world.place()
    world.cloud.fail("apply", QuotaExceeded("none left"))
    fulfil(number)
    release(world, number)

    (ready,) = world.book.ready()

    assert ready.lease.free
    assert ready.lease.run == world.item(number).run
