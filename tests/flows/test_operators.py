"""What operators do to a run in the Prefect UI reaches the order, and never half-way."""

from __future__ import annotations

import pytest

from fixtures.crew import at_work
from fixtures.prefect_server import until
from flows.patience import Backoff, Patience
from orders.model import Cleanup, Stage, State


def ended(world, number, state):
    until(lambda: world.order(number).state is state, f"order {number} {state}")


def over(world, number, name):
    """The order's last run, once it shows `name`."""

    def last():
        runs = world.server.runs_of(number)
        return runs[-1] if runs and runs[-1]["state_name"] == name else None

    return until(last, f"a run of order {number} that is {name}")


def test_an_operators_cancel_undoes_what_was_made(world):
    world.use(patience=Patience(polls=Backoff(first=0.1, factor=1, most=0.1)))
    world.cloud.reads_until_ready = 10_000
    with at_work(world.house):
        number = world.place()
        until(lambda: world.item(number).stage is Stage.BUILD, "it is being built")

        world.server.cancel(world.item(number).run)
        ended(world, number, State.CANCELLED)
        run = over(world, number, "Cancelled")

    assert world.item(number).cleanup is Cleanup.DONE
    assert list(world.cloud.inventory()) == []
    kinds = [type(event).__name__ for event in world.book.history(number)]
    assert kinds[-5:] == [
        "CancellationRequested",
        "CancellationAccepted",
        "StageReached",
        "ResourceRemoved",
        "ItemCancelled",
    ]
    assert run["state"]["message"] == "undone"
    assert len(world.server.runs_of(number)) == 1


@pytest.mark.parametrize(("pushed", "end"), [("cancel", "Cancelled"), ("pause", "Completed")])
def test_what_comes_too_late_changes_nothing(world, monkeypatch, pushed, end):
    """The operator pushes the button while the run hands over: nobody can go back from there."""
    from flows import artifacts  # noqa: PLC0415

    real, pushes = artifacts.hand_over, []

    def handed_over(*arguments):
        real(*arguments)
        pushes.append(push(world, number, pushed))

    monkeypatch.setattr(artifacts, "hand_over", handed_over)
    number = world.place()
    with at_work(world.house):
        ended(world, number, State.COMPLETED)
        run = over(world, number, end)

    if pushed == "cancel":
        assert run["state"]["message"].startswith("cancelled too late or in vain")
    assert len(pushes) == 1
    assert len(list(world.cloud.inventory())) == 1


def push(world, number, button):
    run = world.item(number).run
    if button == "cancel":
        world.server.cancel(run)
        return
    paused = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_reschedule": True}}
    world.server.ask(f"flow_runs/{run}/set_state", state=paused, force=False)


def test_a_run_cancelled_in_the_queue_cancels_its_item(world):
    world.use(patience=Patience(polls=Backoff(first=0.1, factor=1, most=0.1)))
    world.cloud.reads_until_ready = 10_000
    with at_work(world.house, limit=1):
        first = world.place()
        until(lambda: world.item(first).stage is Stage.BUILD, "the only place is taken")
        second = world.place()
        (queued,) = until(lambda: world.server.runs_of(second), "a run in the queue")

        world.server.cancel(queued["id"])
        until(lambda: world.item(second).state is State.ASSESSING_CANCELLATION, "it was noticed")
        world.server.cancel(world.item(first).run)
        ended(world, second, State.CANCELLED)
        ended(world, first, State.CANCELLED)

    assert world.item(second).cleanup is Cleanup.NOT_REQUIRED


def test_an_operators_pause_holds_the_item_until_its_run_is_retried(world):
    world.use(patience=Patience(polls=Backoff(first=0.1, factor=1, most=0.1)))
    world.cloud.reads_until_ready = 10_000
    with at_work(world.house):
        number = world.place()
        until(lambda: world.item(number).stage is Stage.BUILD, "it is being built")
        run = world.item(number).run

        paused = {
            "type": "PAUSED",
            "name": "Suspended",
            "state_details": {"pause_reschedule": True},
        }
        world.server.ask(f"flow_runs/{run}/set_state", state=paused, force=True)
        ended(world, number, State.HELD)
        assert "paused in Prefect by an operator" in world.item(number).reason
        over(world, number, "Held")

        world.cloud.reads_until_ready = 1
        retry = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        world.server.ask(f"flow_runs/{run}/set_state", state=retry, force=True)
        ended(world, number, State.COMPLETED)
