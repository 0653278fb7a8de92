"""Azure keeps every law with every kind, against the emulator over HTTP."""

import pytest
from azure.core.exceptions import ResourceNotFoundError
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws

from emulators.azure import logins, postgresql


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


class TestDatabase(AzureLaws, UnlockLaws):
    kind = "database"

    @pytest.fixture(autouse=True)
    def _looker(self, azure_emulator):
        self.azure = azure_emulator
        self.groups = azure_emulator.client("resource.resources")

    def opens(self, provider, ref, access):
        """The server lets in whoever has it; it keeps no password, but a mark of it."""
        servers = self.azure.emulator.cloud.each(type_=postgresql.SERVER)
        found = [one for key, one in servers if key.endswith(f"/{named(ref)}")]
        return bool(found) and logins.lets_in(found[0], **access.values)

    def lose_answer(self):
        self.azure.fault(match="postgresqlflexibleservers.Servers_CreateOrUpdate", kind="lost")

    def disown(self, ref):
        self.groups.resource_groups.update(named(ref), {"tags": {}})


class TestPrivateConnection(AzureLaws, UnlockLaws):
    kind = "private-connection"

    @pytest.fixture(autouse=True)
    def _looker(self, azure_emulator):
        self.azure = azure_emulator
        self.network = azure_emulator.client("network")
        self.groups = azure_emulator.client("resource.resources")

    def opens(self, provider, ref, access):
        """It is the key that Azure asks of the carrier."""
        try:
            found = self.network.express_route_circuits.get(named(ref), named(ref))
        except ResourceNotFoundError:
            return False
        return access.values == {"service_key": found.service_key}

    def lose_answer(self):
        self.azure.fault(match="network.ExpressRouteCircuits_Get", kind="lost")

    def disown(self, ref):
        self.groups.resource_groups.update(named(ref), {"tags": {}})


def named(ref):
    """The resource group, and what stands in it under the same name."""
    return ref.id.rpartition("/")[2]


class TestWorkspace(AzureLaws):
    kind = "workspace"
