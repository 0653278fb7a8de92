"""kill -9 of a worker with more to do than places: what it had begun goes on before what waits."""

from __future__ import annotations

from fixtures.orders_placed import place
from fixtures.prefect_server import until
from fixtures.works import Works
from orders import events as e
from orders.model import Stage, State

PLACES = ("--limit", "2")
# Longer than the client waits; it asks again seven times before an item is held.
NO_ANSWER = {"match": "ec2.DescribeInstances", "kind": "delay", "seconds": 25, "times": None}


def test_what_was_begun_goes_on_first_and_what_waits_keeps_its_run(works: Works) -> None:
    works.kill_worker()
    works.aws.overlay.faults.clear()
    works.aws.overlay.faults.add(NO_ANSWER)
    works.start_worker(*PLACES)
    begun = [place(works.book, provider="aws") for _ in range(2)]
    for number in begun:
        works.reach(number, Stage.BUILD)
    waiting = [place(works.book, provider="aws") for _ in range(3)]
    until(lambda: all(works.server.runs_of(number) for number in waiting), "all have a run")

    works.kill_worker()
    works.aws.overlay.faults.clear()
    works.start_worker(*PLACES)

    for number in [*begun, *waiting]:
        until(lambda: works.item(number).state is State.COMPLETED, "it is delivered")  # noqa: B023 - waited for here
    until(lambda: ends(works, waiting) == [["Completed"]] * 3, "each has the run it had")
    until(lambda: ends(works, begun) == [["Crashed", "Completed"]] * 2, "each has another")
    again = [taken(works, number)[1].at for number in begun]
    assert max(again) < min(taken(works, number)[0].at for number in waiting)


def ends(works: Works, numbers: list[str]) -> list[list[str]]:
    return [[run["state_name"] for run in works.server.runs_of(number)] for number in numbers]


def taken(works: Works, number: str) -> list[e.RunTaken]:
    return [event for event in works.book.history(number) if isinstance(event, e.RunTaken)]
