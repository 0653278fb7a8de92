"""Address ranges of a network: what may be asked for, or how much of the municipality's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from providers.errors import InvalidSpec
from providers.openstack.clients import Told, text
from providers.parameters import RANGE, Reader
from providers.types import Spec

LARGEST, SMALLEST, USUAL = 16, 28, 26  # bits in the prefix
MOST_SOURCES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind network. `cidr` empty: the plan gives one of `prefix` bits."""

    cidr: str
    prefix: int
    allow_from: tuple[str, ...]


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    cidr = read.optional("cidr", RANGE, "a range like 10.20.0.0/24")
    around = read.private("cidr", cidr) if cidr else None
    if around and not LARGEST <= around.prefixlen <= SMALLEST:
        read.wrong.append(f"cidr: {cidr} is not from /{LARGEST} to /{SMALLEST}")
    if isinstance(read.given.get("prefix"), str) and read.given["prefix"].isdecimal():
        read.given["prefix"] = int(read.given["prefix"])  # the choice of a form
    prefix = read.whole("prefix", LARGEST, SMALLEST, USUAL)
    sources = read.sources("allow_from", MOST_SOURCES)
    read.finish()
    return Wanted(cidr=cidr, prefix=prefix, allow_from=sources)


def orderable(cidr: str) -> bool:
    """Whether an order could ask for just this range."""
    try:
        wanted(Spec(instance="", kind="network", region="", parameters={"cidr": cidr}))
    except InvalidSpec:
        return False
    return True


def overlapping(cidr: str, other: str) -> bool:
    """Whether two ranges share an address; what is no IPv4 range shares none."""
    try:
        return IPv4Network(cidr).overlaps(IPv4Network(other))
    except ValueError:
        return False


def sources(group: Told | None) -> dict[str, str]:
    """Whom a group lets in: range -> id of the rule."""
    rules = (group or {}).get("security_group_rules")
    told = [one for one in rules if isinstance(one, Mapping)] if isinstance(rules, list) else []
    coming = [one for one in told if one.get("direction") == "ingress"]
    return {text(one, "remote_ip_prefix"): text(one, "id") for one in coming}
