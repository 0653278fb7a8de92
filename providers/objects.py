"""Objects in a resource that holds them: what lets data move from one provider to another.

Beside the five verbs, and only for kinds that hold objects. Laws: no verb waits for anything but
its own transfer; each may be called twice; an object that is gone is an answer; nothing is kept in
memory but a page of names and a piece of content; only ProviderError leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, runtime_checkable

from providers.types import Ref

PIECE = 1 << 20  # bytes of content in memory at once
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object as a listing tells it: `checksum` is its MD5 in hex, empty where it is not kept.

    `changed_at` is in seconds since 1970, by the provider's clock.
    """

    name: str
    size: int
    checksum: str
    changed_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What to write: `file` is read from its beginning; `checksum` is the MD5 in hex."""

    name: str
    size: int
    checksum: str
    media_type: str
    file: BinaryIO


class HoldsObjects(Protocol):
    """A kind whose resources hold objects; `ref` is of that kind."""

    def objects(self, ref: Ref) -> Iterator[Stored]:
        """The current version of each, page by page, in no order that one may rely on."""
        ...

    def read_object(self, ref: Ref, name: str, into: BinaryIO) -> str | None:
        """Write the content into `into`; its media type, or None when there is no such object."""
        ...

    def write_object(self, ref: Ref, content: Content) -> None:
        """Write or overwrite; the provider itself checks that it got what `checksum` says."""
        ...

    def remove_object(self, ref: Ref, name: str) -> None:
        """Remove its current version; what is not there is fine."""
        ...

    def empty(self, ref: Ref) -> bool:
        """Remove the next of what keeps `delete` from removing it, older versions too.

        True when nothing is left that would. Never called but for what is to be removed.
        """
        ...


@runtime_checkable
class MovesObjects(HoldsObjects, Protocol):
    """A provider with kinds that hold objects."""

    def holds_objects(self, kind: str) -> bool: ...
