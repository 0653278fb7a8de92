"""AWS on the emulator, what each kind is asked for there, and a plain client."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from fixtures.aws_emulator import REGION, AwsEmulator
from fixtures.aws_strangers import strip
from fixtures.provider_cases import Case, Stripped, by_kind
from fixtures.provider_worlds import a_spec
from providers import Provider, connect

LINE = {
    "carrier": "GlobalConnect",
    "peering_location": "Oslo",
    "bandwidth_mbps": 100,
    "vlan_id": 100,
    "peer_asn": 65010,
    "primary_prefix": "10.9.0.0/30",
}
a_case = partial(Case, region=REGION)
CASES = by_kind(
    a_case(
        kind="virtual-machine",
        parameters={"size": "t3.micro", "image": "debian-12", "disk_gb": 20},
        changed={"size": "t3.small", "image": "debian-12", "disk_gb": 40},
        create="ec2.RunInstances",
        delete="ec2.TerminateInstances",
        adopt="ec2.CreateTags",
        late="ec2.RunInstances",
    ),
    a_case(
        kind="object-storage",
        parameters={"storage_class": "standard", "expire_days": 30},
        changed={"storage_class": "cold", "versioning": False, "keep_days": 30},
        create="s3.CreateBucket",
        delete="s3.DeleteBucket",
        adopt="s3.PutBucketTagging",
    ),
    a_case(
        kind="network",
        parameters={"cidr": "10.20.0.0/24"},
        changed={
            "cidr": "10.20.0.0/24",
            "subnets": {"default-a": "10.20.0.0/25", "default-b": "10.20.0.128/25"},
            "allow_from": ["10.8.0.0/16"],
        },
        create="ec2.CreateVpc",
        delete="ec2.DeleteVpc",
        adopt="ec2.CreateTags",
    ),
    a_case(
        kind="private-connection",
        parameters=LINE,
        changed={**LINE, "mtu": 8500, "announce": ["10.30.0.0/25"]},
        create="directconnect.CreateDirectConnectGateway",
        delete="ec2.DetachVpnGateway",
        late="directconnect.CreateDirectConnectGatewayAssociation",
        several=True,
    ),
    a_case(
        kind="workspace",
        parameters={"user": "kari.nordmann", "size": "standard"},
        changed={"user": "kari.nordmann", "size": "power", "start_on_connect": False},
        create="workspaces.CreateWorkspaces",
        delete="workspaces.TerminateWorkspaces",
        late="workspaces.CreateWorkspaces",
    ),
    a_case(
        kind="database",
        parameters={"size": "db.t4g.medium", "version": "17", "disk_gb": 20},
        changed={"size": "db.m6g.large", "disk_gb": 40, "high_availability": True},
        create="rds.CreateDBInstance",
        delete="rds.DeleteDBInstance",
        adopt="rds.AddTagsToResource",
        late="rds.CreateDBInstance",
        several=True,
    ),
)


def furnished(aws: AwsEmulator, case: Case) -> Case:
    """`case` with what it stands on: a connection needs a network to lead into."""
    if case.kind != "private-connection":
        return case
    ec2 = aws.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.30.0.0/24")["Vpc"]["VpcId"]
    into = {"network": network}
    return replace(case, parameters=case.parameters | into, changed=case.changed | into)


@pytest.fixture
def aws(aws_sandbox) -> Provider:
    return connect("aws", aws_sandbox)


@pytest.fixture
def connected(aws) -> Provider:
    return aws


@pytest.fixture
def stripped() -> Stripped:
    return strip


@pytest.fixture
def site(aws_emulator) -> AwsEmulator:
    return aws_emulator


@pytest.fixture
def cases_of() -> dict[str, Case]:
    """Each kind's case as it stands, where no cloud is asked."""
    return CASES


@pytest.fixture
def cases(aws_emulator) -> dict[str, Case]:
    """Each kind's case, on an emulator that has what it stands on."""
    found = {kind: furnished(aws_emulator, case) for kind, case in CASES.items()}
    aws_emulator.overlay.calls.clear()
    return found


@pytest.fixture
def ec2(aws_emulator):
    return aws_emulator.client("ec2")


@pytest.fixture
def ready(aws, aws_emulator):
    ref = aws.apply(a_spec()).ref
    aws_emulator.settle()
    return aws.read(ref)


@pytest.fixture
def tags():
    def read(described):
        return {t["Key"]: t["Value"] for t in described.get("Tags", [])}

    return read
