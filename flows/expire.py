"""The daily flow for what lives for a time. `flows.lifetimes` says what it does."""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from flows import lifetimes, running
from flows.faults import guarded
from flows.lifetimes import Told


@flow(name="expire", flow_run_name="expire", persist_result=False)
def expire() -> State[Any]:
    """Look once at everything that has an end. Safe to run again at any time."""
    control = running.current()
    with running.controlled_by(control):
        try:
            told = [*remind(), *end()]
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; the next run goes on"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
    rows = [one.row for one in told]
    create_table_artifact(rows, key="expire", description="What was warned of, and what ends")
    return State(type=StateType.COMPLETED, name="Completed", message=lifetimes.summary(told))


@task(name="remind", cache_policy=NO_CACHE)
@guarded
def remind() -> list[Told]:
    return lifetimes.remind()


@task(name="end", cache_policy=NO_CACHE)
@guarded
def end() -> list[Told]:
    return lifetimes.end()
