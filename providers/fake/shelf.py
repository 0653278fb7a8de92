"""Objects in memory, by the resource that holds them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from hashlib import md5
from typing import BinaryIO

from providers.errors import Unavailable
from providers.objects import Content, Stored
from providers.types import Ref

PAGE = 2  # objects removed at once: few, so that a test sees more than one page


@dataclass(frozen=True, slots=True)
class Kept:
    data: bytes
    media_type: str
    changed_at: float


@dataclass(slots=True)
class Shelf:
    """Not thread-safe: the fake holds its lock."""

    _kept: dict[Ref, dict[str, Kept]] = field(default_factory=dict[Ref, dict[str, Kept]])

    def holds(self, ref: Ref) -> bool:
        return bool(self._kept.get(ref))

    def objects(self, ref: Ref) -> list[Stored]:
        return [
            Stored(
                name=name,
                size=len(one.data),
                checksum=_digest(one.data),
                changed_at=one.changed_at,
            )
            for name, one in self._kept.get(ref, {}).items()
        ]

    def read(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        found = self._kept.get(ref, {}).get(name)
        if found is None:
            return None
        into.write(found.data)
        return found.media_type

    def write(self, ref: Ref, content: Content) -> None:
        data = content.file.read()
        if _digest(data) != content.checksum:
            raise Unavailable(f"{content.name} did not arrive as it was sent")
        kept = Kept(data, content.media_type, time.time())
        self._kept.setdefault(ref, {})[content.name] = kept

    def remove(self, ref: Ref, name: str) -> None:
        self._kept.get(ref, {}).pop(name, None)

    def empty(self, ref: Ref) -> bool:
        held = self._kept.get(ref, {})
        for name in list(held)[:PAGE]:
            del held[name]
        return not held


def _digest(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()
