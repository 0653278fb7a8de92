"""What EC2 refuses is refused, and what the emulator does not offer is said to be so."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


@pytest.fixture
def patient(aws_emulator):
    """A client that retries whatever the SDK holds for worth it."""
    made = []

    def client(service: str):
        config = Config(proxies={}, retries={"total_max_attempts": 5, "mode": "standard"})
        session = boto3.Session("a", "b", region_name="eu-west-1")
        made.append(session.client(service, endpoint_url=aws_emulator.url, config=config))
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("controltower.list_landing_zones", {}),  # json; moto lacks the service
        ("directconnect.describe_hosted_connections", {"connectionId": "x"}),  # json
        ("ec2.describe_capacity_blocks", {}),  # the protocol of EC2
        ("elasticbeanstalk.list_platform_branches", {}),  # query
        ("backup.list_backup_job_summaries", {}),  # rest-json
    ],
)
def test_what_is_not_offered_is_a_501_that_no_sdk_repeats(patient, refusal, operation, arguments):
    service, _, method = operation.partition(".")
    code, status, retries = refusal(getattr(patient(service), method), **arguments)
    assert (code, status, retries) == ("NotImplementedByEmulator", 501, 0)


def test_unknown_sizes_and_images_are_refused(ec2, refusal):
    assert refusal(ec2.run, size="t9.mega")[:2] == ("InvalidParameterValue", 400)
    assert refusal(ec2.run, ImageId="ami-0123456789abcdef0")[0] == "InvalidAMIID.NotFound"
    assert ec2.ids() == []


def test_an_image_belongs_to_its_region(ec2, aws_emulator, refusal):
    elsewhere = type(ec2)(aws_emulator.client("ec2", "eu-central-1"))
    assert refusal(ec2.run, ImageId=elsewhere.image)[0] == "InvalidAMIID.NotFound"


def test_a_size_that_is_not_offered_in_the_region_is_refused(aws_emulator, ec2, refusal):
    rare = type(ec2)(aws_emulator.client("ec2", "eu-north-1"))
    assert refusal(rare.run, size="t2.micro")[0] == "Unsupported"


def test_a_disk_does_not_shrink(ec2, refusal):
    volume = ec2.client.create_volume(AvailabilityZone="eu-west-1a", Size=20)["VolumeId"]
    ec2.client.modify_volume(VolumeId=volume, Size=30)
    assert refusal(ec2.client.modify_volume, VolumeId=volume, Size=10)[0] == "InvalidParameterValue"


def test_debian_is_there_under_its_real_publisher(ec2):
    asked = [{"Name": "name", "Values": ["debian-12-amd64-*"]}]
    found = ec2.client.describe_images(Owners=["136693071363"], Filters=asked)["Images"]
    assert len(found) > 1, "newest first must mean something"
    assert {i["OwnerId"] for i in found} == {"136693071363"}
    assert {i["RootDeviceName"] for i in found} == {"/dev/xvda"}
    amazon = ec2.client.describe_images(Owners=["amazon"])["Images"]
    assert all(i["Name"].startswith("al2023") for i in amazon)


def test_an_action_that_aws_does_not_know_is_refused(aws_emulator):
    ec2 = aws_emulator.client("ec2")

    def misspell(params, **_):
        params["body"]["Action"] = "RunInstanzes"

    ec2.meta.events.register("before-call.ec2.DescribeTags", misspell)
    try:
        with pytest.raises(ClientError) as refused:
            ec2.describe_tags()
    finally:
        ec2.meta.events.unregister("before-call.ec2.DescribeTags", misspell)
    assert refused.value.response["Error"]["Code"] == "InvalidAction"


def test_a_describe_comes_in_pages(ec2):
    for n in range(5):
        ec2.run(f"t-{n}")
    page = ec2.client.describe_instances(MaxResults=5)
    assert "NextToken" not in page or page["NextToken"]
    pages = ec2.client.get_paginator("describe_instances").paginate(
        PaginationConfig={"PageSize": 5}
    )
    assert sum(len(p["Reservations"]) for p in pages) == 5
