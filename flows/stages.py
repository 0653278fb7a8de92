"""The stages of a delivery as Prefect tasks: what an operator sees of a run.

Each may be run again at any point, and ends where it is safe when the run is to end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Cancelled

from flows import calls, running, sides, transfer
from flows.calls import patiently
from flows.faults import guarded
from flows.sides import Side
from flows.transfer import Tally
from orders.model import Target
from providers.types import Change, Ref, Resource, Spec, Status

P = ParamSpec("P")
T = TypeVar("T")


def _stage(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A task of that name. When the run is to end it shows as Cancelled; raises Interrupted."""

    def made(work: Callable[P, T]) -> Callable[P, T]:
        guarded_work = guarded(work)

        @wraps(work)
        def safe(*args: P.args, **options: P.kwargs) -> T:
            try:
                return guarded_work(*args, **options)
            except running.Interrupted as interrupted:
                # Prefect takes a state that a task returns as the task's own.
                return cast("T", Cancelled(message=str(interrupted)))

        shown: Callable[P, Any] = task(name=name, cache_policy=NO_CACHE)(safe)

        @wraps(work)
        def called(*args: P.args, **options: P.kwargs) -> T:
            answer = shown(*args, **options)
            if isinstance(answer, State):
                running.current().check()
            return cast("T", answer)

        return called

    return made


@_stage("check")
def check(target: Target, spec: Spec) -> list[Change]:
    """What creating would change; the provider refuses here what it can never do."""
    return patiently(lambda: list(calls.provider(target).preview(spec)))


@_stage("check")
def check_change(target: Target, spec: Spec, ref: Ref) -> list[Change]:
    """What changing it would change; raises NotAsOrdered when it is not there."""
    calls.read(target, ref)
    return patiently(lambda: list(calls.provider(target).preview(spec)))


@_stage("create")
def create(target: Target, spec: Spec) -> Resource:
    """Ask for the resource; finds the one that an earlier run asked for."""
    return patiently(lambda: calls.provider(target).apply(spec))


@_stage("build")
def build(target: Target, spec: Spec, ref: Ref, *, resumed: bool) -> Resource:
    """Carry on until it is ready, or until it waits for somebody outside.

    Raises BuildFailed, NotAsOrdered or StillNotReady.
    """
    return calls.built(target, spec, ref, resumed=resumed)


@_stage("change")
def change(target: Target, spec: Spec, ref: Ref) -> Resource:
    """Step by step until it is as `spec` says; raises and returns what `build` does."""
    return calls.changed(target, spec, ref)


@_stage("bring back")
def bring_back(target: Target, before: Spec, ref: Ref) -> Resource:
    """Step by step until it is as it was; raises and returns what `build` does."""
    return calls.changed(target, before, ref)


@_stage("adopt")
def adopt(target: Target, spec: Spec, ref: Ref) -> Resource:
    """Put our tags on what is there; nothing else of it is touched."""
    return patiently(lambda: calls.provider(target).adopt(ref, spec))


@_stage("verify")
def verify(target: Target, spec: Spec, ref: Ref) -> Resource:
    """A fresh look: it is ready, and nothing of it differs from the order."""
    return calls.verified(target, spec, ref)


@_stage("clean up")
def clean_up(target: Target, ref: Ref) -> None:
    """Remove what was made and look until it is gone; raises StillNotReady."""
    calls.removed(target, ref)


@_stage("remove")
def remove(target: Target, ref: Ref) -> None:
    """Remove what stands and look until it is gone; raises StillNotReady."""
    calls.removed(target, ref)


@_stage("copy")
def copy(source: Side, goal: Side) -> Tally:
    """Carry over what differs, and take away what is no longer there; fine to repeat."""
    return transfer.copy(source, goal)


@_stage("compare")
def compare(source: Side, goal: Side) -> Tally:
    """Count, sizes and checksums; raises NotAsOrdered that says what differs."""
    return transfer.compare(source, goal)


@_stage("carry back")
def carry_back(source: Side, goal: Side, since: float) -> Tally:
    """What was written at `source` since goes to `goal`; nothing is taken away.

    A `source` that is gone has nothing: an earlier run may have removed it and died.
    """
    return transfer.carry_back(source, goal, since)


@_stage("check what is left")
def check_saved(source: Side, goal: Side, since: float) -> None:
    """Raises NotAsOrdered for what was written at `source` since then and is not at `goal`."""
    transfer.check_saved(source, goal, since)


@_stage("check what is left")
def check_spare(copy: Side, original: Side) -> None:
    """Raises NotAsOrdered for a copy with something in it whose original is gone."""
    sides.check_spare(copy, original)


@_stage("empty")
def empty(side: Side) -> None:
    """Remove every object of what is to be removed, as long as that is there."""
    transfer.empty(side)


@_stage("look")
def intact(target: Target, ref: Ref) -> bool:
    """Whether it is there as it was, after a removal was refused."""
    found = patiently(lambda: calls.provider(target).read(ref))
    return found is not None and found.status is Status.READY


@_stage("find")
def find(target: Target, kind: str, instance: str) -> list[Ref]:
    """Where a resource is that carries the instance's tag, if a lost answer left one."""
    return calls.carrying(target, kind, instance)
