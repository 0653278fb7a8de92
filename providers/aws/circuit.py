"""One private connection at AWS: what a spec asks of it, what there is, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

from providers.aws import names, tags, told
from providers.aws.told import Told, difference
from providers.parameters import Reader
from providers.types import Change, Spec

KIND = "private-connection"
NAME = re.compile(r"[A-Za-zÀ-ÿ0-9][\wÀ-ÿ .&()-]{1,60}")
NETWORK = re.compile(r"vpc-[0-9a-f]{8,17}")
RANGE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}")
PREFIX = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/30")
BANDWIDTHS = (50, 100, 200, 300, 400, 500, 1000, 2000, 5000, 10_000, 25_000)
MTUS = (1500, 8500)
LARGEST_VLAN, LARGEST_ASN, MOST_RANGES, GIGA = 4094, 4_294_967_294, 20, 1000
REGION = f"{tags.PREFIX}region"  # a gateway is of no region, what it leads to is
ORDER = "hosted-connection"  # the tag that says what the carrier is asked for
ENDED = frozenset({"deleted", "rejected", "disassociated", "detached"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind private-connection. `announce`: empty for the network's own range."""

    carrier: str
    peering_location: str
    bandwidth_mbps: int
    vlan_id: int
    peer_asn: int
    primary_prefix: str
    network: str
    mtu: int
    announce: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The pieces there are; empty for those that are not. `tables`: the network's routes."""

    gateway: Told = field(default_factory=dict[str, Any])
    edge: Told = field(default_factory=dict[str, Any])
    tie: Told = field(default_factory=dict[str, Any])
    connection: Told = field(default_factory=dict[str, Any])
    line: Told = field(default_factory=dict[str, Any])
    tables: tuple[Told, ...] = ()

    @property
    def name(self) -> str:
        return told.text(self.gateway, "directConnectGatewayName")

    @property
    def owner(self) -> str:
        if "tags" not in self.gateway:
            return names.instance_of(self.name)
        return labels(self.gateway).get(tags.OWNERSHIP, "")

    @property
    def attached(self) -> Told:
        """The edge's attachment to a network, while there is one."""
        several = told.each(self.edge, "VpcAttachments")
        return next((a for a in several if told.text(a, "State") not in ENDED), {})

    @property
    def unrouted(self) -> list[str]:
        """Tables of the network that do not learn the other side's routes."""
        edge = told.text(self.edge, "VpnGatewayId")
        return [
            told.text(table, "RouteTableId")
            for table in self.tables
            if edge not in {told.text(v, "GatewayId") for v in told.each(table, "PropagatingVgws")}
        ]


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        carrier=read.text("carrier", NAME, "a carrier's name"),
        peering_location=read.text("peering_location", NAME, "a place where it meets AWS"),
        bandwidth_mbps=read.whole("bandwidth_mbps", min(BANDWIDTHS), max(BANDWIDTHS)),
        vlan_id=read.whole("vlan_id", 1, LARGEST_VLAN),
        peer_asn=read.whole("peer_asn", 1, LARGEST_ASN),
        primary_prefix=read.optional("primary_prefix", PREFIX, "a range like 10.9.0.0/30"),
        network=read.text("network", NETWORK, "the id of a network, as a delivered one tells it"),
        mtu=read.whole("mtu", min(MTUS), max(MTUS), MTUS[0]),
        announce=tuple(sorted(read.texts("announce"))),
    )
    for name, value, known in (
        ("bandwidth_mbps", want.bandwidth_mbps, BANDWIDTHS),
        ("mtu", want.mtu, MTUS),
    ):
        if value and value not in known:
            read.wrong.append(f"{name}: {value} is none of {', '.join(map(str, known))}")
    if len(want.announce) > MOST_RANGES:
        read.wrong.append(f"announce: {len(want.announce)} ranges; at most {MOST_RANGES}")
    for text in (*want.announce, *([want.primary_prefix] if want.primary_prefix else [])):
        _check_range(read, text)
    read.finish()
    return want


def order(want: Wanted) -> str:
    """What the carrier is asked for, in a line people can mail."""
    bandwidth = f"{want.bandwidth_mbps}Mbps"
    if want.bandwidth_mbps >= GIGA:
        bandwidth = f"{want.bandwidth_mbps // GIGA}Gbps"
    return f"{want.carrier} {want.peering_location} {bandwidth} vlan {want.vlan_id}"


def line_body(spec: Spec, seen: Seen) -> dict[str, Any]:
    """The private virtual interface; its VLAN is what the carrier has made it."""
    want = wanted(spec)
    addresses = {}
    if want.primary_prefix:
        theirs, ours = IPv4Network(want.primary_prefix).hosts()
        addresses = {"customerAddress": f"{theirs}/30", "amazonAddress": f"{ours}/30"}
    return {
        "virtualInterfaceName": seen.name,
        "vlan": told.number(seen.connection, "vlan") or want.vlan_id,
        "asn": want.peer_asn,
        "mtu": want.mtu,
        "addressFamily": "ipv4",
        "directConnectGatewayId": told.text(seen.gateway, "directConnectGatewayId"),
        **addresses,
        "tags": as_list(spec),
    }


def changes(seen: Seen, spec: Spec) -> list[Change]:
    """What differs. What AWS does not tell, or is not built yet, is no difference."""
    want = wanted(spec)
    mbps = _mbps(told.text(seen.connection, "bandwidth"))
    asn, mtu = told.number(seen.line, "asn"), told.number(seen.line, "mtu")
    network = told.text(seen.attached, "VpcId")
    announced = prefixes(seen)
    return [
        *(difference("bandwidth_mbps", mbps, want.bandwidth_mbps, replaces=True) if mbps else ()),
        *(difference("peer_asn", asn, want.peer_asn, replaces=True) if asn else ()),
        *(difference("network", network, want.network, replaces=True) if network else ()),
        *(difference("mtu", mtu, want.mtu) if mtu else ()),
        *(
            difference("announce", announced, list(want.announce))
            if seen.tie and want.announce
            else ()
        ),
        *(tags.changed(labels(seen.gateway), spec) if "tags" in seen.gateway else ()),
    ]


def prefixes(seen: Seen) -> list[str]:
    several = told.each(seen.tie, "allowedPrefixesToDirectConnectGateway")
    return sorted(told.text(one, "cidr") for one in several)


def labels(thing: Told) -> dict[str, str]:
    """Tags as Direct Connect gives them."""
    return {told.text(tag, "key"): told.text(tag, "value") for tag in told.each(thing, "tags")}


def as_list(spec: Spec, more: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Tags as Direct Connect wants them."""
    wanted_ = {**tags.wanted(spec), **(more or {})}
    return [{"key": key, "value": value} for key, value in wanted_.items()]


def _mbps(bandwidth: str) -> int | None:
    found = re.fullmatch(r"(\d+)([MG])bps", bandwidth)
    return None if found is None else int(found[1]) * (GIGA if found[2] == "G" else 1)


def _check_range(read: Reader, text: str) -> None:
    try:
        IPv4Network(text)
    except ValueError as error:
        read.wrong.append(f"{text!r} is no range: {error}")
