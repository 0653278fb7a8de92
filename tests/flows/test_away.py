"""Prefect or the ledger is away for a while: orders wait, nothing fails, and all goes on."""

from __future__ import annotations

import logging

from fixtures.crew import at_work
from fixtures.orders_placed import place
from fixtures.prefect_server import until
from flows.patience import Backoff, Patience
from orders.model import Stage, State

SLOW_BUILD = Patience(polls=Backoff(first=0.1, factor=1, most=0.1))


def test_orders_wait_for_a_prefect_that_was_killed(world, caplog):
    """One order is being built meanwhile, one is placed meanwhile; the worker lives on."""
    caplog.set_level(logging.WARNING, "flows")
    world.use(patience=SLOW_BUILD)
    world.cloud.reads_until_ready = 10_000
    with at_work(world.house) as crew:
        building = world.place()
        until(lambda: world.item(building).stage is Stage.BUILD, "it is being built")

        world.server.process.kill()
        try:
            waiting = world.place()
            until(lambda: "Prefect is away" in caplog.text, "the dispatcher said so")
            world.cloud.reads_until_ready = 1
            assert world.item(waiting).state is State.ACKNOWLEDGED
        finally:
            world.server.start()

        for number in (building, waiting):
            until(lambda n=number: world.item(n).state is State.COMPLETED, f"{number} delivered")
        assert crew.desk is not None
        assert not crew.desk.stopping
        assert caplog.text.count("Prefect is away") == 1
        assert "Prefect is back" in caplog.text
        assert "Traceback" not in caplog.text

    assert len(list(world.cloud.inventory())) == 2
    assert world.item(waiting).run == world.server.runs_of(waiting)[-1]["id"]


def test_orders_wait_for_a_database_that_was_killed(
    world, opened, postgres_server, postgres_url, caplog
):
    caplog.set_level(logging.WARNING, "flows")
    world.cloud.reads_until_ready = 10_000
    with opened(postgres_url) as book:
        world.use(patience=SLOW_BUILD, ledger=book)
        with at_work(world.house):
            number = place(book)
            until(lambda: world.item(number).stage is Stage.BUILD, "it is being built")
            run = world.item(number).run

            postgres_server.stop()
            try:
                world.cloud.reads_until_ready = 1
                until(lambda: "the ledger is away" in caplog.text, "somebody noticed")
            finally:
                postgres_server.start()

            until(lambda: world.item(number).state is State.COMPLETED, "it is delivered")
            until(lambda: world.server.run(run)["state_name"] == "Completed", "its run is over")
        assert world.item(number).run == run, "nobody took the item from its living run"
        assert len(list(world.cloud.inventory())) == 1
