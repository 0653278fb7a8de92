"""Address ranges of a network: what may be asked for, or how much of the municipality's plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from providers.parameters import Reader
from providers.types import Spec

PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
LARGEST, SMALLEST, USUAL = 16, 28, 26  # bits in the prefix
MOST_SOURCES = 50
RANGE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}")


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
    around = _private(read, "cidr", cidr) if cidr else None
    if around and not LARGEST <= around.prefixlen <= SMALLEST:
        read.wrong.append(f"cidr: {cidr} is not from /{LARGEST} to /{SMALLEST}")
    prefix = read.whole("prefix", LARGEST, SMALLEST, USUAL)
    sources = read.texts("allow_from")
    for source in sources:
        _private(read, "allow_from", source)
    if len(sources) > MOST_SOURCES:
        read.wrong.append(f"allow_from: {len(sources)} ranges; at most {MOST_SOURCES}")
    read.finish()
    return Wanted(cidr=cidr, prefix=prefix, allow_from=tuple(dict.fromkeys(sources)))


def overlapping(cidr: str, other: str) -> bool:
    """Whether two ranges share an address; what is no IPv4 range shares none."""
    try:
        return IPv4Network(cidr).overlaps(IPv4Network(other))
    except ValueError:
        return False


def _private(read: Reader, name: str, text: str) -> IPv4Network | None:
    """The range, when it is one and not on the internet; else what is wrong is noted."""
    try:
        found = IPv4Network(text)
    except ValueError as error:
        read.wrong.append(f"{name}: {text!r} is no range: {error}")
        return None
    if not any(found.subnet_of(private) for private in PRIVATE):
        known = ", ".join(map(str, PRIVATE))
        read.wrong.append(f"{name}: {text} is not private; it must lie in {known}")
    return found
