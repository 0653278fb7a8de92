"""What stands in the clouds without our tag and may be adopted: seen, proposed, decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from orders.model import ResourceRef, Target

# Answers that whoever looks at a resource in the provider's console needs to see on it.
TAGGED_ANSWERS = ("cost_centre", "classification", "environment", "owner")


class Sure(StrEnum):
    """How much a piece of evidence proves."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


class By(StrEnum):
    """Where a piece of evidence is from."""

    TAG = "tag"
    ACCOUNT = "account"
    NETWORK = "network"
    NAME = "name"
    COST_CENTRE = "cost centre"
    SIZE = "size"
    KIND = "kind"


class Choice(StrEnum):
    """What a person decided about a candidate."""

    NONE = ""
    ADOPTED = "adopted"
    REFUSED = "refused"  # not ours: it is not asked about again


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A resource as its provider told of it; `parameters` would give just this."""

    provider: str
    account: str
    region: str
    kind: str
    resource: str
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    networks: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        return Target(provider=self.provider, account=self.account, region=self.region)

    @property
    def ref(self) -> ResourceRef:
        return ResourceRef(kind=self.kind, region=self.region, id=self.resource)

    @property
    def place(self) -> str:
        return f"{self.provider}/{self.region}"

    @property
    def key(self) -> str:
        """The same as long as it is the same resource."""
        which = (self.provider, self.account, self.region, self.kind, self.resource)
        return sha256(json.dumps(which).encode()).hexdigest()[:32]

    @property
    def print(self) -> str:
        """The same as long as its provider tells the same of it."""
        what = (self.name, dict(self.tags), dict(self.parameters), list(self.networks))
        return sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`what` was seen, such as a tag; it speaks for `says`, an agency or a plan."""

    by: By
    what: str
    says: str
    sure: Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a candidate is to become; `answers` as they are written in a form. Empty: not known."""

    agency: str = ""
    offering: str = ""
    plan: str = ""
    answers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def print(self) -> str:
        """The same for the same wish: what is confirmed is what was shown."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the evidence speaks for. An empty agency or offering says that there is no proposal."""

    wish: Wish = field(default_factory=Wish)
    evidence: tuple[Evidence, ...] = ()
    ready: bool = False  # it could be confirmed as it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Open until it is seen no more. `own` is what an operator made of the proposal.

    `order` adopts it, or has tried to; `free` when nobody has decided, or that order came to
    nothing.
    """

    id: str
    met: Met
    proposal: Proposal
    own: Wish | None
    ready: bool
    first_seen: datetime
    last_seen: datetime
    closed_at: datetime | None
    choice: Choice
    decided_by: str
    decided_at: datetime | None
    why: str
    order: str
    free: bool

    @property
    def wish(self) -> Wish:
        return self.own or self.proposal.wish
