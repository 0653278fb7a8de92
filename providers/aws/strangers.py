"""Networks at AWS without our tag: described as an order would ask for them, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from providers.aws import ranges, tags, told, vpc
from providers.aws.vpc import Found
from providers.errors import InvalidSpec
from providers.types import Ref, Spec, Stranger


def network(found: Found, region: str, landing_zone: str) -> Iterator[Stranger]:
    """A VPC with its subnets; `landing_zone` is the subnet that orders are placed in."""
    inside = [told.text(subnet, "SubnetId") for subnet in found.subnets]
    if landing_zone in inside:
        return
    labels = tags.as_dict(found.vpc.get("Tags"))
    cidr = told.text(found.vpc, "CidrBlock")
    yield Stranger(
        ref=Ref(kind=vpc.KIND, region=region, id=found.id),
        name=labels.get("Name", ""),
        tags=labels,
        parameters={"cidr": cidr} if _orderable(cidr) else {},
        networks=(found.id, *inside),
    )


def mark(ec2: Any, found: Found, spec: Spec) -> None:  # noqa: ANN401 - a boto3 client
    """Our tags on it; what others have in it stays unmarked, and what we made gets them back."""
    labels = tags.wanted(spec) | ({vpc.ADOPTED: "yes"} if found.adopted else {})
    ec2.create_tags(Resources=[found.id], Tags=tags.as_list(labels))
    if not found.adopted and found.whole:
        ec2.create_tags(Resources=found.ids, Tags=tags.as_list(labels))


def _orderable(cidr: str) -> bool:
    """Whether an order could ask for just this range."""
    asked = Spec(instance="", kind=vpc.KIND, region="", parameters={"cidr": cidr})
    try:
        ranges.wanted(asked)
    except InvalidSpec:
        return False
    return True
