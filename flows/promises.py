"""The flow that looks after the promises of open orders. `flows.promising` says what it does."""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from flows import promising, running
from flows.faults import guarded
from flows.promising import Told


@flow(name="promises", flow_run_name="promises", persist_result=False)
def promises() -> State[Any]:
    """Look once at every open order. Safe to run again at any time."""
    control = running.current()
    with running.controlled_by(control):
        try:
            told = look()
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; the next run goes on"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
    rows = [one.row for one in told]
    create_table_artifact(rows, key="promises", description="Orders in jeopardy, promises moved")
    return State(type=StateType.COMPLETED, name="Completed", message=promising.summary(told))


@task(name="look", cache_policy=NO_CACHE)
@guarded
def look() -> list[Told]:
    return promising.look()
