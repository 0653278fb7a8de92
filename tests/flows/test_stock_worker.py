"""Prefect's own process worker serves the same pool and the same deployments."""

from __future__ import annotations

import pytest

from emulators.aws import serve
from fixtures.orders_placed import place
from fixtures.prefect_server import until
from orders.lifecycle import replay
from orders.model import Cleanup, Stage, State

ARGUMENTS = ["-m", "prefect", "worker", "start", "--pool", "grunnmur", "--type", "process"]


@pytest.fixture
def aws():
    running = serve(lag=0.3)
    yield running
    running.close()


@pytest.fixture
def stock_worker(prefect_server, start_process, tmp_path, opened, aws):
    """The ledger of a dispatcher alone, and a stock worker beside it."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    env = {
        **prefect_server.environment,
        "GRUNNMUR_LEDGER_URL": address,
        "GRUNNMUR_ACCOUNT_SANDBOX_AWS_ENDPOINT": aws.url,
        "GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS": "eu-north-1",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    with opened(address) as book:
        start_process(["-m", "flows.worker", "--dispatch-only"], env)
        start_process(ARGUMENTS, env, ready="started!")
        yield book


def test_a_stock_worker_delivers_and_undoes(prefect_server, stock_worker, aws):
    book = stock_worker

    def item(number):
        return replay(book.history(number)).items["1"]

    delivered = place(book, provider="aws")
    until(lambda: item(delivered).state is State.COMPLETED, "the order is delivered")
    (run,) = prefect_server.runs_of(delivered)
    assert run["infrastructure_pid"].isdigit(), "a process of its own, no thread of ours"

    aws.overlay.faults.add(
        {"match": "ec2.DescribeInstances", "kind": "delay", "seconds": 2, "times": 1_000_000}
    )
    cancelled = place(book, provider="aws")
    until(lambda: item(cancelled).stage is Stage.BUILD, "it is being built")
    prefect_server.cancel(item(cancelled).run)
    until(lambda: item(cancelled).state is not State.IN_PROGRESS, "its cancellation was noticed")
    aws.overlay.faults.clear()

    until(lambda: item(cancelled).state is State.CANCELLED, "it is undone")
    assert item(cancelled).cleanup is Cleanup.DONE
    until(
        lambda: {run["state_name"] for run in prefect_server.runs_of(cancelled)} == {"Cancelled"},
        "Prefect ends every run of the cancelled order",
    )
