"""Wanted versus found: two streams sorted by instance, compared in one pass. Changes nothing.

Memory does not grow with the streams; what is wanted or found under one instance is held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from orders.model import ENDS, State


class Verdict(StrEnum):
    """How one service instance stands."""

    IN_STEP = "in step"
    MISSING = "missing"  # an order delivered it, and it is gone
    ORPHAN = "orphan"  # it carries our tag, and no order accounts for it
    DRIFTED = "drifted"  # it is there, and not as it was ordered


class Wanted(Protocol):
    """An order's item that has, is to have, or could not get rid of, a resource."""

    @property
    def instance(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def resource_id(self) -> str | None: ...


class Found(Protocol):
    """What exists at the provider; `instance` is empty when its tag was taken off."""

    @property
    def instance(self) -> str: ...
    @property
    def id(self) -> str: ...


W = TypeVar("W", bound=Wanted)
F = TypeVar("F", bound=Found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[W, F]):
    """`wanted` is None for an orphan, `found` for what is missing."""

    verdict: Verdict
    wanted: W | None
    found: F | None
    fields: tuple[str, ...] = ()

    @property
    def instance(self) -> str:
        side = self.wanted if self.wanted is not None else self.found
        return side.instance if side is not None else ""


class NotSorted(ValueError):
    """A stream came out of order: what was compared so far means nothing."""


def compare(wanted: Iterable[W], found: Iterable[F]) -> Iterator[Finding[W, F]]:
    """One finding per instance or orphan, sorted; never DRIFTED, which needs a closer look.

    What is still being delivered, or is left over by an order that says so, is never missing.
    Raises NotSorted.
    """
    left, right = _groups(wanted), _groups(found)
    ours, theirs = next(left, None), next(right, None)
    while ours is not None or theirs is not None:
        if theirs is None or (ours is not None and ours[0] < theirs[0]):
            assert ours is not None  # noqa: S101  the loop's condition
            yield from _judged(ours[1], [])
            ours = next(left, None)
        elif ours is None or theirs[0] < ours[0]:
            yield from _judged([], theirs[1])
            theirs = next(right, None)
        else:
            yield from _judged(ours[1], theirs[1])
            ours, theirs = next(left, None), next(right, None)


def _judged(wanted: list[W], found: list[F]) -> Iterator[Finding[W, F]]:
    """The items and resources of one instance. A second resource of it is nobody's."""
    item = _responsible(wanted)
    if item is None:
        for resource in found:
            yield Finding(verdict=Verdict.ORPHAN, wanted=None, found=resource)
        return
    own = _own(item, found)
    if own is not None:
        yield Finding(verdict=Verdict.IN_STEP, wanted=item, found=own)
    elif item.state is State.COMPLETED:
        yield Finding(verdict=Verdict.MISSING, wanted=item, found=None)
    for resource in found:
        if resource is not own:
            yield Finding(verdict=Verdict.ORPHAN, wanted=None, found=resource)


def _responsible(wanted: list[W]) -> W | None:
    """Of several items on one instance, one that is at work answers for it, else the last."""
    at_work = [item for item in wanted if item.state not in ENDS]
    return next(iter(at_work or wanted[-1:]), None)


def _own(item: W, found: list[F]) -> F | None:
    """The resource the item names; while it names none, the first that carries its instance."""
    if item.resource_id is None:
        return found[0] if found and item.state not in ENDS else None
    return next((resource for resource in found if resource.id == item.resource_id), None)


T = TypeVar("T", bound=Wanted | Found)


def _groups(stream: Iterable[T]) -> Iterator[tuple[str, list[T]]]:
    last = ""
    for instance, members in groupby(stream, key=lambda one: one.instance):
        if instance < last:
            raise NotSorted(f"instance {instance!r} came after {last!r}")
        last = instance
        yield instance, list(members)
