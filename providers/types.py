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
    """What opens a resource: secrets, by what each is. Never to be written down or logged."""

    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between a spec and what exists. `actual` None: there is nothing yet.

    `replaces`: the provider cannot change this in place.
    """

    field: str
    actual: Any
    wanted: Any
    replaces: bool = False
