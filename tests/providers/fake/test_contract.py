"""The fake keeps every law; it is a verified fake."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws
from contract.world import Insistent

from fixtures.provider_worlds import FakeWorld, a_spec
from providers.fake import Fake
from providers.types import Ref, Stranger


class OpenedByThem(UnlockLaws):
    @pytest.fixture(autouse=True)
    def _looker(self, provider):
        self.fake = provider

    def opens(self, provider, ref, access):
        return provider.opens(ref, access)

    def lose_answer(self):
        self.fake.lose_answer("unlock")


class TestFake(ProviderLaws, OpenedByThem):
    @pytest.fixture
    def provider(self):
        return Fake(reads_until_ready=2, reads_until_gone=2)

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, provider):
        return FakeWorld(provider)


class TestWhatOpensSomeLooksLater(OpenedByThem):
    @pytest.fixture
    def provider(self):
        return Fake(looks_until_open=2)

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, provider):
        return FakeWorld(provider)


class TestAdoption(AdoptionLaws):
    changes: ClassVar = {"size": "t3.small"}

    @pytest.fixture
    def provider(self):
        return Fake()

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, provider):
        return FakeWorld(provider)

    @pytest.fixture
    def stranger(self, provider, spec):
        ref = Ref(kind=spec.kind, region=spec.region, id="theirs")
        tags = {"Owner": "BYM"}
        provider.meet(
            Stranger(ref=ref, name="parkering-web", tags=tags, parameters=spec.parameters)
        )
        return ref


class TestFakeOfSeveralPieces(ProviderLaws):
    """As clouds' networks and databases are made: a piece with each call."""

    @pytest.fixture
    def fake(self):
        steps = {"virtual-machine": 3}
        return Fake(reads_until_ready=1, reads_until_gone=1, steps=steps)

    @pytest.fixture
    def provider(self, fake):
        return Insistent(fake)

    @pytest.fixture
    def spec(self):
        return a_spec()

    @pytest.fixture
    def world(self, fake, provider):
        return InsistentWorld(fake, provider)


@dataclass
class InsistentWorld(FakeWorld):
    provider: Insistent

    def settle(self) -> None:
        self.provider.insist()
