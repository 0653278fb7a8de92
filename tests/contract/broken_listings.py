"""Fakes that do not find again what they made, or find something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from providers.fake import Fake
from providers.types import Ref, Resource, Status


class Untagged(Fake):
    """Forgets whose it is."""

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        yield from (replace(r, instance="") for r in super().inventory(kind))


class Blind(Fake):
    """Lists only what is ready."""

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        yield from (r for r in super().inventory(kind) if r.status is Status.READY)


class Confuses(Fake):
    """Finds whatever there is of the kind."""

    def carrying(self, kind: str, instance: str) -> Iterator[Ref]:
        return (one.ref for one in self.inventory(kind))
