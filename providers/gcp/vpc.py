"""What a network is made of at Google, how that differs from a spec, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from providers.gcp import labels, ranges
from providers.gcp.operations import Build
from providers.gcp.piece import link
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "network"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one network, and what there is of each."""

    network: Any
    subnet: Any
    rule: Any


def body(spec: Spec) -> dict[str, Any]:
    return {
        "description": ranges.description(spec, tags=False),
        "auto_create_subnetworks": False,
        "routing_config": {"routing_mode": "REGIONAL"},
    }


def changes(found: Pieces, want: ranges.Wanted, spec: Spec) -> list[Change]:
    out = []
    if found.subnet is not None:
        have = str(found.subnet.ip_cidr_range)
        if have != want.cidr:
            wider = ranges.widens(have, want.cidr)
            out.append(Change(field="cidr", actual=have, wanted=want.cidr, replaces=not wider))
    if found.rule is not None:
        sources = sorted(str(source) for source in found.rule.source_ranges)
        if sources != sorted(want.sources):
            out.append(Change(field="allow_from", actual=sources, wanted=sorted(want.sources)))
        have_tags = ranges.described(str(found.rule.description))
        differing = labels.changed(have_tags, labels.wanted(spec))
        out += [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]
    return out


def owner(network: Any) -> str:  # noqa: ANN401 - an SDK message
    return ranges.described(str(network.description)).get(labels.OWNERSHIP, "")


def resource(ref: Ref, found: Pieces) -> Resource:
    whose = owner(found.network)
    outputs = {
        "network": ref.id,
        "subnet": link(found.subnet.self_link or ref.id),
        "cidr": str(found.subnet.ip_cidr_range),
        "region": ref.region,
    }
    return Resource(
        ref=ref,
        instance=whose,
        status=Status.READY,
        outputs={key: value for key, value in outputs.items() if value},
        detail="" if whose else "does not say that it is ours",
    )


def unfinished(ref: Ref, found: Pieces, build: Build | None, detail: str) -> Resource:
    failure = build.failure if build else None
    there = found.network is not None
    return Resource(
        ref=ref,
        instance=owner(found.network) if there else labels.instance_of(ref.id),
        status=Status.FAILED if failure else Status.PENDING,
        detail=str(failure or detail),
    )
