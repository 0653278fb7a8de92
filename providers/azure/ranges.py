"""Address ranges of a network: what may be asked for, and what Azure is asked to hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from providers.azure import tags, told
from providers.azure.blueprint import difference
from providers.azure.told import Told
from providers.parameters import RANGE, Reader
from providers.types import Change, Spec

SMALLEST = 29  # bits in the prefix of the smallest subnet
MOST_SOURCES = 100
NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
DEFAULT = "default"
# what others may set of a network and of a subnet, and would lose with a PUT that leaves it out
SPANNED = (
    *("dhcpOptions", "virtualNetworkPeerings", "flowTimeoutInMinutes", "encryption"),
    *("enableDdosProtection", "ddosProtectionPlan", "bgpCommunities", "ipAllocations"),
)
PLACED = (
    *("routeTable", "natGateway", "serviceEndpoints", "serviceEndpointPolicies", "delegations"),
    *("privateLinkServiceNetworkPolicies", "ipAllocations"),
)
ALLOW, DENY = "allow-known", "deny-others"

Net = IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind network. `subnets`: name -> range."""

    cidr: str
    subnets: Mapping[str, str]
    allow_from: tuple[str, ...]

    @property
    def sources(self) -> list[str]:
        """Whom it lets in: itself, and who was asked for."""
        return sorted({self.cidr, *self.allow_from})


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    cidr = read.text("cidr", RANGE, "a range like 10.20.0.0/24")
    around = read.private("cidr", cidr) if cidr else None
    if around and around.prefixlen > SMALLEST:
        read.wrong.append(f"cidr: {cidr} is too small; a /{SMALLEST} is the smallest")
    subnets = read.table("subnets") or {DEFAULT: cidr}
    for name, text in subnets.items():
        _check_subnet(read, name, text, around)
    sources = read.sources("allow_from", MOST_SOURCES)
    read.finish()
    return Wanted(cidr=cidr, subnets=subnets, allow_from=sources)


def guard_body(spec: Spec, want: Wanted, found: Told) -> dict[str, Any]:
    """The security group; what somebody has added to it with our leave stays."""
    others = [
        dict(rule)
        for rule in told.each(found, "properties", "securityRules")
        if told.text(rule, "name") not in {ALLOW, DENY} and not _opens(rule)
    ]
    return {
        "location": spec.region,
        "tags": {**told.tags(found), **tags.wanted(spec)},
        "properties": {"securityRules": [_allow(want), _deny(), *others]},
    }


def network_body(spec: Spec, want: Wanted, guard: str, found: Told) -> dict[str, Any]:
    """The network with our subnets as wanted, and all that others have added or set.

    Azure takes a PUT for the whole: what it leaves out is gone.
    """
    have = told.part(found, "properties")
    held = {told.text(one, "name"): one for one in told.each(have, "subnets")}
    others = [
        dict(subnet)
        for subnet in told.each(found, "properties", "subnets")
        if told.text(subnet, "name") not in want.subnets
    ]
    ours = [
        {
            "name": name,
            "properties": {
                **_kept(told.part(held.get(name), "properties"), PLACED),
                "addressPrefix": prefix,
                "networkSecurityGroup": {"id": guard},
                "defaultOutboundAccess": False,
                "privateEndpointNetworkPolicies": "Enabled",
            },
        }
        for name, prefix in want.subnets.items()
    ]
    return {
        "location": spec.region,
        "tags": {**told.tags(found), **tags.wanted(spec)},
        "properties": {
            **_kept(have, SPANNED),
            "addressSpace": {"addressPrefixes": [want.cidr]},
            "subnets": [*ours, *others],
        },
    }


def _kept(have: Told, names: Collection[str]) -> dict[str, Any]:
    return {name: have[name] for name in names if name in have}


def network_changes(found: Told, want: Wanted) -> list[Change]:
    space = [str(prefix) for prefix in prefixes(found)]
    subnets = {
        told.text(one, "name"): told.text(one, "properties", "addressPrefix")
        or "".join(told.texts(one, "properties", "addressPrefixes")[:1])
        for one in told.each(found, "properties", "subnets")
    }
    held = {name: subnets.get(name) for name in want.subnets}
    unguarded = [
        told.text(one, "name")
        for one in told.each(found, "properties", "subnets")
        if told.text(one, "name") in want.subnets
        and not told.part(one, "properties", "networkSecurityGroup")
    ]
    return [
        *difference("cidr", ", ".join(space), want.cidr, replaces=not _widens(space, want.cidr)),
        *difference("subnets", held, dict(want.subnets)),
        *difference("security.unguarded", unguarded, []),
    ]


def guard_changes(found: Told, want: Wanted) -> list[Change]:
    """Who is let in; and that everybody else is not, and no hole has been made since."""
    rules = {told.text(r, "name"): r for r in told.each(found, "properties", "securityRules")}
    allowed = rules.get(ALLOW, {})
    sources = sorted(
        told.texts(allowed, "properties", "sourceAddressPrefixes")
        or told.texts(allowed, "properties", "sourceAddressPrefix")
    )
    holes = sorted(name for name, rule in rules.items() if name != ALLOW and _opens(rule))
    return [
        *difference("allow_from", sources, want.sources),
        *difference("security.deny", DENY in rules, wanted=True),
        *difference("security.holes", holes, []),
    ]


def prefixes(found: Told) -> list[Net]:
    """The ranges of a network, as far as they are IPv4."""
    told_ = told.texts(found, "properties", "addressSpace", "addressPrefixes")
    return [IPv4Network(text) for text in told_ if RANGE.fullmatch(text)]


def _allow(want: Wanted) -> dict[str, Any]:
    sources = {"sourceAddressPrefixes": want.sources}
    return _rule(ALLOW, 200, "Allow", sources)


def _deny() -> dict[str, Any]:
    return _rule(DENY, 4096, "Deny", {"sourceAddressPrefix": "*"})


def _rule(name: str, priority: int, access: str, source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "properties": {
            "priority": priority,
            "direction": "Inbound",
            "access": access,
            "protocol": "*",
            **source,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "*",
        },
    }


def _opens(rule: Told) -> bool:
    """Whether a rule lets the internet in."""
    properties = told.part(rule, "properties")
    inward = told.same(told.text(properties, "direction"), "Inbound")
    allows = told.same(told.text(properties, "access"), "Allow")
    sources = {
        told.text(properties, "sourceAddressPrefix").lower(),
        *(s.lower() for s in told.texts(properties, "sourceAddressPrefixes")),
    }
    return inward and allows and bool(sources & {"*", "internet", "0.0.0.0/0", "any"})


def _widens(space: list[str], cidr: str) -> bool:
    """Whether a network can grow to `cidr` in place: it must hold all it held."""
    held = [IPv4Network(text) for text in space]
    return bool(held) and all(one.subnet_of(IPv4Network(cidr)) for one in held)


def _check_subnet(read: Reader, name: str, text: str, around: Net | None) -> None:
    if not NAME.fullmatch(name):
        read.wrong.append(f"subnets: {name!r} is no name of small letters, digits and dashes")
    found = read.private("subnets", text) if text else None
    if found and around and not found.subnet_of(around):
        read.wrong.append(f"subnets: {name} {text} does not lie in {around}")
