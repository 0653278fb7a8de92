"""AWS keeps every law, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws

from fixtures.provider_worlds import AwsWorld, a_spec
from providers import connect


class TestAws(ProviderLaws):
    @pytest.fixture
    def provider(self, aws_sandbox):
        return connect("aws", aws_sandbox)

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, aws_emulator):
        return AwsWorld(aws_emulator)
