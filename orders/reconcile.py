"""Wanted versus found: two streams sorted by instance, compared in one pass. Changes nothing.

Memory does not grow with the streams; what is wanted or found under one instance is held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

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
    left, right = _Stream(wanted), _Stream(found)
    while left.head is not None or right.head is not None:
        at = _first(left, right)
        ours, theirs = left.group(at), right.group(at)
        if len(ours) == len(theirs) == 1 and ours[0].resource_id == theirs[0].id:
            yield Pairing(Verdict.IN_STEP, ours[0], theirs[0])  # nearly all
        else:
            yield from _judged(ours, theirs)


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


class _Stream(Generic[T]):
    """A sorted stream, taken group by group; `head` is its next member and `key` that one's."""

    __slots__ = ("_rest", "head", "key")

    def __init__(self, members: Iterable[T]) -> None:
        self._rest = iter(members)
        self.head = next(self._rest, None)
        self.key = "" if self.head is None else self.head.instance

    def group(self, instance: str) -> list[T]:
        """All that stand under `instance`, which may be none."""
        head = self.head
        if head is None or self.key != instance:
            return []
        group = [head]
        while (following := next(self._rest, None)) is not None:
            key = following.instance
            if key != instance:
                if key < instance:
                    raise NotSorted(f"instance {key!r} came after {instance!r}")
                self.head, self.key = following, key
                return group
            group.append(following)
        self.head = None
        return group


def _first(left: _Stream[W], right: _Stream[F]) -> str:
    """The instance that comes next in either."""
    if left.head is None:
        return right.key
    return left.key if right.head is None or left.key < right.key else right.key
