"""One Interconnect attachment and its router: what a spec asks, and how both become a Resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from providers.gcp import labels, ranges
from providers.gcp.operations import Build
from providers.gcp.piece import link
from providers.parameters import Reader
from providers.types import Change, Outside, Ref, Resource, Spec, Status

KIND = "private-connection"
NETWORK = re.compile(
    r"[a-z][a-z0-9-]{0,62}|projects/[a-z0-9.:-]+/global/networks/[a-z][a-z0-9-]{0,62}"
)
PARTNERS_ASN = 16550  # what Google wants of routers of partner attachments
DOMAINS = {
    "1": "AVAILABILITY_DOMAIN_1",
    "2": "AVAILABILITY_DOMAIN_2",
    "any": "AVAILABILITY_DOMAIN_ANY",
}
MTUS = (1440, 1460, 1500, 8896)
WAITING = {
    "PENDING_PARTNER": (
        "waiting for the partner: fetch the pairing key of attachment {name} in Google's console "
        "and hand it to them"
    ),
    "PENDING_CUSTOMER": "the partner is done; the attachment is being switched on",
    "PARTNER_REQUEST_RECEIVED": "the partner is working on it",
}
AWAITED = {
    "PENDING_PARTNER": Outside.CUSTOMER,
    "PARTNER_REQUEST_RECEIVED": Outside.CARRIER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind private-connection."""

    network: str
    domain: str
    mtu: int


def wanted(spec: Spec) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    told = Wanted(
        network=read.text("network", NETWORK, "a network's name or path", "default"),
        domain=DOMAINS.get(read.one_of("availability_domain", DOMAINS, "any"), ""),
        mtu=read.whole("mtu", min(MTUS), max(MTUS), MTUS[0]),
    )
    if told.mtu and told.mtu not in MTUS:
        read.wrong.append(f"mtu: {told.mtu} is none of {', '.join(map(str, MTUS))}")
    read.finish()
    return told


def router_body(spec: Spec) -> dict[str, Any]:
    told = wanted(spec).network
    return {
        "description": ranges.description(spec, tags=False),
        "network": told if "/" in told else f"global/networks/{told}",
        "bgp": {"asn": PARTNERS_ASN},
    }


def line_body(spec: Spec, name: str) -> dict[str, Any]:
    want = wanted(spec)
    return {
        "type_": "PARTNER",
        "router": f"regions/{spec.region}/routers/{name}",
        "edge_availability_domain": want.domain,
        "mtu": want.mtu,
        "admin_enabled": True,  # goes live as soon as the partner is done
        "labels": labels.wanted(spec),
    }


def changes(router: Any, line: Any, spec: Spec) -> list[Change]:  # noqa: ANN401 - SDK
    want = wanted(spec)
    have = {
        "network": link(router.network),
        "domain": str(line.edge_availability_domain),
        "mtu": int(line.mtu or 0),
        "switched_on": bool(line.admin_enabled),
    }
    need = {
        "network": link(want.network),
        "domain": want.domain,
        "mtu": want.mtu,
        "switched_on": True,
    }
    out = [
        Change(field=k, actual=have[k], wanted=v, replaces=k in {"network", "domain"})
        for k, v in need.items()
        if have[k] != v
    ]
    differing = labels.changed(dict(line.labels), labels.wanted(spec))
    return out + [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]


def owner(router: Any) -> str:  # noqa: ANN401 - an SDK message
    return ranges.described(str(router.description)).get(labels.OWNERSHIP, "")


def resource(ref: Ref, router: Any, line: Any) -> Resource:  # noqa: ANN401 - SDK messages
    state = str(line.state)
    outputs = {
        "attachment": ref.id,
        "router": ref.id,
        "region": ref.region,
        "availability_domain": str(line.edge_availability_domain),
        "google_address": str(line.cloud_router_ip_address),
        "customer_address": str(line.customer_router_ip_address),
        "bandwidth": str(line.bandwidth),
    }
    known = {"ACTIVE": Status.READY, "DEFUNCT": Status.FAILED}
    detail = WAITING.get(state, state.lower() or "being built").format(name=ref.id)
    status = known.get(state, Status.PENDING)
    return Resource(
        ref=ref,
        instance=owner(router),
        status=status,
        outputs={key: value for key, value in outputs.items() if value},
        detail="" if status is Status.READY else detail,
        awaits=AWAITED.get(state),
    )


def unfinished(ref: Ref, router: Any, build: Build | None) -> Resource:  # noqa: ANN401 - SDK
    failure = build.failure if build else None
    return Resource(
        ref=ref,
        instance=owner(router) if router is not None else labels.instance_of(ref.id),
        status=Status.FAILED if failure else Status.PENDING,
        detail=str(failure or "being built"),
    )
