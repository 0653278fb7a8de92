"""The laws on a real sandbox account: `pytest -m live --provider aws`.

Costs money and takes half an hour or more. The account is `sandbox`, or what GRUNNMUR_LIVE_ACCOUNT
names; it must hold nothing of ours. What is asked for is what the catalogue has, as its first plan.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from contract.provider_laws import ProviderLaws

from catalog.load import load
from catalog.places import region_of
from fixtures.live import LiveWorld, live_provider
from providers.contract import Provider
from providers.types import Spec

# offering -> what its customer answers, and what a changed order asks for instead
ASKED = {
    "linux-server": ({}, {"disk_gb": 40}),
    "object-storage": ({"versioning": True}, {"expire_days": 90}),
    "landing-zone": ({"cidr": "10.213.0.0/24"}, {"allow_from": ["10.214.0.0/24"]}),
}


@pytest.mark.live
@pytest.mark.parametrize("offering", ASKED)
class TestLive(ProviderLaws):
    @pytest.fixture
    def provider(self, request: pytest.FixtureRequest) -> Iterator[Provider]:
        yield from live_provider(request.config.getoption("--provider"))

    @pytest.fixture
    def spec(self, offering: str, provider: Provider, request: pytest.FixtureRequest) -> Spec:
        found, name = load()[offering], request.config.getoption("--provider")
        place = next((one for one in found.places if one.startswith(f"{name}/")), "")
        if not place:
            pytest.skip(f"{offering} is not offered at {name}")
        plan = next(iter(found.plans))
        return Spec(
            instance=uuid4().hex,
            kind=found.kind or "",
            region=region_of(place),
            parameters={**found.terms(plan, place).fixed, **ASKED[offering][0]},
            name="laws",
            tags={"order": "laws", "agency": "laws"},
        )

    @pytest.fixture
    def world(self, offering: str, provider: Provider) -> LiveWorld:
        return LiveWorld(provider, ASKED[offering][1])
