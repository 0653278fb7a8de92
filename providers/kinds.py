"""A provider made of kinds: routes each verb by kind, and translates what the SDK raises.

What `translate` does not know is a bug of ours and is left to crash. What it knows leaves without
the SDK's own exception behind it: that one's text is not ours to vouch for, and logs print it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeGuard, runtime_checkable

from providers.contract import Opens, Unlocks
from providers.errors import InvalidSpec, ProviderError
from providers.objects import Content, HoldsObjects, Stored
from providers.types import Access, Change, Ref, Resource, Spec, Stranger


class Kind(Protocol):
    """The five verbs for one kind of resource at one provider."""

    def preview(self, spec: Spec) -> Sequence[Change]: ...
    def apply(self, spec: Spec) -> Resource: ...
    def read(self, ref: Ref) -> Resource | None: ...
    def delete(self, ref: Ref) -> None: ...
    def inventory(self) -> Iterator[Resource]: ...


@runtime_checkable
class Searchable(Protocol):
    """A kind of which the cloud finds one by its tag, without listing all."""

    def carrying(self, instance: str) -> Iterator[Ref]: ...


@runtime_checkable
class Adoptable(Protocol):
    """A kind of which that can be adopted which was there before us."""

    def strangers(self) -> Iterator[Stranger]: ...
    def adopt(self, ref: Ref, spec: Spec) -> Resource: ...


@dataclass(frozen=True, slots=True)
class KindProvider:
    """`by_kind` maps a kind's name to its verbs; `translate` gives None for the unknown."""

    by_kind: Mapping[str, Kind]
    translate: Callable[[Exception], ProviderError | None]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.by_kind)

    def preview(self, spec: Spec) -> Sequence[Change]:
        with self._translated():
            return self._kind(spec.kind).preview(spec)

    def apply(self, spec: Spec) -> Resource:
        with self._translated():
            return self._kind(spec.kind).apply(spec)

    def read(self, ref: Ref) -> Resource | None:
        with self._translated():
            return self._kind(ref.kind).read(ref)

    def delete(self, ref: Ref) -> None:
        with self._translated():
            self._kind(ref.kind).delete(ref)

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        for one in self.by_kind.values() if kind is None else [self._kind(kind)]:
            with self._translated():
                yield from one.inventory()

    def carrying(self, kind: str, instance: str) -> Iterator[Ref]:
        with self._translated():
            one = self._kind(kind)
            if isinstance(one, Searchable):
                yield from one.carrying(instance)
            else:
                yield from (found.ref for found in one.inventory() if found.instance == instance)

    @property
    def unlocked(self) -> frozenset[str]:
        """The kinds that a secret opens."""
        return frozenset(name for name, kind in self.by_kind.items() if isinstance(kind, Unlocks))

    def unlock(self, ref: Ref) -> Access | None:
        with self._translated():
            kind = self._kind(ref.kind)
            if not isinstance(kind, Unlocks):
                raise InvalidSpec(f"no secret of ours opens a {ref.kind} here")
            return kind.unlock(ref)

    def opened(self, ref: Ref, access: Access) -> bool:
        with self._translated():
            kind = self._kind(ref.kind)
            return not access.pending or (isinstance(kind, Opens) and kind.opened(ref, access))

    def strangers(self) -> Iterator[Stranger]:
        for kind in self.by_kind.values():
            if isinstance(kind, Adoptable):
                with self._translated():
                    yield from kind.strangers()

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        with self._translated():
            kind = self._kind(ref.kind)
            if not isinstance(kind, Adoptable):
                raise InvalidSpec(f"a {ref.kind} cannot be adopted here; order a new one instead")
            return kind.adopt(ref, spec)

    def holds_objects(self, kind: str) -> bool:
        return _holds(self.by_kind.get(kind))

    def objects(self, ref: Ref) -> Iterator[Stored]:
        with self._translated():
            yield from self._holder(ref).objects(ref)

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        with self._translated():
            return self._holder(ref).read_object(ref, name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        with self._translated():
            self._holder(ref).write_object(ref, content)

    def remove_object(self, ref: Ref, name: str) -> None:
        with self._translated():
            self._holder(ref).remove_object(ref, name)

    def empty(self, ref: Ref) -> bool:
        with self._translated():
            return self._holder(ref).empty(ref)

    def _holder(self, ref: Ref) -> HoldsObjects:
        kind = self._kind(ref.kind)
        if not _holds(kind):
            raise InvalidSpec(f"{ref.kind} holds no objects that could be read or written here")
        return kind

    def _kind(self, name: str) -> Kind:
        try:
            return self.by_kind[name]
        except KeyError:
            offered = ", ".join(sorted(self.by_kind))
            raise InvalidSpec(f"no such kind here: {name!r}; offered are: {offered}") from None

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except ProviderError:
            raise
        except Exception as error:
            known = self.translate(error)
            if known is None:
                raise
            raise known from None


def _holds(kind: object) -> TypeGuard[HoldsObjects]:
    return hasattr(kind, "read_object")
