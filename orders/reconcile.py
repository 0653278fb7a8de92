"""Wanted versus found: two streams sorted by instance, compared in one pass. Changes nothing.

Memory does not grow with the streams; what is wanted or found under one instance is held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, repeat
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
T = TypeVar("T", bound=Wanted | Found)


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
    ours, theirs = _Stream(wanted), _Stream(found)
    while True:
        yield from _alike(ours, theirs)
        at = min(ours.first.instance, theirs.first.instance)
        if at == _PAST:
            return
        yield from _judged(ours.under(at), theirs.under(at))


def _alike(ours: _Stream[W], theirs: _Stream[F]) -> Iterator[Pairing[W, F]]:
    """Nearly all: as long as an item and the resource that it names are alone on their instance.

    On local names, and no call for a member: this is run a million times.
    """
    item, item_after, next_item = ours.first, ours.second, ours.rest.__next__
    resource, resource_after, next_resource = theirs.first, theirs.second, theirs.rest.__next__
    in_step = Verdict.IN_STEP
    while (
        (at := item.instance) == resource.instance
        and at < item_after.instance
        and at < resource_after.instance
        and item.resource_id == resource.id
    ):
        yield Pairing(in_step, item, resource)
        item, item_after = item_after, next_item()
        resource, resource_after = resource_after, next_resource()
    ours.first, ours.second = item, item_after
    theirs.first, theirs.second = resource, resource_after


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


# Past every instance: no character comes later, and no name has this one.
_PAST = "\U0010ffff"


class _End:
    """What comes after the last member, as often as one asks."""

    instance = _PAST


class _Stream(Generic[T]):
    """Members by instance, of which the next two are seen."""

    __slots__ = ("first", "rest", "second")

    def __init__(self, members: Iterable[T]) -> None:
        self.rest: Iterator[Any] = chain(members, repeat(_End))
        self.first: Any = next(self.rest)
        self.second: Any = next(self.rest)

    def under(self, instance: str) -> list[T]:
        """Takes what stands under this instance, the next one. Raises NotSorted."""
        group = list[T]()
        while self.first.instance == instance:
            if self.second.instance < instance:
                raise NotSorted(f"instance {self.second.instance!r} came after {instance!r}")
            group.append(self.first)
            self.first, self.second = self.second, next(self.rest)
        return group
