"""Which machine is whose, and how it is found."""

from __future__ import annotations

import pytest

from fixtures.provider_worlds import a_spec
from providers.aws import virtual_machine
from providers.errors import Conflict
from providers.types import Ref, Status

OURS = "grunnmur:instance"


def test_without_our_tag_a_machine_is_neither_listed_nor_removed_but_found_again(
    aws, ec2, ready, tags
):
    ec2.delete_tags(Resources=[ready.ref.id], Tags=[{"Key": OURS}])
    assert list(aws.inventory()) == []
    told = aws.read(ready.ref)
    assert (told.instance, told.status) == ("", Status.READY)
    assert "tag" in told.detail
    with pytest.raises(Conflict, match=OURS):
        aws.delete(ready.ref)
    assert aws.apply(a_spec()).ref == ready.ref  # by its client token
    assert [r.ref for r in aws.inventory()] == [ready.ref]
    aws.delete(ready.ref)


def test_strangers_are_none_of_ours(aws, aws_emulator, ec2, ready):
    [machine] = aws_emulator.machines()
    stranger = ec2.run_instances(ImageId=machine["ImageId"], MinCount=1, MaxCount=1)["Instances"][0]
    assert [r.ref for r in aws.inventory()] == [ready.ref]
    with pytest.raises(Conflict):
        aws.delete(Ref(kind="virtual-machine", region="eu-west-1", id=stranger["InstanceId"]))


def test_inventory_covers_every_region_of_the_account_page_by_page(aws, aws_emulator, monkeypatch):
    monkeypatch.setattr(virtual_machine, "PAGE", 5)
    here = {f"{n:032x}": "eu-west-1" for n in range(12)}
    there = {f"{n:032x}": "eu-central-1" for n in range(100, 103)}
    for instance, region in {**here, **there}.items():
        aws.apply(a_spec(instance=instance, region=region))
    aws_emulator.overlay.calls.clear()
    found = list(aws.inventory())
    assert len(found) == 15
    assert {r.instance: r.ref.region for r in found} == {**here, **there}
    assert aws_emulator.calls("ec2.DescribeInstances") >= 4


def test_finding_one_costs_the_same_however_many_there_are(aws, aws_emulator):
    def calls() -> dict[str, int]:
        aws_emulator.overlay.calls.clear()
        aws.apply(a_spec())
        return aws_emulator.overlay.calls.report()["counts"]

    aws.apply(a_spec())
    alone = calls()
    for n in range(8):
        aws.apply(a_spec(instance=f"{n:032x}"))
    assert calls() == alone
    assert alone == {"ec2.DescribeTags": 1, "ec2.DescribeInstances": 1, "ec2.DescribeVolumes": 1}


def test_of_several_machines_the_one_under_our_token_counts(aws, ec2, ready):
    [machine] = ec2.describe_instances(InstanceIds=[ready.ref.id])["Reservations"][0]["Instances"]
    labels = [{"Key": OURS, "Value": a_spec().instance}]
    ec2.run_instances(
        ImageId=machine["ImageId"],
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": labels}],
    )
    assert aws.apply(a_spec()).ref == ready.ref
    assert len(list(aws.inventory())) == 2


def test_a_newer_image_between_two_tries_is_no_other_machine(aws, aws_emulator, ec2, monkeypatch):
    """The look-up may not see the first machine yet; its token was used with the older image."""
    first = aws.apply(a_spec())
    found = virtual_machine.VirtualMachine._find  # noqa: SLF001 - EC2's index lags, the emulator's not
    calls = []

    def late(self, client, spec):
        calls.append(1)
        return None if len(calls) == 1 else found(self, client, spec)

    monkeypatch.setattr(virtual_machine.VirtualMachine, "_find", late)
    newer = a_spec(parameters={**a_spec().parameters, "image": "debian-13"})
    assert aws.apply(newer).ref == first.ref
    assert len(aws_emulator.machines()) == 1


def test_a_machine_removed_behind_our_back_comes_back_only_as_a_new_attempt(
    aws, aws_emulator, ec2, ready
):
    ec2.terminate_instances(InstanceIds=[ready.ref.id])
    aws_emulator.settle()
    assert aws.read(ready.ref) is None
    with pytest.raises(Conflict, match="attempt 2"):
        aws.apply(a_spec())
    assert aws.apply(a_spec(attempt=2)).ref != ready.ref
