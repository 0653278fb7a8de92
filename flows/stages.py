"""The stages of a delivery as Prefect tasks: what an operator sees of a run.

Each may be run again at any point. The only retry policy in the house is `patiently`; it asks
the run's control between calls, which Prefect's own retries cannot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Cancelled

from flows import running, runtime
from orders.model import Target
from providers import Provider
from providers.errors import ProviderError, Remedy
from providers.types import Change, Ref, Resource, Spec, Status

P = ParamSpec("P")
T = TypeVar("T")

# Clouds do not show at once what they have just accepted.
UNSEEN_LOOKS = 10


class StillNotReady(Exception):
    """It took longer than anyone planned for; that is no failure."""


class NotAsOrdered(Exception):
    """What was built is not what was asked for, or is gone."""


class BuildFailed(Exception):
    """The provider accepted the work and then could not do it."""


def _stage(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A task of that name. When the run is to end it shows as Cancelled; raises Interrupted."""

    def made(work: Callable[P, T]) -> Callable[P, T]:
        @wraps(work)
        def safe(*args: P.args, **options: P.kwargs) -> T:
            try:
                return work(*args, **options)
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
    return patiently(lambda: list(_provider(target).preview(spec)))


@_stage("create")
def create(target: Target, spec: Spec) -> Resource:
    """Ask for the resource; finds the one that an earlier run asked for."""
    return patiently(lambda: _provider(target).apply(spec))


@_stage("build")
def build(target: Target, spec: Spec, ref: Ref) -> Resource:
    """Carry on until it is ready, or until it waits for somebody outside.

    Raises BuildFailed, NotAsOrdered or StillNotReady.
    """
    return _built(target, spec, ref)


@_stage("verify")
def verify(target: Target, spec: Spec, ref: Ref) -> Resource:
    """A fresh look: it is ready, and nothing of it differs from the order."""
    return _verified(target, spec, ref)


@_stage("clean up")
def clean_up(target: Target, ref: Ref) -> None:
    """Remove it and look until it is gone; raises StillNotReady."""
    _removed(target, ref)


@_stage("find")
def find(target: Target, instance: str) -> list[Ref]:
    """Where a resource is that carries the instance's tag, if a lost answer left one."""
    return patiently(lambda: _found(_provider(target), instance))


def _built(target: Target, spec: Spec, ref: Ref) -> Resource:
    unseen = 0

    def look() -> Resource | None:
        nonlocal unseen
        resource = patiently(lambda: _provider(target).read(ref))
        if resource is None:
            unseen += 1
            if unseen > UNSEEN_LOOKS:
                raise NotAsOrdered(f"{ref.id} is gone")
            return None
        unseen = 0
        if resource.status is Status.PENDING and not resource.by_itself:
            resource = patiently(lambda: _provider(target).apply(spec))
        waits = resource.status is Status.PENDING and resource.awaits is None
        return None if waits else resource

    resource = _poll(look, f"{ref.id} is still not ready")
    if resource.status is Status.FAILED:
        raise BuildFailed(resource.detail or f"{ref.id} could not be built")
    return resource


def _verified(target: Target, spec: Spec, ref: Ref) -> Resource:
    resource = _read(target, ref)
    if resource.status is not Status.READY:
        raise NotAsOrdered(f"{ref.id} was ready and is {resource.status} now")
    changes: Sequence[Change] = patiently(lambda: _provider(target).preview(spec))
    if changes:
        differing = ", ".join(sorted(change.field for change in changes))
        raise NotAsOrdered(f"{ref.id} differs from the order in {differing}")
    return resource


def _removed(target: Target, ref: Ref) -> None:
    patiently(lambda: _provider(target).delete(ref))

    def look() -> bool | None:
        resource = patiently(lambda: _provider(target).read(ref))
        if resource is None:
            return True
        if not resource.by_itself:
            patiently(lambda: _provider(target).delete(ref))
        return None

    _poll(look, f"{ref.id} is still there")


def _read(target: Target, ref: Ref) -> Resource:
    resource = patiently(lambda: _provider(target).read(ref))
    if resource is None:
        raise NotAsOrdered(f"{ref.id} is gone")
    return resource


def _found(provider: Provider, instance: str) -> list[Ref]:
    return [found.ref for found in provider.inventory() if found.instance == instance]


def _provider(target: Target) -> Provider:
    return runtime.house().connect(target.provider, target.account)


def _poll(look: Callable[[], T | None], still: str) -> T:
    patience, draw = runtime.house().patience, runtime.house().draw
    control = running.current()
    for wait in patience.looks(iter(draw, None)):
        found = look()
        if found is not None:
            return found
        control.wait(wait)
    raise StillNotReady(f"{still} after {patience.build}")


def patiently(call: Callable[[], T]) -> T:
    """Call until it answers; the last error when it is not worth another try."""
    control, patience = running.current(), runtime.house().patience
    for nth in range(patience.tries - 1):
        control.check()
        try:
            return call()
        except ProviderError as error:
            if error.remedy is not Remedy.RETRY:
                raise
            wait = patience.calls.seconds(nth, runtime.house().draw())
            _log().warning("%s: %s; again in %.1f s", type(error).__name__, error, wait)
        control.wait(wait)
    control.check()
    return call()


def _log() -> logging.Logger | logging.LoggerAdapter[Any]:
    return get_run_logger()
