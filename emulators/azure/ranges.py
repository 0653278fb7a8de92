"""Address ranges of virtual networks and their subnets: what Azure refuses of them."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations
from typing import Any

from emulators.azure.errors import ArmError

SMALLEST_SUBNET = 29

Net = IPv4Network | IPv6Network


def space(properties: Mapping[str, Any], id_: str) -> list[Net]:
    """The ranges of a virtual network. Raises ArmError when it has none, or what is none."""
    found = [prefix(p) for p in (properties.get("addressSpace") or {}).get("addressPrefixes") or ()]
    if not found:
        raise ArmError(
            400,
            "InvalidRequestFormat",
            f"Virtual network {id_} needs an address space with at least one prefix.",
        )
    return found


def of_subnet(subnet: Mapping[str, Any]) -> list[Net]:
    """The ranges of a subnet. Raises ArmError."""
    properties = subnet.get("properties") or {}
    single = properties.get("addressPrefix")
    given = [single] if single else properties.get("addressPrefixes") or []
    if not given:
        raise ArmError(400, "NoAddressPrefixOrPoolProvided", "A subnet needs an address prefix.")
    found = [prefix(p) for p in given]
    for one in found:
        if isinstance(one, IPv4Network) and one.prefixlen > SMALLEST_SUBNET:
            raise ArmError(
                400,
                "NetcfgSubnetTooSmall",
                f"The prefix {one} is too small; a /{SMALLEST_SUBNET} is the smallest subnet.",
            )
    return found


def check(subnets: Mapping[str, list[Net]], around: list[Net], network: str) -> None:
    """Raises ArmError for subnets outside of their network, or over each other."""
    for name, prefixes in subnets.items():
        if not all(any(_within(inner, outer) for outer in around) for inner in prefixes):
            why = f"Subnet '{name}' is not valid in virtual network '{network}'."
            raise ArmError(400, "NetcfgInvalidSubnet", why)
    for (one, ones), (other, others) in combinations(subnets.items(), 2):
        if any(a.overlaps(b) for a in ones for b in others):
            raise ArmError(
                400,
                "NetcfgSubnetRangesOverlap",
                f"Subnet '{one}' is not valid because its IP address range overlaps with that of "
                f"an existing subnet in virtual network '{network}': '{other}'.",
            )


def prefix(text: str) -> Net:
    try:
        return ip_network(text)
    except ValueError:
        raise ArmError(
            400,
            "InvalidAddressPrefixFormat",
            f"Address prefix {text} does not have the format of a CIDR, or has bits set beyond "
            "its length.",
        ) from None


def _within(inner: Net, outer: Net) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)
