"""The network that a private connection leads into: it must be there, and have no other."""

from __future__ import annotations

from typing import Any

from providers.aws import told
from providers.aws.refused import fine
from providers.aws.told import Told
from providers.errors import Conflict, InvalidSpec

ABSENT = frozenset({"InvalidVpcID.NotFound", "InvalidVpcID.Malformed"})


def check(ec2: Any, network: str) -> None:  # noqa: ANN401 - a boto3 client
    """Raises InvalidSpec and Conflict, while nothing has been made yet."""
    found: list[Told] = []
    with fine(ABSENT):
        found = told.each(ec2.describe_vpcs(VpcIds=[network]), "Vpcs")
    if not found:
        raise InvalidSpec(f"network {network} is not in {ec2.meta.region_name}; name one that is")
    filters = [
        {"Name": "attachment.vpc-id", "Values": [network]},
        {"Name": "attachment.state", "Values": ["attaching", "attached"]},
    ]
    if told.each(ec2.describe_vpn_gateways(Filters=filters), "VpnGateways"):
        raise taken(network)


def taken(network: str) -> Conflict:
    return Conflict(f"network {network} has a private connection already; it takes one")
