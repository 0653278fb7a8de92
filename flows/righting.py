"""Taking away what a person, or an offering's policy, said yes to. Everything is looked at anew."""

from __future__ import annotations

from flows import calls, runtime, stages
from flows.calls import StillNotReady, patiently
from orders.findings import Finding, Proposal, Scope
from orders.model import Target
from providers.errors import ProviderError, Remedy
from providers.types import Ref

GONE = "removed"
TAKEN = "not removed: its tag names something else now"
ACCOUNTED = "not removed: an order accounts for it now"


def right(scope: Scope) -> int:
    """Remove what was agreed to in `scope`; how many are gone. What a cloud refuses is written."""
    house = runtime.house()
    gone = 0
    for finding in house.ledger.findings.agreed(scope):
        if finding.seen.proposal is not Proposal.REMOVE:
            continue
        try:
            outcome = _removed(finding)
        except StillNotReady as error:
            calls.log().warning("%s; looked at again next time", error)
            continue
        except ProviderError as error:
            if error.remedy is Remedy.RETRY:
                calls.log().warning("%s; tried again next time", error)
                continue
            outcome = f"not removed: {error}"
        done = outcome == GONE
        house.ledger.findings.conclude(finding.id, outcome, house.now() if done else None)
        gone += done
    return gone


def _removed(finding: Finding) -> str:
    """What came of it; raises ProviderError and StillNotReady."""
    seen = finding.seen
    target = Target(provider=seen.provider, account=seen.account, region=seen.region)
    ref = Ref(kind=seen.kind, region=seen.region, id=seen.resource)
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
