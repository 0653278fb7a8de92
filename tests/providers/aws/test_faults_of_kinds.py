"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import pytest

from fixtures.aws_emulator import AwsEmulator
from fixtures.deliveries import (
    EVERY,
    EXPECTED,
    MANY,
    Delivery,
    Faults,
    check_all_struck,
    check_struck,
)
from providers.errors import Unavailable

AT_ONCE = ("throttle", "error", "reset", "lost", "delay", "quota", "no-capacity")
READING = ("Describe", "Get", "List", "Head")
KINDS = (
    "virtual-machine",
    "object-storage",
    "database",
    "network",
    "private-connection",
    "workspace",
)
# a bucket is born with its tags, closed and encrypted
BORN = frozenset({"s3.PutBucketTagging", "s3.PutPublicAccessBlock", "s3.PutBucketEncryption"})
LIVE = ("pending", "running", "stopping", "stopped")


def called(aws: AwsEmulator) -> list[str]:
    """The titles of what was called since the last count; then count from nothing."""
    titles = aws.overlay.calls.titles()
    aws.overlay.calls.clear()
    return titles


def faults(titles: list[str], late: str) -> Faults:
    return Faults(
        titles,
        reads=lambda title: title.partition(".")[2].startswith(READING),
        kinds=lambda title: (*AT_ONCE, "async-error") if title == late else AT_ONCE,
    )


@dataclass
class Pieces:
    """What there is in the cloud itself, by sort, whoever owns it."""

    aws: AwsEmulator

    def __call__(self) -> Counter[str]:
        ask = self.aws.client
        rds, ec2 = ask("rds"), ask("ec2")
        ours = [{"Name": "tag-key", "Values": ["grunnmur:instance"]}]
        dx, alive = ask("directconnect"), [{"Name": "state", "Values": ["available", "pending"]}]
        found = {
            "machines": self.aws.machines(states=LIVE),
            "desktops": ask("workspaces").describe_workspaces()["Workspaces"],
            "gateways": dx.describe_direct_connect_gateways()["directConnectGateways"],
            "connections": dx.describe_connections()["connections"],
            "interfaces": dx.describe_virtual_interfaces()["virtualInterfaces"],
            "edges": ec2.describe_vpn_gateways(Filters=alive)["VpnGateways"],
            "networks": ec2.describe_vpcs(Filters=ours)["Vpcs"],
            "subnets": ec2.describe_subnets(Filters=ours)["Subnets"],
            "groups": ec2.describe_security_groups(Filters=ours)["SecurityGroups"],
            "buckets": ask("s3").list_buckets()["Buckets"],
            "logins": ask("iam").list_users()["Users"],
            "databases": rds.describe_db_instances()["DBInstances"],
            "parameters": rds.describe_db_parameter_groups()["DBParameterGroups"],
            "subnet groups": rds.describe_db_subnet_groups()["DBSubnetGroups"],
        }
        return +Counter({name: len(several) for name, several in found.items()})


