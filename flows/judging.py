"""What one look at an account finds: each difference with its evidence. Changes nothing.

Memory grows with what differs, not with what is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flows import running, runtime, specs
from flows.calls import patiently
from flows.listing import Found, in_order
from ledger import Wanted
from orders.findings import Scope, Seen
from orders.lifecycle import replay
from orders.model import Action, ResourceRef, State
from orders.reconcile import Pairing, Verdict, compare
from providers import Provider
from providers.types import Ref, Resource, Status

UNDELIVERED = frozenset({State.FAILED, State.CANCELLED})


@dataclass(slots=True)
class Look:
    """One look; `in_step` counts by region while `differences` is read."""

    there: Provider
    scope: Scope
    now: datetime
    in_step: Counter[str] = field(default_factory=Counter[str])
    _strays: list[Found] = field(default_factory=list[Found])
    _renamed: set[Ref] = field(default_factory=set[Ref])

    def differences(self) -> Iterator[Seen]:
        """With a second look at what orders in flight can have made seem different."""
        control, scope = running.current(), self.scope
        with ExitStack() as files:
            found = patiently(lambda: files.enter_context(in_order(self._listed())))
            wanted = runtime.house().ledger.wanted(scope.provider, scope.account, scope.region)
            for pairing in compare(wanted, found):
                control.check()
                yield from self._judged(pairing)
        for stray in self._strays:
            control.check()
            if stray.ref not in self._renamed:
                yield from self._stray(stray)

    def _listed(self) -> Iterator[Resource]:
        region = self.scope.region
        everything = self.there.inventory()
        return (one for one in everything if region is None or one.ref.region == region)

    def _judged(self, pairing: Pairing[Wanted, Found]) -> Iterator[Seen]:
        wanted, found = pairing.wanted, pairing.found
        if wanted is None:
            # Its order may be told of further on in the stream, or come in meanwhile.
            self._strays += [found] if found else []
        elif found is None:
            yield from self._missing(wanted)
        elif wanted.state in UNDELIVERED:
            yield self._seen(Verdict.LEFT_OVER, wanted, found.ref, {"status": found.status})
        else:
            yield from self._standing(wanted, found)

    def _missing(self, wanted: Wanted) -> Iterator[Seen]:
        """Gone; or too new for the inventory, or on its way out; or under another's name."""
        ref = specs.ref(
            ResourceRef(kind=wanted.kind, region=wanted.region, id=wanted.resource_id or "")
        )
        there = patiently(lambda: self.there.read(ref))
        if there is None:
            yield self._seen(Verdict.MISSING, wanted, ref, {"delivered_as": ref.id})
        elif there.instance != wanted.instance and not _being_adopted(wanted, there):
            self._renamed.add(there.ref)
            tags = {"tag_ordered": wanted.instance, "tag_found": there.instance}
            yield self._seen(Verdict.UNTAGGED, wanted, ref, tags)

    def _standing(self, wanted: Wanted, found: Found) -> Iterator[Seen]:
        differs = list(self._overdue(wanted, found))
        if wanted.state is State.COMPLETED and (fields := self._drift(wanted, found)):
            differs.append(self._seen(Verdict.DRIFTED, wanted, found.ref, {"fields": fields}))
        self.in_step[wanted.region] += not differs
        yield from differs

    def _overdue(self, wanted: Wanted, found: Found) -> Iterator[Seen]:
        if wanted.expires_at is not None and wanted.expires_at <= self.now:
            ended = {"expired_at": wanted.expires_at.isoformat()}
            yield self._seen(Verdict.EXPIRED, wanted, found.ref, ended)

    def _drift(self, wanted: Wanted, found: Found) -> list[Mapping[str, Any]]:
        """The fields that differ; a kind compares only those that nobody but us should change.

        What has failed since it was delivered differs in its status.
        """
        order = replay(runtime.house().ledger.history(wanted.order))
        spec = specs.spec(order, order.items[wanted.item])
        changes = patiently(lambda: self.there.preview(spec))
        broken = found.status == Status.FAILED
        down = [{"field": "status", "ordered": Status.READY.value, "found": found.status}]
        return (down if broken else []) + [
            {"field": one.field, "ordered": one.wanted, "found": one.actual}
            for one in sorted(changes, key=lambda one: one.field)
        ]

    def _stray(self, stray: Found) -> Iterator[Seen]:
        """Nobody's, unless an order that came in between, or that has ended, accounts for it."""
        book, scope = runtime.house().ledger, self.scope
        now, last = book.items_on(scope.provider, scope.account, stray.instance)
        if any(one.resource_id in {stray.id, None} for one in now):
            return
        evidence = {"status": stray.status}
        if last is None:
            verdict = Verdict.ORPHAN if stray.instance else Verdict.UNTAGGED
            nobodys = self._seen(verdict, None, stray.ref, evidence)
            yield replace(nobodys, instance=stray.instance)
            return
        evidence["order_state"] = last.state.value
        if now and now[-1].resource_id:
            evidence["beside"] = now[-1].resource_id
        late = bool(now) or last.state in UNDELIVERED
        seen = self._seen(Verdict.LATE if late else Verdict.ORPHAN, last, stray.ref, evidence)
        yield replace(seen, allowed=not now and _allowed(last))

    def _seen(
        self, verdict: Verdict, wanted: Wanted | None, ref: Ref, evidence: Mapping[str, Any]
    ) -> Seen:
        """A difference, and whose it is when an order tells."""
        bare = Seen(
            verdict=verdict,
            provider=self.scope.provider,
            account=self.scope.account,
            region=ref.region,
            kind=ref.kind,
            instance="",
            resource=ref.id,
            evidence=evidence,
        )
        if wanted is None:
            return bare
        return replace(
            bare,
            instance=wanted.instance,
            agency=wanted.agency,
            owner=wanted.owner,
            name=wanted.name,
            order=wanted.order,
            item=wanted.item,
        )


def _being_adopted(wanted: Wanted, there: Resource) -> bool:
    """Whether its tag is still to come: then there is nothing to put back."""
    at_work = wanted.action is Action.ADOPT and wanted.state is not State.COMPLETED
    return at_work and not there.instance


def _allowed(last: Wanted) -> bool:
    """Whether the offering lets an undelivered order's own half-made resource be removed.

    What was to be adopted was never made by an order.
    """
    if last.action is Action.ADOPT:
        return False
    offering = runtime.house().offerings().get(last.offering)
    return last.state in UNDELIVERED and offering is not None and offering.late == "remove"
