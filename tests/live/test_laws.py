"""The laws on a real sandbox account: `pytest -m live --provider aws`.

Costs money and takes half an hour or more. The account is `sandbox`, or what GRUNNMUR_LIVE_ACCOUNT
names; it must hold nothing of ours. What is asked for is what the catalogue has, as its first plan.
"""

from collections.abc import Iterator

import pytest
from contract.provider_laws import ProviderLaws

from fixtures.live import ASKED, LiveWorld, asked, live_provider
from providers.contract import Provider
from providers.types import Spec


@pytest.mark.live
@pytest.mark.parametrize("offering", ASKED)
class TestLive(ProviderLaws):
    @pytest.fixture
    def provider(self, request: pytest.FixtureRequest) -> Iterator[Provider]:
        yield from live_provider(request.config.getoption("--provider"))

    @pytest.fixture
    def spec(self, offering: str, provider: Provider, request: pytest.FixtureRequest) -> Spec:
        return asked(offering, request.config.getoption("--provider"))

    @pytest.fixture
    def world(self, offering: str, provider: Provider) -> LiveWorld:
        return LiveWorld(provider, ASKED[offering][1])
