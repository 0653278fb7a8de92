"""The fake's objects: what it lets be listed, read and written of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from threading import RLock
from typing import BinaryIO

from providers.fake.record import Verb
from providers.fake.shelf import Shelf
from providers.objects import Content, Stored
from providers.types import Ref

HOLDERS = frozenset({"object-storage"})


class Holding:
    """A part of the fake, with what it needs of the rest."""

    __slots__ = ()
    kinds: frozenset[str]
    _shelf: Shelf
    _lock: RLock

    def _call(self, verb: Verb, kind: str | None = None) -> AbstractContextManager[None]:
        raise NotImplementedError

    def holds_objects(self, kind: str) -> bool:
        return kind in HOLDERS & self.kinds

    def objects(self, ref: Ref) -> Iterator[Stored]:
        with self._call("objects", ref.kind):
            found = self._shelf.objects(ref)
        yield from found

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        with self._call("read_object", ref.kind):
            return self._shelf.read(ref, name, into)

    def write_object(self, ref: Ref, content: Content) -> None:
        with self._call("write_object", ref.kind):
            self._shelf.write(ref, content)

    def remove_object(self, ref: Ref, name: str) -> None:
        with self._lock:
            self._shelf.remove(ref, name)

    def empty(self, ref: Ref) -> bool:
        with self._lock:
            return self._shelf.empty(ref)
