"""The fake keeps every law; it is a verified fake."""

import pytest
from contract.provider_laws import ProviderLaws

from fixtures.provider_worlds import FakeWorld, a_spec
from providers.fake import Fake


class TestFake(ProviderLaws):
    @pytest.fixture
    def provider(self):
        return Fake(reads_until_ready=2, reads_until_gone=2)

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, provider):
        return FakeWorld(provider)
