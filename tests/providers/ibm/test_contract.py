"""IBM keeps every law with every kind, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws


class IbmLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, ibm, insistent):
        return insistent(ibm) if case.several else ibm

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(IbmLaws):
    kind = "virtual-machine"


class TestObjectStorage(IbmLaws):
    kind = "object-storage"


class TestNetwork(IbmLaws):
    kind = "network"


class TestPrivateConnection(IbmLaws):
    kind = "private-connection"
