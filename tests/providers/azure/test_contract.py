"""Azure keeps every law with every kind, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws


class AzureLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, azure, insistent):
        return insistent(azure) if case.several else azure

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, azure_world, case, provider):
        return azure_world(case, provider)


class TestVirtualMachine(AzureLaws):
    kind = "virtual-machine"


class TestObjectStorage(AzureLaws):
    kind = "object-storage"


class TestNetwork(AzureLaws):
    kind = "network"


class TestDatabase(AzureLaws):
    kind = "database"


class TestPrivateConnection(AzureLaws):
    kind = "private-connection"


class TestWorkspace(AzureLaws):
    kind = "workspace"
