"""AWS keeps every law with every kind, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws


class AwsLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, aws, insistent):
        return insistent(aws) if case.several else aws

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, aws_world, case, provider):
        return aws_world(case, provider)


class TestVirtualMachine(AwsLaws):
    kind = "virtual-machine"


class TestObjectStorage(AwsLaws):
    kind = "object-storage"


class TestDatabase(AwsLaws):
    kind = "database"
