"""The calls to providers, each with its patience: nothing here knows of Prefect's tasks.

The only retry policy in the house is `patiently`; it asks the run's control between calls, which
Prefect's own retries cannot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from flows import running, runtime
from orders.model import Target
from providers import Provider
from providers.errors import NoCapacity, ProviderError, QuotaExceeded, Remedy
from providers.types import Ref, Resource, Spec, Status

T = TypeVar("T")

# Clouds do not show at once what they have just accepted.
UNSEEN_LOOKS = 10


class StillNotReady(Exception):
    """It took longer than anyone planned for; that is no failure."""


class NotAsOrdered(Exception):
    """What was built is not what was asked for, or is gone."""


class Gone(NotAsOrdered):
    """What was accepted is not there, however often one looks."""


class BuildFailed(Exception):
    """The provider accepted the work and then could not do it."""


def provider(target: Target) -> Provider:
    return runtime.house().connect(target.provider, target.account)


def built(target: Target, spec: Spec, ref: Ref, *, resumed: bool) -> Resource:
    """Ready, or pending because somebody outside must act.

    What was accepted and then found no room is asked for again, for a look alone never ends; what
    found no quota when somebody has seen to it, which is when the build is `resumed`.
    """
    told_late = (NoCapacity, QuotaExceeded) if resumed else NoCapacity
    there, unseen = provider(target), 0

    def read_on() -> Resource | None:
        try:
            return there.read(ref)
        except told_late:
            return there.apply(spec)

    def look() -> Resource | None:
        nonlocal unseen
        resource = patiently(read_on)
        if resource is None:
            unseen += 1
            if unseen > UNSEEN_LOOKS:
                raise Gone(f"{ref.id} is gone")
            return None
        unseen = 0
        if resource.status is Status.PENDING and not resource.by_itself:
            resource = patiently(lambda: there.apply(spec))
        return _come_to_rest(resource)

    return _poll(look, f"{ref.id} is still not ready")


def changed(target: Target, spec: Spec, ref: Ref) -> Resource:
    """Ready and as `spec` says, or pending because somebody outside must act."""
    there = provider(target)

    def look() -> Resource | None:
        resource = _come_to_rest(patiently(lambda: there.apply(spec)))
        if resource is None or resource.awaits is not None:
            return resource
        return None if patiently(lambda: there.preview(spec)) else resource

    read(target, ref)
    return _poll(look, f"{ref.id} is still not changed")


def verified(target: Target, spec: Spec, ref: Ref) -> Resource:
    resource = read(target, ref)
    if resource.status is not Status.READY:
        raise NotAsOrdered(f"{ref.id} was ready and is {resource.status} now")
    changes = patiently(lambda: provider(target).preview(spec))
    if changes:
        differing = ", ".join(sorted(change.field for change in changes))
        raise NotAsOrdered(f"{ref.id} differs from the order in {differing}")
    return resource


def adopted(target: Target, spec: Spec, ref: Ref) -> Resource:
    """As soon as its tag is told, which some clouds do late; it is put on again until then.

    Raises Conflict when it is another's, NotAsOrdered when it is gone, and StillNotReady.
    """

    def look() -> Resource | None:
        found = read(target, ref)
        if found.instance == spec.instance:
            return found
        patiently(lambda: provider(target).adopt(ref, spec))
        return None

    return _poll(look, f"{ref.id} is tagged, and the provider does not tell so yet,")


def removed(target: Target, ref: Ref) -> None:
    there = provider(target)
    patiently(lambda: there.delete(ref))

    def look() -> bool | None:
        resource = patiently(lambda: there.read(ref))
        if resource is None:
            return True
        if not resource.by_itself:
            patiently(lambda: there.delete(ref))
        return None

    _poll(look, f"{ref.id} is still there")


def read(target: Target, ref: Ref) -> Resource:
    """What is there; raises NotAsOrdered when nothing is."""
    resource = patiently(lambda: provider(target).read(ref))
    if resource is None:
        raise NotAsOrdered(f"{ref.id} is gone")
    return resource


def carrying(target: Target, kind: str, instance: str) -> list[Ref]:
    """Where something of `kind` is that carries the instance's tag."""
    there = provider(target)
    return patiently(lambda: list(there.carrying(kind, instance)))


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
            log().warning("%s: %s; again in %.1f s", type(error).__name__, error, wait)
        control.wait(wait)
    control.check()
    return call()


def _come_to_rest(resource: Resource) -> Resource | None:
    """It, unless it will come to be something else by looking again."""
    if resource.status is Status.FAILED:
        raise BuildFailed(resource.detail or f"{resource.ref.id} could not be built")
    waits = resource.status is Status.PENDING and resource.awaits is None
    return None if waits else resource


def _poll(look: Callable[[], T | None], still: str) -> T:
    patience, draw = runtime.house().patience, runtime.house().draw
    control = running.current()
    for wait in patience.looks(iter(draw, None)):
        found = look()
        if found is not None:
            return found
        control.wait(wait)
    raise StillNotReady(f"{still} after {patience.build}")


def log() -> logging.Logger | logging.LoggerAdapter[Any]:
    """The run's, or this process's own where no run is."""
    try:
        return get_run_logger()
    except MissingContextError:
        return logging.getLogger("flows.calls")
