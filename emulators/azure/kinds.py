"""What each resource type does beyond what all do: as values, found by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulators.azure.call import Call, Reply
from emulators.azure.cloud import Thing

NAMES = re.compile(r"[A-Za-z0-9]([\w.-]{0,78}\w)?")

# how a PUT is answered while the work goes on
#   resource   201 or 200 and the resource
#   partial    202 and the resource without its id
#   operation  202 and a body about the operation
#   bare       202 and nothing
#   now        no work goes on: done when answered
Style = Literal["resource", "partial", "operation", "bare", "now"]


@dataclass(frozen=True, slots=True)
class States:
    """The words a type has for its provisioning, and the property they stand in."""

    field: str = "provisioningState"
    creating: str = "Creating"
    updating: str = "Updating"
    done: str = "Succeeded"
    failed: str = "Failed"
    deleting: str = "Deleting"


SUCCEEDED = States()
NETWORK = States(creating="Updating")  # network's types know no Creating
STATELESS = States(field="")


def _nothing(_call: Call, _old: Thing | None) -> None:
    """No check of its own."""


def _as_asked(_call: Call, _new: Thing, _old: Thing | None) -> dict[str, Any]:
    return {}


def _plainly(_call: Call, thing: Thing) -> dict[str, Any]:
    return thing.body


def _alone(_call: Call, _thing: Thing) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One resource type.

    names     what one may be called, where Azure's description does not say it
    check     refuses a PUT that Azure would refuse, raising ArmError
    fill      adds what Azure adds; gives what is merged when the work is done
    show      what a GET answers
    with_it   keys of what is removed together with it
    embeds    children that a PUT may carry in its body, and a GET shows there
    in_use    status and code of the refusal to delete what others refer to; empty: nobody asks
    busy      code of the refusal to change what is being changed
    vanishes  a creation that fails leaves nothing
    defaults  the body of one that is there without being made; None: it has to be made
    """

    type: str
    names: re.Pattern[str] = NAMES
    style: Style = "resource"
    lags: float = 1.0
    states: States = SUCCEEDED
    tracked: bool = True  # has a location and tags
    check: Callable[[Call, Thing | None], None] = _nothing
    fill: Callable[[Call, Thing, Thing | None], dict[str, Any]] = _as_asked
    show: Callable[[Call, Thing], dict[str, Any]] = _plainly
    with_it: Callable[[Call, Thing], tuple[str, ...]] = _alone
    embeds: tuple[str, ...] = ()
    in_use: tuple[int, str] = (0, "")
    busy: str = "AnotherOperationInProgress"
    vanishes: bool = False
    defaults: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        return self.type.lower()

    def state(self, thing: Thing) -> str:
        return str(thing.properties.get(self.states.field, self.states.done))

    def settled(self, thing: Thing) -> bool:
        """Whether nothing goes on with it."""
        moving = {self.states.creating, self.states.updating, self.states.deleting}
        return not self.states.field or self.state(thing) not in moving

    def ready(self, thing: Thing) -> bool:
        return not self.states.field or self.state(thing) == self.states.done

    def told(self, state: str) -> dict[str, Any]:
        return {"properties": {self.states.field: state}} if self.states.field else {}


Action = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Offer:
    """What a part of the emulator offers: its types, and operations of their own by title."""

    kinds: tuple[Kind, ...]
    actions: Mapping[str, Action] = field(default_factory=dict[str, Action])


KINDS: dict[str, Kind] = {}  # by type in small letters; offered.py fills it
