"""What the fake has that is nobody's order, and how it is adopted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import RLock

from providers.errors import Conflict
from providers.fake.record import Record, Verb, unknown
from providers.types import Ref, Resource, Spec, Stranger


class Meeting:
    """A part of the fake, with what it needs of the rest."""

    __slots__ = ()
    _records: dict[Ref, Record]
    _strangers: dict[Ref, Stranger]
    _lock: RLock
    reads_until_told: int

    def _call(self, verb: Verb, kind: str | None = None) -> AbstractContextManager[None]:
        raise NotImplementedError

    def meet(self, stranger: Stranger) -> None:
        """Somebody else has made this here."""
        with self._lock:
            self._strangers[stranger.ref] = stranger

    def part(self, ref: Ref) -> None:
        """Whoever made it has taken it away."""
        with self._lock:
            del self._strangers[ref]

    def lose_tag(self, ref: Ref) -> None:
        """Somebody takes our tags off what carries them; those of others stay."""
        with self._lock:
            record = self._records.pop(ref)
            was = record.was or Stranger(ref=ref, name=record.spec.name)
            self._strangers[ref] = replace(was, parameters=record.spec.parameters)

    def strangers(self) -> Iterator[Stranger]:
        with self._call("strangers"):
            everything = list(self._strangers.values())
        yield from everything

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        with self._call("adopt", ref.kind):
            taken = self._records.get(ref)
            if taken is not None and taken.resource.instance == spec.instance:
                return taken.resource
            stranger = self._strangers.pop(ref, None)
            if stranger is None:
                whose = f"belongs to {taken.resource.instance}" if taken else "is not there"
                raise Conflict(f"{ref.id} {whose}: it cannot be adopted")
            found = replace(
                unknown(ref), instance=spec.instance, outputs={"instance_id": ref.id}, detail=""
            )
            own = replace(spec, parameters=stranger.parameters)
            self._records[ref] = Record(own, found, was=stranger, untold=self.reads_until_told)
            return found
