"""AWS on the emulator, the worlds in which each kind is held to the laws, and a plain client.

A kind of several pieces is built and removed step by step, a step with each call: its world does
what whoever waits for it does, and asks again while time passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contract.world import Insistent

from fixtures.aws_emulator import REGION, AwsEmulator
from fixtures.aws_strangers import strip
from fixtures.provider_worlds import a_spec
from providers import Provider, connect
from providers.types import Ref, Resource, Spec

INSTANCE = "0123456789abcdef0123456789abcdef"
LINE = {
    "carrier": "GlobalConnect",
    "peering_location": "Oslo",
    "bandwidth_mbps": 100,
    "vlan_id": 100,
    "peer_asn": 65010,
    "primary_prefix": "10.9.0.0/30",
}
TAGS = {
    "order": "GM-2026-000001",
    "item": "1",
    "agency": "BYM",
    "cost_centre": "410123",
    "classification": "internal",
    "owner": "Kari Nordmann <kari@bym.example>",
    "expiry": "2027-01-31",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind: what to ask for, another that can be reached in place, and its main calls.

    late     the call that can be accepted and fail later; empty when all is done at once
    several  it takes more than one call to build or to remove
    """

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any]
    create: str
    delete: str
    late: str = ""
    adopt: str = ""
    several: bool = False

    @property
    def spec(self) -> Spec:
        """What to ask for; a connection leads into the network of `furnished`."""
        return Spec(
            instance=INSTANCE,
            kind=self.kind,
            region=REGION,
            parameters=self.parameters,
            name="Parkering web",
            tags=TAGS,
        )


CASES = {
    case.kind: case
    for case in (
        Case(
            kind="virtual-machine",
            parameters={"size": "t3.micro", "image": "debian-12", "disk_gb": 20},
            changed={"size": "t3.small", "image": "debian-12", "disk_gb": 40},
            create="ec2.RunInstances",
            delete="ec2.TerminateInstances",
            adopt="ec2.CreateTags",
            late="ec2.RunInstances",
        ),
        Case(
            kind="object-storage",
            parameters={"storage_class": "standard", "expire_days": 30},
            changed={"storage_class": "cold", "versioning": False, "keep_days": 30},
            create="s3.CreateBucket",
            delete="s3.DeleteBucket",
            adopt="s3.PutBucketTagging",
        ),
        Case(
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
        Case(
            kind="private-connection",
            parameters=LINE,
            changed={**LINE, "mtu": 8500, "announce": ["10.30.0.0/25"]},
            create="directconnect.CreateDirectConnectGateway",
            delete="ec2.DetachVpnGateway",
            late="directconnect.CreateDirectConnectGatewayAssociation",
            several=True,
        ),
        Case(
            kind="workspace",
            parameters={"user": "kari.nordmann", "size": "standard"},
            changed={"user": "kari.nordmann", "size": "power", "start_on_connect": False},
            create="workspaces.CreateWorkspaces",
            delete="workspaces.TerminateWorkspaces",
            late="workspaces.CreateWorkspaces",
        ),
        Case(
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
}


def furnished(aws: AwsEmulator, case: Case) -> Case:
    """`case` with what it stands on: a connection needs a network to lead into."""
    if case.kind != "private-connection":
        return case
    ec2 = aws.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.30.0.0/24")["Vpc"]["VpcId"]
    into = {"network": network}
    return replace(case, parameters=case.parameters | into, changed=case.changed | into)


@dataclass
class AwsWorld:
    aws: AwsEmulator
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.aws.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        calls = {"apply": self.case.create, "delete": self.case.delete, "adopt": self.case.adopt}
        self.aws.fault(match=calls[verb], kind="lost")

    def fail_build(self, detail: str) -> None:
        if not self.case.late:
            pytest.skip("AWS does all of it at once: no build can fail later")
        self.aws.fault(match=self.case.late, kind="async-error", message=detail)

    def strip(self, ref: Ref) -> None:
        strip(self.aws, ref)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters=self.case.changed, tags=tags)


def _built(provider: Provider, aws: AwsEmulator, spec: Spec, steps: int = 20) -> Resource:
    """Ask again and again, as a delivery does, until it is ready."""
    for _ in range(steps):
        resource = provider.apply(spec)
        if resource.status == "ready":
            return resource
        aws.settle()
    raise AssertionError(f"never ready: {resource}")


def _removed(provider: Provider, aws: AwsEmulator, ref: Ref, steps: int = 20) -> None:
    for _ in range(steps):
        provider.delete(ref)
        aws.settle()
        if provider.read(ref) is None:
            return
    raise AssertionError("never removed")


@pytest.fixture
def aws(aws_sandbox) -> Provider:
    return connect("aws", aws_sandbox)


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
def insistent() -> type[Insistent]:
    return Insistent


@pytest.fixture
def aws_world(aws_emulator: AwsEmulator) -> Callable[[Case, Provider], AwsWorld]:
    return lambda case, provider: AwsWorld(aws_emulator, case, provider)


@pytest.fixture
def built(aws: Provider, aws_emulator: AwsEmulator) -> Callable[[Spec], Resource]:
    return lambda spec: _built(aws, aws_emulator, spec)


@pytest.fixture
def removed(aws: Provider, aws_emulator: AwsEmulator) -> Callable[[Ref], None]:
    return lambda ref: _removed(aws, aws_emulator, ref)


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
