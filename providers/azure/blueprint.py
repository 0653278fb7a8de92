"""What a kind is at Azure: the parts it is made of, and what a spec asks of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from providers.azure.errors import Failure
from providers.azure.home import Home
from providers.azure.told import Told, same, text
from providers.types import Change, Outside, Spec


class State(Enum):
    """How a part is."""

    GOING = "going"
    DONE = "done"
    FAILED = "failed"


def provisioned(found: Told) -> State:
    """What most of Azure's resources tell of themselves."""
    state = text(found, "properties", "provisioningState")
    if same(state, "Succeeded"):
        return State.DONE
    return State.FAILED if state.lower() in {"failed", "canceled"} else State.GOING


def there(_found: Told) -> State:
    """What tells nothing of itself is done as soon as it is there."""
    return State.DONE


def always(_spec: Spec) -> bool:
    return True


def nobody(_found: Told) -> Outside | None:
    """What Azure builds alone waits for nobody."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of Azure's resources that ours is made of.

    title    what people call it
    look     what Azure tells of it; None when it is not there
    start    asks for it, from a spec
    at_once  Azure makes it while we are asking
    needed   whether this spec has it at all
    awaits   who outside must act before it goes on
    """

    title: str
    id: str
    look: Callable[[], Told | None]
    start: Callable[[Spec], None]
    state: Callable[[Told], State] = provisioned
    at_once: bool = False
    needed: Callable[[Spec], bool] = always
    awaits: Callable[[Told], Outside | None] = nobody


Found = Mapping[str, Told]  # part's title -> what Azure tells of it


def _no_reason(_main: Told) -> Failure | None:
    return None


def _nothing_untagged(_where: Home) -> frozenset[str]:
    return frozenset()


def _nobody_minds(_where: Home) -> None:
    """Nothing else stands on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """One kind. Parts stand in the order they are built; when the door is done, so is all.

    main     title of the part that stands for the whole
    door     title of the last part, which may be the main one
    check    the checked parameters by field; raises InvalidSpec, naming every wrong one
    changes  how what is there differs from the spec; what is not there is no difference
    change   takes one step towards the spec; False when there is none to take
    outputs  what the customer gets to know, of main part and door
    listed   every main part and door there is: title -> group's name in small letters -> it
    failure  why the main part failed, where it says so itself
    known    names, in small letters, of what Azure makes untagged for our parts
    unused   raises Conflict while others stand on it
    """

    kind: str
    main: str
    door: str
    check: Callable[[Spec], Mapping[str, Any]]
    parts: Callable[[Home], Sequence[Part]]
    changes: Callable[[Found, Spec], Sequence[Change]]
    change: Callable[[Home, Found, Spec], bool]
    outputs: Callable[[Home, Found], Mapping[str, str]]
    listed: Callable[[], Mapping[str, Mapping[str, Told]]]
    failure: Callable[[Told], Failure | None] = _no_reason
    known: Callable[[Home], frozenset[str]] = _nothing_untagged
    unused: Callable[[Home], None] = _nobody_minds

    @property
    def ends(self) -> frozenset[str]:
        return frozenset({self.main, self.door})


def difference(field: str, actual: Any, wanted: Any, *, replaces: bool = False) -> list[Change]:  # noqa: ANN401 - JSON
    """The change of one field, if there is one."""
    if actual == wanted:
        return []
    return [Change(field=field, actual=actual, wanted=wanted, replaces=replaces)]
