"""A virtual machine on AWS: what it always is, and what is refused."""

from __future__ import annotations

import pytest

from fixtures.provider_worlds import a_spec
from providers.errors import InvalidSpec
from providers.types import Status

OURS = "grunnmur:instance"


def test_it_is_private_encrypted_and_tagged_whatever_was_asked(aws, aws_emulator, ec2, tags):
    aws.apply(a_spec())
    [machine] = aws_emulator.machines()
    [volume] = ec2.describe_volumes()["Volumes"]
    assert machine.get("PublicIpAddress") is None
    assert all(
        "Association" not in nic or not nic["Association"] for nic in machine["NetworkInterfaces"]
    )
    assert machine["MetadataOptions"]["HttpTokens"] == "required"
    assert volume["Encrypted"] is True
    assert (volume["Size"], volume["VolumeType"]) == (20, "gp3")
    assert machine["BlockDeviceMappings"][0]["Ebs"]["DeleteOnTermination"] is True
    assert volume["Attachments"][0]["Device"] == "/dev/xvda"
    wanted = {
        "Name": "web-1",
        OURS: "0123456789abcdef0123456789abcdef",
        "grunnmur:order": "GM-2026-000001",
        "grunnmur:item": "1",
        "grunnmur:agency": "roads",
    }
    assert tags(machine) == wanted
    assert tags(volume) == wanted


@pytest.mark.parametrize(
    "parameters", [{"encrypted": False}, {"public": True}, {"metadata": "v1"}, {"user_data": "x"}]
)
def test_what_keeps_it_safe_cannot_be_switched_off(aws, aws_emulator, parameters):
    spec = a_spec()
    with pytest.raises(InvalidSpec, match=next(iter(parameters))):
        aws.apply(a_spec(parameters={**spec.parameters, **parameters}))
    assert aws_emulator.machines() == []


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"size": "huge"}, "size"),
        ({"size": None}, "size"),
        ({"image": "windows-95"}, "image"),
        ({"image": 7}, "image"),
        ({"disk_gb": 7}, "disk_gb"),
        ({"disk_gb": "20"}, "disk_gb"),
        ({"disk_gb": True}, "disk_gb"),
        ({"disk_gb": 1_000_000}, "disk_gb"),
    ],
)
def test_a_wrong_parameter_is_named_before_anything_is_asked(aws, aws_emulator, parameters, named):
    spec = a_spec(parameters={**a_spec().parameters, **parameters})
    for verb in (aws.preview, aws.apply):
        with pytest.raises(InvalidSpec, match=named):
            verb(spec)
    assert aws_emulator.overlay.calls.report()["counts"] == {}


def test_a_size_that_only_aws_can_refuse_is_refused(aws, aws_emulator):
    with pytest.raises(InvalidSpec, match=r"t9\.mega"):
        aws.apply(a_spec(parameters={**a_spec().parameters, "size": "t9.mega"}))
    assert aws_emulator.machines() == []


def test_a_region_outside_the_account_is_refused(aws):
    with pytest.raises(InvalidSpec, match="us-east-1"):
        aws.apply(a_spec(region="us-east-1"))


def test_tags_that_aws_would_refuse_are_refused(aws):
    with pytest.raises(InvalidSpec, match="too long"):
        aws.apply(a_spec(tags={"order": "x" * 300}))
    with pytest.raises(InvalidSpec, match="tags"):
        aws.apply(a_spec(tags={f"k{n}": "v" for n in range(60)}))


def test_an_alias_is_the_newest_image_of_its_publisher_and_nobody_elses(aws, aws_emulator, ec2):
    ec2.register_image(
        Name="debian-12-amd64-99999999-1", RootDeviceName="/dev/xvda"
    )  # a stranger's
    aws.apply(a_spec())
    [machine] = aws_emulator.machines()
    [image] = ec2.describe_images(ImageIds=[machine["ImageId"]])["Images"]
    assert image["OwnerId"] == "136693071363"
    assert image["Name"] == "debian-12-amd64-20250814-2204"


def test_what_the_customer_gets_to_know(ready, aws_emulator):
    [machine] = aws_emulator.machines()
    assert ready.status is Status.READY
    assert ready.detail == ""
    assert ready.outputs == {
        "instance_id": machine["InstanceId"],
        "private_ip": machine["PrivateIpAddress"],
        "region": "eu-west-1",
        "availability_zone": machine["Placement"]["AvailabilityZone"],
        "instance_type": "t3.micro",
        "image_id": machine["ImageId"],
    }
