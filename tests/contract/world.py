"""What the laws need around a provider, and how they wait there without waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import pytest

from providers.contract import Provider
from providers.errors import ProviderError, Remedy, Unavailable, plain
from providers.types import Change, Ref, Resource, Spec, Status, Stranger

T = TypeVar("T")

PATIENCE = 20  # settlings within which everything comes to its end


class World(Protocol):
    """What a test may do around a provider."""

    def settle(self) -> None:
        """Let time pass there."""

    def lose_answer(self, verb: str) -> None:
        """The next `apply`, `delete` or `adopt` does its work, and its answer never arrives."""

    def fail_build(self, detail: str) -> None:
        """The next resource is accepted, and ends as failed for the reason `detail`."""

    def strip(self, ref: Ref) -> None:
        """Somebody takes our tags off what was adopted, and leaves those of others."""

    def changed(self, spec: Spec) -> Spec:
        """Another spec for the same instance, which can be reached in place."""


@dataclass
class Insistent:
    """A provider whose last apply or delete is asked for again whenever its world insists."""

    inner: Provider
    again: Callable[[], object] | None = None

    @property
    def kinds(self) -> frozenset[str]:
        return self.inner.kinds

    def preview(self, spec: Spec) -> list[Change]:
        return list(self.inner.preview(spec))

    def apply(self, spec: Spec) -> Resource:
        self.again = lambda: self.inner.apply(spec)
        return self.inner.apply(spec)

    def read(self, ref: Ref) -> Resource | None:
        return self.inner.read(ref)

    def delete(self, ref: Ref) -> None:
        self.again = lambda: self.inner.delete(ref)
        self.inner.delete(ref)

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        return self.inner.inventory(kind)

    def carrying(self, kind: str, instance: str) -> Iterator[Ref]:
        return self.inner.carrying(kind, instance)

    def strangers(self) -> Iterator[Stranger]:
        return self.inner.strangers()

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        return self.inner.adopt(ref, spec)

    def insist(self) -> None:
        if self.again:
            self.again()


def left_alone(provider: Provider, asked: Resource) -> None:
    """What says that it goes by itself is not asked for again."""
    if asked.by_itself and hasattr(provider, "again"):
        provider.again = None


def forbid_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law 1; it catches the SDKs' waiters and retries too."""

    def sleep(_seconds: float) -> None:
        pytest.fail("law 1: a verb waited")

    monkeypatch.setattr(time, "sleep", sleep)


def until(provider: Provider, ref: Ref, world: World, status: Status) -> Resource:
    for _ in range(PATIENCE):
        now = provider.read(ref)
        assert now is not None, "it vanished"
        if now.status is status:
            return now
        assert now.status is Status.PENDING, now
        world.settle()
    pytest.fail(f"never {status}")


def patiently(call: Callable[[], T], world: World) -> T:
    """What a call gives as soon as it is answered: asked again as long as that may help."""
    for _ in range(PATIENCE):
        try:
            return call()
        except Unavailable:
            world.settle()
    pytest.fail("never answered")


def ready_of(provider: Provider, resource: Resource, world: World) -> Resource:
    return until(provider, resource.ref, world, Status.READY)


def removed(provider: Provider, ref: Ref, world: World) -> None:
    for _ in range(PATIENCE):
        if provider.read(ref) is None:
            return
        world.settle()
    pytest.fail("never removed")


def tagged(found: Iterator[Resource]) -> dict[Ref, str]:
    return {resource.ref: resource.instance for resource in found}


def told_plainly(error: ProviderError) -> None:
    message = str(error)
    assert message
    assert message == plain(message)
    assert isinstance(error.remedy, Remedy)
    assert error.__cause__ is None, "the SDK's own exception would be printed with it"
