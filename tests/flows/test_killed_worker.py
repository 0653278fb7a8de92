"""kill -9 of the worker in the middle of every stage: the order goes on, one machine exists.

Everything is real: the Prefect server, the worker's process, the cloud's HTTP. What makes a stage
long enough to be killed in is the cloud being slow there, or the Prefect server at the hand-over.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from fixtures.orders_placed import place
from fixtures.prefect_server import until
from fixtures.works import Works
from orders import events as e
from orders.model import Stage, State


def in_check(works: Works, number: str) -> None:
    works.reach(number, Stage.CHECK)
    works.until_struck("the cloud was asked")


def in_create(works: Works, number: str) -> None:
    """The machine comes into being some seconds after the worker that asked for it is dead."""
    works.reach(number, Stage.CREATE)
    works.until_struck("the machine was asked for")


def after_create(works: Works, number: str) -> None:
    """The machine exists, its answer was lost, and nobody has looked for it yet."""
    works.until_struck("the answer was lost")
    works.slow("ec2.DescribeTags")
    works.until_struck("it is being looked for")
    assert len(works.machines(number)) == 1
    assert works.item(number).resource is None


def in_build(works: Works, number: str) -> None:
    works.reach(number, Stage.BUILD)


def in_verify(works: Works, number: str) -> None:
    works.reach(number, Stage.VERIFY)
    works.until_struck("the cloud was asked")


def in_hand_over(works: Works, number: str) -> None:
    assert works.proxy.held.wait(120), "no artifact was written"
    assert works.item(number).stage is Stage.HAND_OVER


@pytest.mark.parametrize(
    ("moment", "slow"),
    [
        (in_check, [("ec2.DescribeTags", "delay")]),
        (in_create, [("ec2.RunInstances", "delay")]),
        (after_create, [("ec2.RunInstances", "lost")]),
        (in_build, []),
        (in_verify, []),
        (in_hand_over, []),
    ],
)
def test_the_order_goes_on_and_one_machine_exists(
    works: Works, moment: Callable[[Works, str], None], slow: list[tuple[str, str]]
) -> None:
    works.aws.overlay.faults.clear()
    for call, kind in slow:
        works.slow(call, kind)
    if moment is in_hand_over:
        works.proxy.hold(b"POST /api/artifacts/")
    number = place(works.book, provider="aws")
    if moment is in_verify:
        works.reach(number, Stage.BUILD)
        works.slow("ec2.DescribeTags")

    moment(works, number)
    works.kill_worker()
    works.proxy.let_go()
    dead = works.item(number)
    assert dead.state is State.IN_PROGRESS
    works.start_worker()

    until(lambda: works.item(number).state is State.COMPLETED, "the order is delivered")
    assert len(works.machines(number)) == 1
    assert works.machines(number) == [works.item(number).resource.id]
    first, second = works.server.runs_of(number)
    assert (first["id"], first["state_name"]) == (dead.run, "Crashed")
    assert "is gone" in first["state"]["message"]
    until(lambda: works.server.run(second["id"])["state_name"] == "Completed", "the run is over")
    taken = [event.run for event in works.book.history(number) if isinstance(event, e.RunTaken)]
    assert taken == [first["id"], second["id"]]


def test_a_worker_that_is_asked_to_end_does_so_cleanly_and_its_order_goes_on(works: Works) -> None:
    """SIGTERM in the middle of a build: the run stops where it is safe, the process ends with 0."""
    works.aws.overlay.faults.clear()
    works.aws.overlay.faults.add(
        {"match": "ec2.DescribeInstances", "kind": "throttle", "times": 1_000_000}
    )
    number = place(works.book, provider="aws")
    works.reach(number, Stage.BUILD)
    assert works.worker is not None

    assert works.worker.stop() == 0, works.worker.text
    works.aws.overlay.faults.clear()
    (run,) = works.server.runs_of(number)
    assert run["state_name"] == "Stopped"
    works.start_worker()

    until(lambda: works.item(number).state is State.COMPLETED, "the order is delivered")
    assert len(works.machines(number)) == 1


def test_a_worker_that_hangs_loses_its_order_to_another(works: Works) -> None:
    """SIGSTOP: it is not dead and says nothing. When it wakes, it finds that it is too late."""
    works.aws.overlay.faults.clear()
    assert works.worker is not None
    workers = {"worker": works.worker, "second": works.another("second")}
    works.slow("ec2.DescribeInstances")
    number = place(works.book, provider="aws")
    works.reach(number, Stage.BUILD)
    (run,) = works.server.runs_of(number)
    named = until(lambda: works.server.run(run["id"])["infrastructure_pid"], "who runs it")
    hung = workers[named.removesuffix(":thread")].process
    hung.send_signal(signal.SIGSTOP)
    try:
        until(lambda: works.item(number).state is State.COMPLETED, "the other delivers it")
        first, second = works.server.runs_of(number)
        assert (first["id"], first["state_name"]) == (run["id"], "Crashed")
    finally:
        hung.send_signal(signal.SIGCONT)

    until(lambda: works.server.run(second["id"])["state_name"] == "Completed", "the run is over")
    later = place(works.book, provider="aws")
    until(lambda: works.item(later).state is State.COMPLETED, "both go on working")
    assert works.machines(number) == [works.item(number).resource.id]
    assert len(works.server.runs_of(number)) == 2
    assert workers["second"].stop() == 0
