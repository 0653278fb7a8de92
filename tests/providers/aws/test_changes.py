"""Drift and modify: what differs is told, and put right one step at a time."""

from __future__ import annotations

import pytest

from fixtures.provider_worlds import a_spec, bigger
from providers.errors import InvalidSpec
from providers.types import Change, Status

OURS = "grunnmur:instance"


def test_an_image_may_be_named_by_its_id(aws, aws_emulator, ec2):
    [image] = ec2.describe_images(Filters=[{"Name": "name", "Values": ["debian-13-*"]}])["Images"]
    spec = a_spec(parameters={**a_spec().parameters, "image": image["ImageId"]})
    aws.apply(spec)
    assert aws_emulator.machines()[0]["ImageId"] == image["ImageId"]
    assert aws.preview(spec) == []
    other = a_spec(parameters={**spec.parameters, "image": "ami-0123456789abcdef0"})
    [change] = aws.preview(other)
    assert (change.field, change.replaces) == ("image", True)
    with pytest.raises(InvalidSpec, match="in place"):
        aws.apply(other)
    with pytest.raises(InvalidSpec, match="ami-0123456789abcdef0"):
        aws.apply(a_spec(instance="f" * 32, parameters=other.parameters))


def test_a_new_size_takes_a_stop_and_a_start_one_step_with_each_apply(aws, aws_emulator, ready):
    spec = a_spec(parameters={**a_spec().parameters, "size": "t3.small"})
    assert aws.preview(spec) == [Change(field="size", actual="t3.micro", wanted="t3.small")]
    told = []
    for _ in range(4):
        now = aws.apply(spec)
        again = aws.apply(spec)
        assert (again.ref, again.status) == (now.ref, now.status)
        told.append((aws_emulator.machines()[0]["State"]["Name"], now.status))
        aws_emulator.settle()
    assert told == [
        ("stopping", Status.PENDING),
        ("pending", Status.PENDING),
        ("running", Status.READY),
        ("running", Status.READY),
    ]
    assert aws.preview(spec) == []
    assert aws.read(ready.ref).outputs["instance_type"] == "t3.small"
    assert aws_emulator.calls("ec2.StopInstances") == aws_emulator.calls("ec2.StartInstances") == 1


def test_a_disk_grows_in_place_and_does_not_shrink(aws, ec2, ready):
    grown = a_spec(parameters={**a_spec().parameters, "disk_gb": 50})
    aws.apply(grown)
    assert [v["Size"] for v in ec2.describe_volumes()["Volumes"]] == [50]
    assert aws.preview(grown) == []
    [change] = aws.preview(a_spec())
    assert change == Change(field="disk_gb", actual=50, wanted=20, replaces=True)
    with pytest.raises(InvalidSpec, match="disk_gb"):
        aws.apply(a_spec())
    assert aws.read(ready.ref) == ready


def test_tags_taken_off_or_changed_are_drift_and_are_put_right(aws, ec2, ready, tags):
    ec2.create_tags(Resources=[ready.ref.id], Tags=[{"Key": "grunnmur:agency", "Value": "parks"}])
    ec2.delete_tags(Resources=[ready.ref.id], Tags=[{"Key": "grunnmur:order"}])
    ec2.create_tags(Resources=[ready.ref.id], Tags=[{"Key": "their-own", "Value": "stays"}])
    assert {(c.field, c.actual, c.wanted) for c in aws.preview(a_spec())} == {
        ("tags.grunnmur:agency", "parks", "roads"),
        ("tags.grunnmur:order", None, "GM-2026-000001"),
    }
    aws.apply(a_spec())
    assert aws.preview(a_spec()) == []
    [machine] = ec2.describe_instances(InstanceIds=[ready.ref.id])["Reservations"][0]["Instances"]
    assert tags(machine)["their-own"] == "stays"


def test_a_stopped_machine_is_drift_and_is_started(aws, aws_emulator, ec2, ready):
    ec2.stop_instances(InstanceIds=[ready.ref.id])
    assert aws.read(ready.ref).status is Status.PENDING
    aws_emulator.settle()
    assert aws.read(ready.ref).detail == "stopped"
    assert [c.field for c in aws.preview(a_spec())] == ["power"]
    aws.apply(a_spec())
    aws_emulator.settle()
    assert aws.read(ready.ref) == ready


def test_a_modify_puts_the_new_order_on_machine_and_disk(aws, aws_emulator, ec2, ready, tags):
    changed = bigger(a_spec())
    for _ in range(4):
        aws.apply(changed)
        aws_emulator.settle()
    assert aws.preview(changed) == []
    [volume] = ec2.describe_volumes()["Volumes"]
    assert tags(volume)["grunnmur:order"] == "GM-2026-000002"
