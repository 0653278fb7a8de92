"""A provider in memory, with scripted faults: the double every other test uses.

It keeps the same laws as the real ones, and is as strict: a key whose resource was removed is
refused, as clouds refuse it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock, RLock

from typing_extensions import override

from providers.errors import Conflict, InvalidSpec, Unavailable
from providers.fake.meeting import Meeting
from providers.fake.opening import Opening
from providers.fake.record import Fault, Record, Verb, fields_of, id_of, unknown
from providers.fake.shelf import Shelf
from providers.types import Change, Outside, Ref, Resource, Spec, Status, Stranger


@dataclass(slots=True)
class Fake(Opening, Meeting):
    """`reads_until_ready` reads answer ready; `reads_until_gone` reads after delete say pending.

    `steps` by kind: of how many pieces it is made, each asked for by one call of apply and removed
    by one call of delete; both counts of reads are for each piece. One, where nothing is said.
    `reads_until_told` reads after an adopt, and every inventory till then, know of no tag yet.
    `looks_until_open` calls of opened say when what unlock gave opens; none: it opens at once.
    """

    kinds: frozenset[str] = frozenset({"virtual-machine"})
    reads_until_ready: int = 1
    reads_until_gone: int = 0
    reads_until_told: int = 0
    looks_until_open: int = 0
    steps: Mapping[str, int] = field(default_factory=dict[str, int])
    calls: list[Verb] = field(default_factory=list[Verb])
    _faults: list[Fault] = field(default_factory=list[Fault])
    _dooms: list[str] = field(default_factory=list[str])
    _waits: list[tuple[Outside, str]] = field(default_factory=list[tuple[Outside, str]])
    _records: dict[Ref, Record] = field(default_factory=dict[Ref, Record])
    _strangers: dict[Ref, Stranger] = field(default_factory=dict[Ref, Stranger])
    _used: set[Ref] = field(default_factory=set[Ref])
    _shelf: Shelf = field(default_factory=Shelf)
    _lock: RLock = field(default_factory=RLock)

    def fail(self, verb: Verb, error: Exception, times: int = 1) -> None:
        """The next `times` calls of `verb` raise `error` and do nothing."""
        with self._lock:
            self._faults += [Fault(verb, error)] * times

    def lose_answer(self, verb: Verb, times: int = 1) -> None:
        """The next `times` calls of `verb` do their work and raise Unavailable."""
        lost = Unavailable(f"the answer to {verb} never came; whether it was done is unknown")
        with self._lock:
            self._faults += [Fault(verb, lost, late=True)] * times

    def fail_build(self, detail: str, times: int = 1) -> None:
        """The next `times` resources are accepted, and then end as failed with `detail`."""
        with self._lock:
            self._dooms += [detail] * times

    def await_outside(self, who: Outside, detail: str) -> None:
        """The next resource is not ready before `act_outside`."""
        with self._lock:
            self._waits.append((who, detail))

    def act_outside(self) -> None:
        """Whoever is awaited does what they must."""
        with self._lock:
            for record in self._records.values():
                record.awaits = None
                record.resource = replace(record.resource, awaits=None, detail="")

    def preview(self, spec: Spec) -> Sequence[Change]:
        with self._call("preview", spec.kind):
            found = self._find(spec)
            have = fields_of(found.spec) if found else {}
            return [
                Change(field=k, actual=have.get(k), wanted=v)
                for k, v in fields_of(spec).items()
                if have.get(k) != v
            ]

    def apply(self, spec: Spec) -> Resource:
        with self._call("apply", spec.kind):
            found = self._find(spec)
            if found is None:
                found = self._create(spec)
            elif self._may_go_on(found):
                found.pieces += 1
                found.reads = 0
            found.spec = spec
            return found.resource

    def read(self, ref: Ref) -> Resource | None:
        with self._call("read", ref.kind):
            found = self._records.get(ref)
            if found is None:
                return unknown(ref) if ref in self._strangers else None
            if found.untold:
                found.untold -= 1
                return replace(found.resource, instance="")
            self._progress(found)
            return found.resource if ref in self._records else None

    def delete(self, ref: Ref) -> None:
        with self._call("delete", ref.kind):
            found = self._records.get(ref)
            if ref in self._strangers:
                raise Conflict(f"{ref.id} does not carry our tag, so it is not removed")
            if found is None or (found.leaving is not None and (found.leaving or not found.pieces)):
                return
            if self._shelf.holds(ref):
                raise Conflict(f"{ref.id} still holds objects and is not removed")
            found.leaving = self.reads_until_gone
            found.pieces -= 1
            kept, going = found.resource, Status.PENDING
            found.resource = replace(kept, status=going, detail="being removed", awaits=None)
            if not found.leaving and not found.pieces:
                del self._records[ref]

    def inventory(self, kind: str | None = None) -> Iterator[Resource]:
        with self._call("inventory"):
            everything = [one.resource for one in self._records.values() if not one.untold]
        yield from (one for one in everything if kind in {None, one.ref.kind})

    def carrying(self, kind: str, instance: str) -> Iterator[Ref]:
        return (one.ref for one in self.inventory(kind) if one.instance == instance)

    @override
    @contextmanager
    def _call(self, verb: Verb, kind: str | None = None) -> Generator[None]:
        with self._lock:
            self.calls.append(verb)
            fault = next((f for f in self._faults if f.verb == verb), None)
            if fault:
                self._faults.remove(fault)
                if not fault.late:
                    raise fault.error
            if kind is not None and kind not in self.kinds:
                raise InvalidSpec(f"no such kind here: {kind!r}; offered are: {sorted(self.kinds)}")
            yield
            if fault:
                raise fault.error

    def _find(self, spec: Spec) -> Record | None:
        """What serves this instance: what lives, or what this very attempt made."""
        for record in self._records.values():
            lives = record.leaving is None and record.resource.status is not Status.FAILED
            mine = record.resource.ref.id == id_of(spec)
            if record.spec.instance == spec.instance and (lives or mine):
                return record
        return None

    def _create(self, spec: Spec) -> Record:
        ref = Ref(kind=spec.kind, region=spec.region, id=id_of(spec))
        if ref in self._used:
            raise Conflict(
                f"{ref.id} was removed; ask for attempt {spec.attempt + 1} of this instance"
            )
        self._used.add(ref)
        doom = self._dooms.pop(0) if self._dooms else ""
        awaits = self._waits.pop(0) if self._waits else None
        pending = Resource(
            ref=ref,
            instance=spec.instance,
            status=Status.PENDING,
            by_itself=self.steps.get(spec.kind, 1) == 1,
            awaits=awaits[0] if awaits else None,
            detail=awaits[1] if awaits else "",
        )
        record = self._records[ref] = Record(spec, pending, doom=doom, awaits=awaits)
        return record

    def _may_go_on(self, record: Record) -> bool:
        """Whether the piece asked for last is there and another one is missing."""
        building = record.leaving is None and record.resource.status is Status.PENDING
        missing = record.pieces < self.steps.get(record.spec.kind, 1)
        return building and missing and record.reads >= self.reads_until_ready

    def _progress(self, record: Record) -> None:
        ref = record.resource.ref
        if record.leaving is not None:
            if record.leaving:
                record.leaving -= 1
            elif not record.pieces:
                del self._records[ref]
            return
        record.reads += 1
        if record.reads < self.reads_until_ready or record.resource.status is not Status.PENDING:
            return
        if record.doom:
            failed = replace(record.resource, status=Status.FAILED, detail=record.doom)
            record.resource = failed
        elif record.pieces == self.steps.get(record.spec.kind, 1) and not record.awaits:
            outputs = {"private_ip": "192.0.2.10", "instance_id": ref.id, "region": ref.region}
            record.resource = replace(record.resource, status=Status.READY, outputs=outputs)


_accounts: dict[str, Fake] = {}
_accounts_lock = Lock()


def connect(account: str) -> Fake:
    """The fake of `account`: the same one for as long as the process lives."""
    with _accounts_lock:
        return _accounts.setdefault(account, Fake())


def forget(account: str) -> None:
    with _accounts_lock:
        _accounts.pop(account, None)
