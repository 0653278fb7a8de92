"""From the ledger to a run and back, by our worker and dispatcher in this process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.crew import at_work
from fixtures.prefect_server import until
from flows.patience import Backoff, Patience
from orders import events as e
from orders.model import Stage, State
from providers.errors import QuotaExceeded, Unavailable


def ended(world, number, state):
    until(lambda: world.order(number).state is state, f"order {number} {state}")


def over(world, number, name):
    """The order's last run, once it shows `name`."""

    def last():
        runs = world.server.runs_of(number)
        return runs[-1] if runs and runs[-1]["state_name"] == name else None

    return until(last, f"a run of order {number} that is {name}")


@pytest.fixture
def crew(world):
    with at_work(world.house) as crew:
        yield crew


def test_an_order_is_picked_up_and_delivered(world, crew):
    number = world.place(items=2)

    ended(world, number, State.COMPLETED)

    runs = until(lambda: both_over(world, number), "both runs are over")
    assert sorted(run["name"] for run in runs) == [
        f"{number}-1 linux-server",
        f"{number}-2 linux-server",
    ]
    mine = world.item(number, runs[0]["parameters"]["item_id"])
    assert set(runs[0]["tags"]) == {
        "grunnmur",
        "agency:byggesak",
        "provider:fake",
        "offering:linux-server",
        f"order:{number}",
        f"instance:{mine.instance}",
    }
    assert {run["work_pool_name"] for run in runs} == {"grunnmur"}
    assert len(list(world.cloud.inventory())) == 2


def both_over(world, number):
    runs = world.server.runs_of(number)
    return runs if [run["state_name"] for run in runs] == ["Completed"] * 2 else None


def test_the_operator_reads_the_runs_log(world, crew):
    number = world.place()
    world.cloud.fail("apply", Unavailable("the region is down"))

    ended(world, number, State.COMPLETED)

    run = world.item(number).run
    wanted = "Unavailable: the region is down; again in"

    def told():
        logs = world.server.ask("logs/filter", logs={"flow_run_id": {"any_": [run]}})
        return any(wanted in line["message"] for line in logs)

    until(told, "the retry is in the log")


def test_many_orders_at_once_are_one_run_each(world, crew):
    numbers = [world.place() for _ in range(12)]

    for number in numbers:
        ended(world, number, State.COMPLETED)

    assert [len(world.server.runs_of(number)) for number in numbers] == [1] * 12
    assert len(list(world.cloud.inventory())) == 12


def test_an_item_held_for_a_while_goes_on_by_itself(world):
    world.use(patience=Patience(calls=Backoff(first=0.01, factor=1, most=0.01), tries=1))
    world.cloud.fail("apply", Unavailable("down"))
    with at_work(world.house):
        number = world.place()
        ended(world, number, State.HELD)
        over(world, number, "Waiting")

        world.later(timedelta(hours=1))
        ended(world, number, State.COMPLETED)

    (released,) = world.history(number, e.ItemReleased)
    assert released.by == "dispatcher"


def test_a_held_item_that_waits_for_a_person_is_released_by_retrying_its_run(world, crew):
    world.cloud.fail("apply", QuotaExceeded("5 of 5 used"))
    number = world.place()
    ended(world, number, State.HELD)
    run = over(world, number, "Held")

    retry = {"type": "SCHEDULED", "name": "AwaitingRetry", "message": "Retry from the UI"}
    world.server.ask(f"flow_runs/{run['id']}/set_state", state=retry, force=True)
    ended(world, number, State.COMPLETED)

    until(lambda: world.server.run(run["id"])["state_name"] == "Released", "the old run is over")
    (released,) = world.history(number, e.ItemReleased)
    assert (released.by, len(world.server.runs_of(number))) == ("operator", 2)


def test_a_stopping_worker_leaves_its_orders_to_the_next(world):
    world.use(patience=Patience(polls=Backoff(first=0.1, factor=1, most=0.1)))
    world.cloud.reads_until_ready = 10_000
    with at_work(world.house):
        number = world.place()
        until(lambda: world.item(number).stage is Stage.BUILD, "it is being built")
    stopped = over(world, number, "Stopped")
    assert "goes on in a new run" in stopped["state"]["message"]
    assert world.item(number).state is State.IN_PROGRESS

    world.cloud.reads_until_ready = 1
    with at_work(world.house):
        ended(world, number, State.COMPLETED)

    assert len(list(world.cloud.inventory())) == 1
    assert world.server.runs_of(number)[0]["state_name"] == "Stopped"


def test_a_key_that_another_ledgers_order_used_is_no_obstacle(world, crew):
    number = world.place()
    ended(world, number, State.COMPLETED)
    first = world.item(number).run
    again = replayed(world, number)

    until(lambda: world.item(again).state is State.COMPLETED, "it is delivered")

    assert world.item(again).run != first


def replayed(world, number):
    """Another order for which Prefect has a run of the same key already."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    coming = str(int(number) + 1)
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("fulfil/fulfil")
        run = client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"order_id": "0", "item_id": "0", "generation": 0},
            idempotency_key=f"{coming}/1:1",
            name="from another life",
            tags=["another"],
        )
    world.server.cancel(str(run.id))
    assert world.place() == coming
    return coming
