"""A machine as these tests ask EC2 for it: with boto3 alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

DEBIAN = "136693071363"


@dataclass
class Ec2:
    """EC2 of one region, asked by a plain boto3 client."""

    client: Any

    @property
    def image(self) -> str:
        return self.client.describe_images(Owners=[DEBIAN])["Images"][0]["ImageId"]

    def run(self, key: str = "t-1", size: str = "t3.micro", **more: Any) -> dict[str, Any]:
        asked = {"ImageId": self.image, "InstanceType": size, "ClientToken": key, **more}
        return self.client.run_instances(MinCount=1, MaxCount=1, **asked)["Instances"][0]

    def machine(self, id_: str) -> dict[str, Any]:
        found = self.client.describe_instances(InstanceIds=[id_])["Reservations"]
        return found[0]["Instances"][0]

    def state(self, id_: str) -> str:
        return self.machine(id_)["State"]["Name"]

    def ids(self, *states: str) -> list[str]:
        filters = [{"Name": "instance-state-name", "Values": list(states)}] if states else []
        pages = self.client.get_paginator("describe_instances").paginate(Filters=filters)
        return [i["InstanceId"] for p in pages for r in p["Reservations"] for i in r["Instances"]]


@pytest.fixture
def ec2(aws_emulator):
    return Ec2(aws_emulator.client("ec2"))


def refusal(call, *arguments, **named) -> tuple[str, int, int]:
    """Code, HTTP status and SDK retries of the refusal that `call` ends in."""
    with pytest.raises(ClientError) as refused:
        call(*arguments, **named)
    meta = refused.value.response["ResponseMetadata"]
    code = refused.value.response["Error"]["Code"]
    return code, meta["HTTPStatusCode"], meta["RetryAttempts"]


@pytest.fixture(name="refusal")
def _refusal():
    return refusal
