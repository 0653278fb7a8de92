"""Address ranges of a network: what may be asked for, and the pieces that hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from providers.gcp import labels
from providers.parameters import RANGE, Reader
from providers.types import Spec

SMALLEST = 29  # bits in the prefix of the smallest subnet
MOST_SOURCES = 100
PAIR = re.compile(r"(grunnmur-[a-z0-9_-]*)=([a-z0-9_-]*)")
REGION = "grunnmur-region"
TALKS = ("tcp", "udp", "icmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind network."""

    cidr: str
    allow_from: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Whom the rule lets in: the network itself, and who was asked for."""
        return tuple(dict.fromkeys((self.cidr, *self.allow_from)))


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    cidr = read.text("cidr", RANGE, "a range like 10.20.0.0/24")
    found = read.private("cidr", cidr) if cidr else None
    if found and found.prefixlen > SMALLEST:
        read.wrong.append(f"cidr: {cidr} is too small; a /{SMALLEST} is the smallest")
    sources = read.sources("allow_from", MOST_SOURCES)
    read.finish()
    return Wanted(cidr=cidr, allow_from=sources)


def widens(have: str, want: str) -> bool:
    """Whether a subnet of `have` can grow to `want`, which is all a subnet can do."""
    try:
        return IPv4Network(have).subnet_of(IPv4Network(want))
    except ValueError:
        return False


def overlapping(cidr: str, subnet: Any) -> str:  # noqa: ANN401 - an SDK message
    """The range of a subnet that `cidr` shares addresses with; empty when there is none."""
    others = [subnet.ip_cidr_range, *(one.ip_cidr_range for one in subnet.secondary_ip_ranges)]
    wanted_ = IPv4Network(cidr)
    for other in map(str, others):
        try:
            if IPv4Network(other).overlaps(wanted_):
                return other
        except ValueError:
            continue  # a range of IPv6, or none told
    return ""


def subnet_body(spec: Spec, network: str) -> dict[str, Any]:
    return {
        "description": description(spec, tags=False),
        "network": f"global/networks/{network}",
        "ip_cidr_range": wanted(spec).cidr,
        "private_ip_google_access": True,
        "log_config": {"enable": True},
    }


def rule_body(spec: Spec, network: str) -> dict[str, Any]:
    """Lets in whom it should; everybody else is refused by what every network implies."""
    return {
        "description": description(spec, tags=True),
        "network": f"global/networks/{network}",
        "direction": "INGRESS",
        "source_ranges": list(wanted(spec).sources),
        "allowed": [{"I_p_protocol": protocol} for protocol in TALKS],
        "log_config": {"enable": True},
    }


def description(spec: Spec, *, tags: bool) -> str:
    """Whose it is, and with `tags` what for, in words that `described` reads back."""
    told = labels.wanted(spec) if tags else {labels.OWNERSHIP: spec.instance}
    pairs = {**told, REGION: spec.region}
    return " ".join(f"{key}={value}" for key, value in sorted(pairs.items()))


def described(text: str) -> Mapping[str, str]:
    return dict(PAIR.findall(text))


def region_of(text: str) -> str:
    return described(text).get(REGION, "")