@pytest.fixture
def pieces(aws_emulator):
    return Pieces(aws_emulator)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(aws, cases, pieces, kind, every):
    case, aws_emulator = cases[kind], pieces.aws
    before = Delivery(aws, aws_emulator.settle, case.spec)
    before.deliver()
    titles, whole = called(aws_emulator), pieces()
    assert case.create in titles
    before.remove(before.made)
    for number, rule in enumerate(faults(titles, case.late).each(every=every)):
        aws_emulator.fault(**rule)
        spec = replace(case.spec, instance=f"{number:032x}")
        delivery = Delivery(aws, aws_emulator.settle, spec)
        ready = delivery.deliver()
        check_struck(aws_emulator.overlay.faults.report(), delivery, rule)
        assert pieces() == whole, rule
        assert list(aws.by_kind[kind].inventory()) == [ready], rule
        assert list(aws.preview(delivery.spec)) == [], rule
        aws_emulator.overlay.faults.clear()
        delivery.remove(ready)
        assert pieces() == {}, rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(aws, cases, pieces, kind, every):
    case, aws_emulator = cases[kind], pieces.aws
    delivery = Delivery(aws, aws_emulator.settle, case.spec)
    ready = delivery.deliver()
    called(aws_emulator)
    delivery.remove(ready)
    for number, rule in enumerate(faults(called(aws_emulator), "").each(every=every)):
        spec = replace(case.spec, instance=f"{number:032x}")
        ready = Delivery(aws, aws_emulator.settle, spec).deliver()
        aws_emulator.overlay.faults.clear()
        aws_emulator.fault(**rule)
        delivery = Delivery(aws, aws_emulator.settle, spec)
        delivery.remove(ready)
        check_struck(aws_emulator.overlay.faults.report(), delivery, rule)
        assert pieces() == {}, rule
        assert list(aws.by_kind[kind].inventory()) == [], rule


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_every_call_on_one_way_and_back_ends_as_one_and_as_nothing(
    aws, cases, pieces, kind
):
    case, aws_emulator = cases[kind], pieces.aws
    first = Delivery(aws, aws_emulator.settle, case.spec)
    ready = first.deliver()
    way, whole = faults(called(aws_emulator), case.late), pieces()
    called(aws_emulator)
    first.remove(ready)
    back = faults(called(aws_emulator), "")
    spec = replace(case.spec, instance="a" * 32)
    delivery = Delivery(aws, aws_emulator.settle, spec, steps=MANY)
    aws_emulator.overlay.faults.add(way.together())
    ready = delivery.deliver()
    check_all_struck(aws_emulator.overlay.faults.report(), delivery, right=BORN)
    assert pieces() == whole
    assert list(aws.by_kind[kind].inventory()) == [ready]
    aws_emulator.overlay.faults.clear()
    delivery.met.clear()
    aws_emulator.overlay.faults.add(back.together())
    delivery.remove(ready)
    check_all_struck(aws_emulator.overlay.faults.report(), delivery)
    assert pieces() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_storm_of_lost_answers_never_makes_a_second(aws, aws_emulator, cases, pieces, kind):
    met, before = 0, pieces()
    often = 0.1 if cases[kind].several else 0.25
    for seed in range(3):
        spec = replace(cases[kind].spec, instance=f"{seed:032x}")
        aws_emulator.fault(match=".*", kind="lost", probability=often, seed=seed)
        delivery = Delivery(aws, aws_emulator.settle, spec)
        ready = delivery.deliver()
        aws_emulator.overlay.faults.clear()
        assert set((pieces() - before).values()) <= {1, 2}, seed
        assert list(aws.by_kind[kind].inventory()) == [ready], seed
        met += len(delivery.met)
        delivery.remove(ready)
        assert pieces() == before
    assert met


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_while_the_cloud_is_away_forgets_nothing(aws, aws_emulator, cases, pieces, kind):
    delivery = Delivery(aws, aws_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    aws_emulator.fault(match=".*", kind="reset", times=None)
    with pytest.raises(Unavailable):
        aws.delete(ready.ref)
    with pytest.raises(Unavailable):
        aws.read(ready.ref)
    with pytest.raises(Unavailable):
        list(aws.inventory())
    aws_emulator.overlay.faults.clear()
    assert aws.read(ready.ref) == ready
    delivery.remove(ready)
    assert pieces() == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["quota", "no-capacity"])
def test_what_stays_refused_has_its_remedy_and_can_be_given_up(aws, cases, pieces, kind, fault):
    """Held for want of room, and then cancelled: nothing is left."""
    aws_emulator = pieces.aws
    aws_emulator.fault(match=cases[kind].create, kind=fault, times=None)
    delivery = Delivery(aws, aws_emulator.settle, cases[kind].spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == EXPECTED[fault]
    aws_emulator.overlay.faults.clear()
    for left in list(aws.by_kind[kind].inventory()):
        assert left.instance == delivery.spec.instance
        delivery.remove(left)
    assert pieces() == {}


def test_the_laws_of_faults_look_at_every_kind(cases):
    assert set(KINDS) == set(cases)
