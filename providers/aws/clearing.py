"""A VPC is removed with all that is in it, when nobody uses it."""

from __future__ import annotations

from typing import Any

from providers.aws import told, vpc
from providers.aws.refused import fine
from providers.aws.vpc import Found
from providers.errors import Conflict
from providers.types import Ref

ABSENT = frozenset({"InvalidVpcID.NotFound", "InvalidVpcID.Malformed", "InvalidVpcId.Malformed"})
GONE = frozenset({"InvalidSubnetID.NotFound", "InvalidGroup.NotFound", "InvalidGroupId.Malformed"})


def remove(ec2: Any, found: Found) -> None:  # noqa: ANN401 - a boto3 client
    for subnet in found.subnets:
        with fine(GONE):
            ec2.delete_subnet(SubnetId=told.text(subnet, "SubnetId"))
    for group in found.groups:
        if told.text(group, "GroupName") != "default":  # which goes with the VPC
            with fine(GONE):
                ec2.delete_security_group(GroupId=told.text(group, "GroupId"))
    with fine(ABSENT):
        ec2.delete_vpc(VpcId=found.id)


def check_unused(ec2: Any, ref: Ref, found: Found) -> None:  # noqa: ANN401 - a boto3 client
    """Raises Conflict before anything of it goes."""
    for what in vpc.beside(found) if found.adopted else []:
        raise Conflict(f"network {ref.id} has {what} that others made; remove that first")
    filters = [{"Name": "vpc-id", "Values": [ref.id]}]
    for user in vpc.each(ec2, "describe_network_interfaces", "NetworkInterfaces", Filters=filters):
        by = told.text(user, "Attachment", "InstanceId") or told.text(user, "Description")
        raise Conflict(
            f"network {ref.id} is in use by {by or told.text(user, 'NetworkInterfaceId')}; "
            "remove that first"
        )
