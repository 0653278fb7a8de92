"""One Direct Link gateway: what a spec asks of it, and what IBM tells of it as a Resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from providers.ibm import names
from providers.ibm.told import Told, reasons, text
from providers.parameters import Reader
from providers.types import Outside, Ref, Resource, Spec, Status

KIND = "private-connection"
WORDS = re.compile(r"[^\x00-\x1f]{1,100}")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
PAIR = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/30")
SPEEDS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
ENDED = frozenset({"failed", "create_rejected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind private-connection."""

    carrier: str
    peering_location: str
    bandwidth_mbps: int
    peer_asn: int
    network: str
    primary_prefix: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        carrier=read.text("carrier", WORDS, "a carrier's name at IBM"),
        peering_location=read.text("peering_location", WORDS, "a place where the carrier is"),
        bandwidth_mbps=read.whole("bandwidth_mbps", SPEEDS[0], SPEEDS[-1]),
        peer_asn=read.whole("peer_asn", 1, 2**32 - 2),
        network=read.text("network", ID, "a network's id or name"),
        primary_prefix=read.optional("primary_prefix", PAIR, "a range like 10.9.0.0/30"),
    )
    if told.bandwidth_mbps and told.bandwidth_mbps not in SPEEDS:
        read.wrong.append(f"bandwidth_mbps: IBM steps it {', '.join(map(str, SPEEDS))}")
    if told.primary_prefix and not _pair(told.primary_prefix):
        read.wrong.append(f"primary_prefix: {told.primary_prefix!r} is no range")
    read.finish()
    return told


def name(spec: Spec, attempt: int = 0) -> str:
    """Gateways have no region, so their names tell it."""
    return f"{names.name(spec, attempt)}-{spec.region}"


def body(spec: Spec, want: Wanted, port: str) -> dict[str, Any]:
    """The gateway to ask for: local routing, a flat price, and addresses where they were told."""
    ibm, ours = _pair(want.primary_prefix) or ("", "")
    return {
        "type": "connect",
        "name": name(spec),
        "port": {"id": port},
        "speed_mbps": want.bandwidth_mbps,
        "bgp_asn": want.peer_asn,
        "global": False,
        "metered": False,
        **({"bgp_ibm_cidr": ibm, "bgp_cer_cidr": ours} if ibm else {}),
    }


def resource(found: Told, connections: Sequence[Told]) -> Resource:
    """`found` and its virtual connections as the contract tells them."""
    called, state = text(found, "name"), text(found, "operational_status")
    owner, region = names.instance_of(called), names.region_of(called)
    status = _status(state, [text(one, "status") for one in connections])
    waits = state in {"create_pending", "configuring"} and not asks_for_a_yes(found)
    told = {
        "gateway": text(found, "id"),
        "location": text(found, "location_display_name"),
        "bandwidth_mbps": text(found, "speed_mbps"),
        "vlan_id": text(found, "vlan"),
        "ibm_asn": text(found, "bgp_ibm_asn"),
        "ibm_address": text(found, "bgp_ibm_cidr"),
        "customer_address": text(found, "bgp_cer_cidr"),
        "bgp_status": text(found, "bgp_status"),
        "region": region,
    }
    return Resource(
        ref=Ref(kind=KIND, region=region, id=text(found, "id")),
        instance=owner,
        status=status,
        outputs={key: value for key, value in told.items() if value},
        detail=_detail(found, status, owner, waits=waits),
        awaits=Outside.CARRIER if waits else None,
    )


def asks_for_a_yes(found: Told) -> bool:
    """Whether the carrier itself asked for this gateway, and waits for ours."""
    return text(found, "change_request", "type") == "create_gateway"


def _status(state: str, connections: Sequence[str]) -> Status:
    if state in ENDED or (state == "provisioned" and "rejected" in connections):
        return Status.FAILED
    whole = state == "provisioned" and connections and set(connections) == {"attached"}
    return Status.READY if whole else Status.PENDING


def _detail(found: Told, status: Status, owner: str, *, waits: bool) -> str:
    told = []
    if waits:
        place = text(found, "location_display_name")
        told.append(f"the carrier must build the line to IBM's port in {place}")
    elif status is not Status.READY:
        told.append(text(found, "operational_status").replace("_", " "))
    told += [why] if (why := reasons(found, "operational_status_reasons")) else []
    if not owner:
        told.append("does not carry a name of ours")
    return "; ".join(told)


def _pair(prefix: str) -> tuple[str, str] | None:
    """IBM's address and the agency's in a /30."""
    try:
        first, second = list(IPv4Network(prefix).hosts())[:2] if prefix else (None, None)
    except ValueError:
        return None
    return (f"{first}/30", f"{second}/30") if first else None
