"""One ExpressRoute circuit: what a spec asks of it, and how what Azure tells differs from that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from providers.azure import tags, told
from providers.azure.blueprint import State, difference, provisioned
from providers.azure.told import Told
from providers.parameters import Reader
from providers.types import Change, Outside, Spec

TITLE = (
    "circuit; its carrier builds it when the customer has handed over the service key, to be "
    "fetched from Azure's portal"
)
PEERING = "AzurePrivatePeering"
NAME = re.compile(r"[A-Za-z0-9][\w .&()-]{1,60}")
PREFIX = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/30")
TIERS = {"local": "Local", "standard": "Standard", "premium": "Premium"}
BANDWIDTHS = (50, 100, 200, 500, 1000, 2000, 5000, 10000)
LARGEST_VLAN, LARGEST_ASN = 4094, 4_294_967_294
BUILT = "Provisioned"
AWAITED = {"notprovisioned": Outside.CUSTOMER, "provisioning": Outside.CARRIER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind private-connection."""

    carrier: str
    peering_location: str
    bandwidth_mbps: int
    tier: str
    vlan_id: int
    peer_asn: int
    primary_prefix: str
    secondary_prefix: str


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        carrier=read.text("carrier", NAME, "a carrier's name as Azure has it"),
        peering_location=read.text("peering_location", NAME, "a place as Azure has it"),
        bandwidth_mbps=read.whole("bandwidth_mbps", min(BANDWIDTHS), max(BANDWIDTHS)),
        tier=read.one_of("tier", TIERS, "standard"),
        vlan_id=read.whole("vlan_id", 1, LARGEST_VLAN),
        peer_asn=read.whole("peer_asn", 1, LARGEST_ASN),
        primary_prefix=read.text("primary_prefix", PREFIX, "a range like 10.9.0.0/30"),
        secondary_prefix=read.text("secondary_prefix", PREFIX, "a range like 10.9.0.4/30"),
    )
    if want.bandwidth_mbps and want.bandwidth_mbps not in BANDWIDTHS:
        known = ", ".join(map(str, BANDWIDTHS))
        read.wrong.append(f"bandwidth_mbps: {want.bandwidth_mbps} is none of {known}")
    _check_prefixes(read, want)
    read.finish()
    return want


def body(spec: Spec, want: Wanted, found: Told) -> dict[str, Any]:
    """The circuit; its peerings live beside it, and stay."""
    kept = {"peerings": [dict(p) for p in told.each(found, "properties", "peerings")]}
    tier = TIERS[want.tier]
    family = "UnlimitedData" if want.tier == "local" else "MeteredData"
    return {
        "location": spec.region,
        "tags": {**told.tags(found), **tags.wanted(spec)},
        "sku": {"name": f"{tier}_{family}", "tier": tier, "family": family},
        "properties": {
            "serviceProviderProperties": {
                "serviceProviderName": want.carrier,
                "peeringLocation": want.peering_location,
                "bandwidthInMbps": want.bandwidth_mbps,
            },
            "allowClassicOperations": False,
            **(kept if kept["peerings"] else {}),
        },
    }


def peering_body(want: Wanted) -> dict[str, Any]:
    return {
        "properties": {
            "peeringType": PEERING,
            "peerASN": want.peer_asn,
            "vlanId": want.vlan_id,
            "primaryPeerAddressPrefix": want.primary_prefix,
            "secondaryPeerAddressPrefix": want.secondary_prefix,
        }
    }


def state(found: Told) -> State:
    """Done when the carrier is, too."""
    known = provisioned(found)
    built = _carriers(found)
    return State.GOING if known is State.DONE and not told.same(built, BUILT) else known


def awaits(found: Told) -> Outside | None:
    """Who must act, once Azure itself is done."""
    return AWAITED.get(_carriers(found).lower()) if provisioned(found) is State.DONE else None


def changes(found: Told, want: Wanted) -> list[Change]:
    have = bandwidth(found)
    tier = told.text(found, "sku", "tier")
    return [
        *_named("carrier", carrier(found, "serviceProviderName"), want.carrier),
        *_named("peering_location", carrier(found, "peeringLocation"), want.peering_location),
        *_named("tier", tier.lower(), want.tier),
        *(_bandwidth(have, want.bandwidth_mbps) if have is not None else ()),
    ]


def peering_changes(found: Told, want: Wanted) -> list[Change]:
    numbers = {"vlan_id": ("vlanId", want.vlan_id), "peer_asn": ("peerASN", want.peer_asn)}
    prefixes = {
        "primary_prefix": ("primaryPeerAddressPrefix", want.primary_prefix),
        "secondary_prefix": ("secondaryPeerAddressPrefix", want.secondary_prefix),
    }
    changed: list[Change] = []
    for field, (name, number) in numbers.items():
        have = told.number(found, "properties", name)
        changed += difference(field, have, number) if have is not None else []
    for field, (name, prefix) in prefixes.items():
        text = told.text(found, "properties", name)
        changed += difference(field, text, prefix) if text else []
    return changed


def peering(found: Told) -> Told | None:
    """Our peering, as a circuit shows it."""
    several = told.each(found, "properties", "peerings")
    return next((p for p in several if told.same(told.text(p, "name"), PEERING)), None)


def carrier(found: Told, name: str) -> str:
    return told.text(found, "properties", "serviceProviderProperties", name)


def bandwidth(found: Told) -> int | None:
    return told.number(found, "properties", "serviceProviderProperties", "bandwidthInMbps")


def _carriers(found: Told) -> str:
    """How far the carrier says that it is."""
    return told.text(found, "properties", "serviceProviderProvisioningState")


def _named(field: str, have: str, want: str) -> list[Change]:
    """What is agreed with a carrier cannot be changed in place."""
    if not have or told.same(have, want):
        return []
    return difference(field, have, want, replaces=True)


def _bandwidth(have: int, want: int) -> list[Change]:
    return difference("bandwidth_mbps", have, want, replaces=want < have)


def _check_prefixes(read: Reader, want: Wanted) -> None:
    if not want.primary_prefix or not want.secondary_prefix:
        return
    try:
        pair = [IPv4Network(text) for text in (want.primary_prefix, want.secondary_prefix)]
    except ValueError as error:
        read.wrong.append(f"primary_prefix, secondary_prefix: {error}")
        return
    if pair[0] == pair[1]:
        read.wrong.append("secondary_prefix: it is the primary one; there must be two")
