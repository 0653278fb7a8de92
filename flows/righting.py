"""Doing what a person, or an offering's policy, said yes to. Everything is looked at anew."""

from __future__ import annotations

from collections.abc import Callable

from flows import calls, runtime, specs, stages
from flows.calls import StillNotReady, patiently
from orders.findings import Finding, Proposal, Scope
from orders.lifecycle import replay
from orders.model import ENDS, State, Target
from providers.errors import ProviderError, Remedy
from providers.types import Ref

GONE, TAGGED = "removed", "tagged"
TAKEN = "not removed: its tag names something else now"
ACCOUNTED = "not removed: an order accounts for it now"
ANOTHERS = "not tagged: its tag names something else now"
NOBODYS = "not tagged: the agency does not have it any more"
NOT_THERE = "not tagged: it is not there any more"
UNDONE = {Proposal.REMOVE: "not removed", Proposal.TAG: "not tagged"}


def right(scope: Scope) -> dict[str, int]:
    """Do what was agreed to in `scope`: how many are removed, and how many are tagged.

    What a cloud refuses is written.
    """
    house = runtime.house()
    done = {GONE: 0, TAGGED: 0}
    for finding in house.ledger.findings.agreed(scope):
        act = _ACTS.get(finding.seen.proposal)
        if act is None:
            continue
        try:
            outcome = act(finding)
        except StillNotReady as error:
            calls.log().warning("%s; looked at again next time", error)
            continue
        except ProviderError as error:
            if error.remedy is Remedy.RETRY:
                calls.log().warning("%s; tried again next time", error)
                continue
            outcome = f"{UNDONE[finding.seen.proposal]}: {error}"
        ended = outcome in done
        house.ledger.findings.conclude(finding.id, outcome, house.now() if ended else None)
        if ended:
            done[outcome] += 1
    return done


def _removed(finding: Finding) -> str:
    """What came of it; raises ProviderError and StillNotReady."""
    seen, (target, ref) = finding.seen, _place(finding)
    there = patiently(lambda: calls.provider(target).read(ref))
    if there is None:
        return GONE
    if there.instance != seen.instance:
        return TAKEN
    now, _ = runtime.house().ledger.items_on(seen.provider, seen.account, seen.instance)
    if any(one.resource_id in {seen.resource, None} for one in now if one.cleanup is None):
        return ACCOUNTED
    stages.remove(target, ref)
    return GONE


def _tagged(finding: Finding) -> str:
    """The tag of the order that it is under, put back; raises ProviderError."""
    seen, (target, ref) = finding.seen, _place(finding)
    there = patiently(lambda: calls.provider(target).read(ref))
    if there is None:
        return NOT_THERE
    if there.instance not in {"", seen.instance}:
        return ANOTHERS
    house = runtime.house()
    now, _ = house.ledger.items_on(seen.provider, seen.account, seen.instance)
    has = [one for one in now if one.resource_id == seen.resource]
    last = next((one for one in has if one.state not in ENDS or one.state is State.COMPLETED), None)
    if last is None:
        return NOBODYS
    order = replay(house.ledger.history(last.order))
    stages.adopt(target, specs.spec(order, order.items[last.item]), ref)
    return TAGGED


def _place(finding: Finding) -> tuple[Target, Ref]:
    seen = finding.seen
    target = Target(provider=seen.provider, account=seen.account, region=seen.region)
    return target, Ref(kind=seen.kind, region=seen.region, id=seen.resource)


_ACTS: dict[Proposal, Callable[[Finding], str]] = {
    Proposal.REMOVE: _removed,
    Proposal.TAG: _tagged,
}
