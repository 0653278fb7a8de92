"""One virtual desktop: what a spec asks of it, and how what Azure tells differs from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from providers.accounts import Account
from providers.azure import subnets, tags, told
from providers.azure.blueprint import difference
from providers.azure.told import Told
from providers.parameters import Reader
from providers.types import Change, Spec

SHARINGS = {"personal": ("Personal", "Persistent"), "shared": ("Pooled", "BreadthFirst")}
MOST_SESSIONS = 100
# what no order can loosen: nothing leaves the desktop by the back door
CLOSED = (
    "drivestoredirect:s:;redirectclipboard:i:0;redirectprinters:i:0;redirectcomports:i:0;"
    "redirectsmartcards:i:0;usbdevicestoredirect:s:;devicestoredirect:s:;audiocapturemode:i:1;"
    "enablerdsaadauth:i:1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind workspace. `sessions`: at once on one machine of a shared pool."""

    sharing: str
    sessions: int
    start_on_connect: bool
    subnet: str


def wanted(spec: Spec, account: Account) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        sharing=read.one_of("sharing", SHARINGS, "personal"),
        sessions=read.whole("sessions", 1, MOST_SESSIONS, 1),
        start_on_connect=read.yes("start_on_connect", default=True),
        subnet=subnets.wanted(read, account),
    )
    if want.sharing == "personal" and want.sessions > 1:
        read.wrong.append("sessions: a personal desktop has one at a time")
    read.finish()
    return want


def pool(spec: Spec, want: Wanted) -> dict[str, Any]:
    sort, balance = SHARINGS[want.sharing]
    return _placed(
        spec,
        {
            "hostPoolType": sort,
            "loadBalancerType": balance,
            "preferredAppGroupType": "Desktop",
            **({"personalDesktopAssignmentType": "Automatic"} if sort == "Personal" else {}),
            **pool_patch(want)["properties"],
            "friendlyName": _name(spec),
        },
    )


def pool_patch(want: Wanted) -> dict[str, Any]:
    return {
        "properties": {
            "maxSessionLimit": want.sessions,
            "startVMOnConnect": want.start_on_connect,
            "customRdpProperty": CLOSED,
            "publicNetworkAccess": "Disabled",
        }
    }


def offer(spec: Spec, pool_id: str) -> dict[str, Any]:
    properties = {"hostPoolArmPath": pool_id, "applicationGroupType": "Desktop"}
    return _placed(spec, {**properties, "friendlyName": _name(spec)})


def workspace(spec: Spec, offer_id: str) -> dict[str, Any]:
    shown = {"applicationGroupReferences": [offer_id], "friendlyName": _name(spec)}
    return _placed(spec, {**shown, "publicNetworkAccess": "Disabled"})


def workspace_patch(spec: Spec) -> dict[str, Any]:
    return {"properties": {"friendlyName": _name(spec), "publicNetworkAccess": "Disabled"}}


def changes(found: Told, want: Wanted) -> list[Change]:
    """How a pool differs. What Azure does not tell is no difference."""
    properties = told.part(found, "properties")
    sort = told.text(properties, "hostPoolType")
    ours = next((o for o, (theirs, _) in SHARINGS.items() if told.same(theirs, sort)), sort)
    sessions = told.number(properties, "maxSessionLimit")
    waking = properties.get("startVMOnConnect")
    rdp = told.text(properties, "customRdpProperty")
    return [
        *(difference("sharing", ours, want.sharing, replaces=True) if sort else ()),
        *(difference("sessions", sessions, want.sessions) if sessions is not None else ()),
        *(
            difference("start_on_connect", waking, want.start_on_connect)
            if isinstance(waking, bool)
            else ()
        ),
        *difference("security.redirection", _settings(rdp) >= _settings(CLOSED), wanted=True),
        *_open(properties),
    ]


def named(found: Told, spec: Spec) -> list[Change]:
    """What people see the workspace called, and that the internet does not see it."""
    properties = told.part(found, "properties")
    name = told.text(properties, "friendlyName")
    return [*(difference("name", name, _name(spec)) if name else ()), *_open(properties)]


def _open(properties: Told) -> list[Change]:
    access = told.text(properties, "publicNetworkAccess")
    if not access or told.same(access, "Disabled"):
        return []
    return difference("security.publicNetworkAccess", access, "Disabled")


def _settings(rdp: str) -> set[str]:
    return {one.strip().lower() for one in rdp.split(";") if one.strip()}


def _placed(spec: Spec, properties: dict[str, Any]) -> dict[str, Any]:
    return {"location": spec.region, "tags": tags.wanted(spec), "properties": properties}


def _name(spec: Spec) -> str:
    return (spec.name or f"gm-{spec.instance[:12]}")[:64]
