"""Address ranges of a network: what may be asked for, and the pieces that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from providers.parameters import RANGE, Reader
from providers.types import Spec

LARGEST, SMALLEST = 16, 29  # bits in the prefixes of a network and of a subnet
MOST = 20  # subnets, and ranges that may come in
NAME = re.compile(r"[a-z][a-z0-9-]{0,18}")
ZONES = 2  # that a network stands in: every region has three
ONLY = "all"  # the subnet of a network that is too small for two


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind network."""

    cidr: str
    subnets: Mapping[str, str]
    allow_from: tuple[str, ...]


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    cidr = read.text("cidr", RANGE, "a range like 10.20.0.0/24")
    whole = read.private("cidr", cidr) if cidr else None
    if whole and not LARGEST <= whole.prefixlen <= SMALLEST:
        read.wrong.append(f"cidr: {cidr} is not from /{LARGEST} to /{SMALLEST}")
    subnets = read.table("subnets")
    if whole and whole.prefixlen <= SMALLEST:
        subnets = _checked(read, whole, subnets) if subnets else halves(whole)
    if len(subnets) > MOST:
        read.wrong.append(f"subnets: {len(subnets)} of them; at most {MOST}")
    sources = read.sources("allow_from", MOST)
    read.finish()
    return Wanted(cidr=cidr, subnets=subnets, allow_from=sources)


def halves(whole: IPv4Network) -> dict[str, str]:
    """Two subnets for two zones, or one where two would be too small."""
    if whole.prefixlen == SMALLEST:
        return {ONLY: str(whole)}
    return {name: str(half) for name, half in zip("ab", whole.subnets(), strict=True)}


def zone_of(subnet: str, subnets: Iterable[str], region: str) -> str:
    """The zone of a subnet: they are spread, in the order of their names."""
    return f"{region}-{sorted(subnets).index(subnet) % ZONES + 1}"


def overlap(cidr: str, others: Iterable[str]) -> str:
    """The one of `others` that `cidr` shares addresses with; empty when there is none."""
    for other in others:
        try:
            if IPv4Network(other).overlaps(IPv4Network(cidr)):
                return other
        except ValueError:
            continue
    return ""


def _checked(read: Reader, whole: IPv4Network, subnets: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, IPv4Network] = {}
    for name, text in subnets.items():
        one = read.private(f"subnets.{name}", text)
        if not NAME.fullmatch(name):
            read.wrong.append(f"subnets: {name!r} is no name of at most 19 letters and digits")
        if one is None:
            continue
        if not one.subnet_of(whole) or one.prefixlen > SMALLEST:
            read.wrong.append(f"subnets.{name}: {text} is not in {whole}, or below /{SMALLEST}")
        if other := next((n for n, o in found.items() if o.overlaps(one)), ""):
            read.wrong.append(f"subnets.{name}: {text} overlaps with {other}")
        found[name] = one
    return {name: str(one) for name, one in found.items()}
