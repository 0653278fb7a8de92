"""Wanted versus found: two streams sorted by instance, compared in one pass. Changes nothing.

Memory does not grow with the streams; what is wanted or found under one instance is held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from orders.model import ENDS, State


class Verdict(StrEnum):
    """How one service instance stands."""

    IN_STEP = "in step"
    MISSING = "missing"  # an order delivered it, and it is gone
    ORPHAN = "orphan"  # it carries our tag, and no order accounts for it
    DRIFTED = "drifted"  # it is there, and not as it was ordered
    LATE = "late"  # a request that was given up, or answered twice, has come about after all
    LEFT_OVER = "left over"  # an undelivered order could not get rid of it
    EXPIRED = "expired"  # its time is over, and it is still there
    UNTAGGED = "untagged"  # it is there, but our tag was taken off or says another's name


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


class Pairing(NamedTuple, Generic[W, F]):
    """One instance on both sides; `wanted` is None for an orphan, `found` for what is missing."""

    verdict: Verdict
    wanted: W | None
    found: F | None

    @property
    def instance(self) -> str:
        side = self.wanted if self.wanted is not None else self.found
        return side.instance if side is not None else ""


class NotSorted(ValueError):
    """A stream came out of order: what was compared so far means nothing."""


def compare(wanted: Iterable[W], found: Iterable[F]) -> Iterator[Pairing[W, F]]:
    """One pairing per instance or orphan, sorted; only the first three verdicts.

    What is still being delivered, or is left over by an order that says so, is never missing.
    Raises NotSorted.
    """
    in_step = Verdict.IN_STEP  # looked up once, not a million times
    left, right = _groups(wanted), _groups(found)
    (ours_at, ours), (theirs_at, theirs) = next(left, _END), next(right, _END)
    while ours or theirs:
        if ours_at == theirs_at:
            if len(ours) == len(theirs) == 1 and ours[0].resource_id == theirs[0].id:
                yield Pairing(in_step, ours[0], theirs[0])  # nearly all
            else:
                yield from _judged(ours, theirs)
            (ours_at, ours), (theirs_at, theirs) = next(left, _END), next(right, _END)
        elif ours_at < theirs_at:
            yield from _judged(ours, [])
            ours_at, ours = next(left, _END)
        else:
            yield from _judged([], theirs)
            theirs_at, theirs = next(right, _END)


def _judged(wanted: list[W], found: list[F]) -> Iterator[Pairing[W, F]]:
    """The items and resources of one instance. A second resource of it is nobody's."""
    item = _responsible(wanted)
    if item is None:
        for resource in found:
            yield Pairing(Verdict.ORPHAN, None, resource)
        return
    own = _own(item, found)
    if own is not None:
        yield Pairing(Verdict.IN_STEP, item, own)
    elif item.state is State.COMPLETED:
        yield Pairing(Verdict.MISSING, item, None)
    for resource in found:
        if resource is not own:
            yield Pairing(Verdict.ORPHAN, None, resource)


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
# Past every instance: no character comes later, and no name has this one.
_END: tuple[str, list[Any]] = ("\U0010ffff", [])


def _groups(members: Iterable[T]) -> Iterator[tuple[str, list[T]]]:
    """What stands under each instance, with the instance. Raises NotSorted."""
    at, group = "", list[T]()
    for member in members:
        instance = member.instance
        if instance == at:
            group.append(member)
            continue
        if instance < at:
            raise NotSorted(f"instance {instance!r} came after {at!r}")
        if group:
            yield at, group
        at, group = instance, [member]
    if group:
        yield at, group
