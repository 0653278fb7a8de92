"""The values that cross the contract: plain, frozen, JSON-ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How a resource is. Orders have states; resources have a status."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Outside(StrEnum):
    """Who, outside the provider, must act before a resource can go on."""

    CUSTOMER = "customer"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What should exist.

    instance    service instance id, 32 hex digits: idempotency key and ownership tag
    parameters  what the kind asks for, JSON values only
    name        what people read in the provider's own console
    tags        written on the resource, each key behind `grunnmur:`; never secrets
    stands      id of the resource that is there for it already, as the ledger knows it: one that
                was adopted has no name of ours to find it by
    attempt     1 for the first resource of an instance, one more after each verified removal:
                providers refuse to build again under a key whose resource is gone
    """

    instance: str
    kind: str
    region: str
    parameters: Mapping[str, Any]
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    attempt: int = 1
    stands: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Where a resource is: enough to read or delete it, nothing more."""

    kind: str
    region: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What does exist. `outputs` is for the customer, `detail` says why when not ready.

    `instance` is empty when somebody took our ownership tag off.

    by_itself   what was asked for last ends without another call: only looks are needed
    awaits      somebody outside must act first, which may take days; `detail` tells what they must
                do, and never a secret that they need for it
    """

    ref: Ref
    instance: str
    status: Status
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    detail: str = ""
    by_itself: bool = False
    awaits: Outside | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What opens a resource: secrets, by what each is. Never to be written down or logged.

    pending     what the provider is still doing until it opens; empty when it opens already
    """

    values: Mapping[str, str] = field(repr=False)
    pending: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """What exists without our ownership tag, as it is told to whoever may adopt it.

    parameters  what its kind would be asked for to get just this, as far as the provider tells
    networks    ids of the networks and subnets that it stands in, as outputs of a network say them
    """

    ref: Ref
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between a spec and what exists. `actual` None: there is nothing yet.

    `replaces`: the provider cannot change this in place.
    """

    field: str
    actual: Any
    wanted: Any
    replaces: bool = False
