"""Google keeps every law with every kind, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws


class GoogleLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, gcp, insistent):
        return insistent(gcp) if case.several else gcp

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, google_world, case, provider):
        return google_world(case, provider)


class TestVirtualMachine(GoogleLaws):
    kind = "virtual-machine"


class TestObjectStorage(GoogleLaws):
    kind = "object-storage"


class TestNetwork(GoogleLaws):
    kind = "network"


class TestDatabase(GoogleLaws):
    kind = "database"


class TestPrivateConnection(GoogleLaws):
    kind = "private-connection"
