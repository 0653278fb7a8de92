"""Address ranges of a network: what may be asked for, and what AWS is asked to let in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

from providers.parameters import RANGE, Reader
from providers.types import Spec

LARGEST, SMALLEST = 16, 28  # bits in the prefix, of a network and of a subnet
MOST_SOURCES = 50  # a security group takes 60 rules
NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})

Net = IPv4Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind network. `subnets`: name -> range, spread over the zones."""

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
    if around and not LARGEST <= around.prefixlen <= SMALLEST:
        size = "large" if around.prefixlen < LARGEST else "small"
        read.wrong.append(f"cidr: {cidr} is too {size}; from /{LARGEST} to /{SMALLEST} it may be")
    subnets = read.table("subnets") or _halves(around)
    held = [_subnet(read, name, text, around) for name, text in subnets.items()]
    for one, other in combinations([net for net in held if net], 2):
        if one.overlaps(other):
            read.wrong.append(f"subnets: {one} and {other} overlap")
    sources = read.sources("allow_from", MOST_SOURCES)
    read.finish()
    return Wanted(cidr=cidr, subnets=subnets, allow_from=sources)


def permissions(sources: list[str]) -> list[dict[str, Any]]:
    """The rules that let in `sources`, as EC2 wants them."""
    return [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": source} for source in sources]}]


def overlapping(cidr: str, other: str) -> bool:
    """Whether two ranges share an address; what is no IPv4 range shares none."""
    try:
        return Net(cidr).overlaps(Net(other))
    except ValueError:
        return False


def _halves(around: Net | None) -> dict[str, str]:
    """Two subnets, for two zones: a database needs as many."""
    if around is None or around.prefixlen >= SMALLEST:
        return {"default": str(around)} if around else {}
    one, two = around.subnets()
    return {"default-a": str(one), "default-b": str(two)}


def _subnet(read: Reader, name: str, text: str, around: Net | None) -> Net | None:
    if not NAME.fullmatch(name):
        read.wrong.append(f"subnets: {name!r} is no name of small letters, digits and dashes")
    found = read.private("subnets", text)
    if found and around and not found.subnet_of(around):
        read.wrong.append(f"subnets: {name} {text} does not lie in {around}")
    if found and found.prefixlen > SMALLEST:
        read.wrong.append(f"subnets: {name} {text} is too small; a /{SMALLEST} is the smallest")
    return found
