"""AWS on the emulator, and a plain client to look behind it."""

from __future__ import annotations

import pytest

from fixtures.provider_worlds import a_spec
from providers import connect


@pytest.fixture
def aws(aws_sandbox):
    return connect("aws", aws_sandbox)


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
