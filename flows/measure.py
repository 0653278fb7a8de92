"""The flow that asks what was delivered whether it answers. `flows.measuring` says how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from flows import measuring, running
from flows.faults import guarded
from orders.health import Health


@flow(name="measure", flow_run_name="measure", persist_result=False)
def measure() -> State[Any]:
    """Look once at every server and database in reach. Safe to run again at any time."""
    control = running.current()
    with running.controlled_by(control):
        try:
            seen = look()
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; the next run goes on"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
    return State(type=StateType.COMPLETED, name="Completed", message=measuring.summary(seen))


@task(name="ask", cache_policy=NO_CACHE)
@guarded
def look() -> Mapping[str, Health]:
    running.current().check()
    return measuring.look()
