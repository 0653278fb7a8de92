"""What reconciliation found about one thing: seen, told to a person, and what they decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from orders.reconcile import Verdict


class Proposal(StrEnum):
    """What would bring it back in step. Nothing of it is done without a yes, or a policy's."""

    REMOVE = "remove"  # nobody's: the flow takes it away
    PUT_BACK = "put back"  # an order brings it to what was ordered
    WRITE_OFF = "write off"  # an order strikes it off: it is gone
    END = "end"  # an order removes it: its time is over
    TAG = "tag"  # ours, and its tag was taken off: the flow puts it back
    LOOK = "look"  # nothing of ours can be sure: somebody must look in the cloud


class Decision(StrEnum):
    """What a person, or an offering's policy, said to a proposal."""

    NONE = ""
    YES = "yes"
    LEAVE = "leave"


PROPOSALS: Mapping[Verdict, Proposal] = {
    Verdict.MISSING: Proposal.WRITE_OFF,
    Verdict.ORPHAN: Proposal.REMOVE,
    Verdict.DRIFTED: Proposal.PUT_BACK,
    Verdict.LATE: Proposal.REMOVE,
    Verdict.LEFT_OVER: Proposal.REMOVE,
    Verdict.EXPIRED: Proposal.END,
    Verdict.UNTAGGED: Proposal.LOOK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where was looked; every region of the account when `region` is None."""

    provider: str
    account: str
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One difference as a run saw it. `order` and `item` account for it, or once did.

    `evidence` is plain JSON without secrets; `allowed` when the offering's policy is the yes.
    """

    verdict: Verdict
    provider: str
    account: str
    region: str
    kind: str
    instance: str
    resource: str
    agency: str = ""
    owner: str = ""
    name: str = ""
    order: str = ""
    item: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    allowed: bool = False

    @property
    def proposal(self) -> Proposal:
        """A tag that says another's name may be that one's word: somebody must look."""
        taken_off = self.verdict is Verdict.UNTAGGED and not self.evidence.get("tag_found")
        return Proposal.TAG if taken_off and self.order else PROPOSALS[self.verdict]

    @property
    def key(self) -> str:
        """The same as long as it is the same difference of the same thing."""
        which = (self.provider, self.account, self.region, self.kind)
        what = (self.verdict.value, self.instance, self.resource)
        return sha256(json.dumps([*which, *what]).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A difference in the ledger: open until a run sees it no more, or somebody's act ended it.

    `outcome` is what came of a yes: an order's number, or why it could not be done.
    """

    id: str
    seen: Seen
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None
    decision: Decision
    decided_by: str
    decided_at: datetime | None
    why: str
    outcome: str

    @property
    def open(self) -> bool:
        return self.closed_at is None


def told(seen: Seen) -> dict[str, Any]:
    """As a row of text, for tables of programs and people."""
    row = asdict(seen)
    row["evidence"] = json.dumps(row["evidence"], ensure_ascii=False, sort_keys=True)
    del row["allowed"]
    return {**row, "proposal": seen.proposal.value, "verdict": seen.verdict.value}
