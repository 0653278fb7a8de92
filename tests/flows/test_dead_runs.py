"""Runs that die, let go, are cancelled or never begin: what the dispatcher makes of each."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State, StateType

from fixtures.orders_placed import place
from fixtures.played_prefect import BUSY
from orders import events as e
from orders import model, service
from orders.lifecycle import replay


def test_a_run_that_falls_silent_is_laid_to_rest_and_followed(desk):
    number = place(desk.book)
    desk.round()
    dead = desk.take_over(number)

    desk.rounds(8)

    assert "is gone" in desk.runs.buried[dead]
    assert list(desk.runs.made) == [f"{number}/1:1", f"{number}/1:2"]
    assert desk.lease(number).generation == 2


def test_a_run_that_let_go_is_followed_and_left_to_end_by_itself(desk):
    number = place(desk.book)
    desk.round()
    desk.take_over(number)
    desk.book.release(number, "1", 1)

    desk.rounds(2)

    assert desk.runs.buried == {}
    assert f"{number}/1:2" in desk.runs.made


@pytest.mark.parametrize("let_go", [True, False])
def test_an_operators_cancel_of_a_run_that_is_gone_is_not_forgotten(desk, let_go):
    number = place(desk.book)
    desk.round()
    run = desk.take_over(number)
    desk.runs.state[run] = State(type=StateType.CANCELLING)
    if let_go:
        desk.book.release(number, "1", 1)

    desk.rounds(8)

    assert "CancellationRequested" in desk.kinds(number)
    assert f"{number}/1:2" in desk.runs.made, "a new run carries it out"


def test_a_run_cancelled_in_the_queue_cancels_its_item(desk):
    number = place(desk.book)
    desk.round()
    run = desk.runs.made[f"{number}/1:1"]
    desk.runs.state[run] = State(type=StateType.CANCELLED, name="Cancelled")

    desk.rounds(4)

    assert "CancellationRequested" in desk.kinds(number)
    assert f"{number}/1:2" in desk.runs.made


def test_a_run_that_crashed_before_it_began_is_followed_by_another(desk):
    number = place(desk.book)
    desk.round()
    desk.runs.state[desk.runs.made[f"{number}/1:1"]] = State(type=StateType.CRASHED)

    desk.rounds(4)

    assert f"{number}/1:2" in desk.runs.made
    assert "CancellationRequested" not in desk.kinds(number)


def test_a_run_that_prefect_has_forgotten_is_followed_by_another(desk):
    """Its database was restored from before the run was made."""
    number = place(desk.book)
    desk.round()
    del desk.runs.state[desk.runs.made.pop(f"{number}/1:1")]

    desk.rounds(4)

    assert list(desk.runs.made) == [f"{number}/1:2"]
    assert desk.lease(number).run == str(desk.runs.made[f"{number}/1:2"])


def test_a_run_that_left_the_queue_and_never_took_its_item_is_given_up(desk):
    number = place(desk.book)
    desk.round()
    lost = desk.runs.made[f"{number}/1:1"]
    desk.runs.state[lost] = State(type=StateType.PENDING)

    desk.rounds(80)
    assert desk.runs.buried == {}
    desk.rounds(30)

    assert "never took its item" in desk.runs.buried[lost]
    assert f"{number}/1:2" in desk.runs.made


def test_a_paused_run_is_left_alone(desk):
    number = place(desk.book)
    desk.round()
    desk.runs.state[desk.runs.made[f"{number}/1:1"]] = State(type=StateType.PAUSED)

    desk.rounds(200)

    assert desk.runs.buried == {}
    assert list(desk.runs.made) == [f"{number}/1:1"]


def test_an_item_whose_runs_die_at_once_is_not_run_as_fast_as_the_machine_can(desk):
    number = place(desk.book)
    for _ in range(120):
        desk.round(1.0)
        for run in desk.runs.made.values():
            desk.runs.state[run] = State(type=StateType.CRASHED)

    assert 5 <= len(desk.runs.made) <= 12, number


def test_an_item_that_is_held_and_released_again_and_again_gets_each_run_at_once(desk):
    number, by = place(desk.book), "operator"
    for generation in range(1, 9):
        desk.round(1.0)
        desk.take_over(number, generation)
        held = e.ItemHeld(at=desk.moment, by=by, item="1", reason="NotAuthorised", resume_at=None)
        service.record(desk.book, number, held)
        desk.book.release(number, "1", generation)
        desk.round(1.0)
        service.record(desk.book, number, e.ItemReleased(at=desk.moment, by=by, item="1", why=""))


def test_a_run_whose_item_has_ended_is_laid_to_rest_after_a_while(desk):
    number = place(desk.book)
    desk.round()
    run = desk.take_over(number)
    service.record(desk.book, number, failed(desk))
    desk.runs.running = [live(run, number, instance(desk, number))]

    desk.rounds(16)
    assert desk.runs.buried == {}, "it may still be telling Prefect how it ended"
    desk.rounds(32)

    assert "does not need it any more" in desk.runs.buried[run]


def failed(desk):
    none = model.Cleanup.NOT_REQUIRED
    return e.ItemFailed(at=desk.moment, by="fulfil", item="1", reason="no", cleanup=none)


def test_a_run_that_died_before_it_took_its_item_is_laid_to_rest_when_that_has_ended(desk):
    number = place(desk.book)
    desk.round()
    run = desk.runs.made[f"{number}/1:1"]
    desk.runs.state[run] = State(type=StateType.RUNNING)
    cancelled = e.ItemCancelled(
        at=desk.moment, by="kari", item="1", cleanup=model.Cleanup.NOT_REQUIRED
    )
    asked = e.CancellationRequested(at=desk.moment, by="kari", item="1")
    accepted = e.CancellationAccepted(at=desk.moment, by="kari", item="1")
    service.record(desk.book, number, asked, accepted, cancelled)
    desk.runs.running = [live(run, number, instance(desk, number))]

    desk.rounds(48)

    assert "does not need it any more" in desk.runs.buried[run]


def instance(desk, number):
    return replay(desk.book.history(number)).items["1"].instance


def live(run, number, instance, generation=1):
    parameters = {"order_id": number, "item_id": "1", "generation": generation}
    return SimpleNamespace(id=run, parameters=parameters, tags=[f"instance:{instance}"])


def test_runs_at_work_and_runs_of_others_are_left_alone(desk):
    number = place(desk.book)
    desk.round()
    mine = desk.take_over(number)
    own = instance(desk, number)
    strangers = live(uuid4(), "77777", own), live(uuid4(), number, "f" * 32)
    desk.runs.running = [live(mine, number, own), live(BUSY, number, own), *strangers]

    for _ in range(60):
        desk.round(1.0)
        desk.book.renew(number, "1", 1)

    assert desk.runs.buried == {}
