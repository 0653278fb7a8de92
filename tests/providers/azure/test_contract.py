"""Azure keeps every law with every kind, against the emulator over HTTP."""

from dataclasses import replace
from typing import ClassVar

import pytest
from azure.core.exceptions import ResourceNotFoundError
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws

from emulators.azure import logins, postgresql, storage
from fixtures import azure_strangers
from fixtures.azure_emulator import REGION
from providers.types import Ref


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
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(AzureLaws):
    kind = "virtual-machine"


class TestObjectStorage(AzureLaws, UnlockLaws):
    kind = "object-storage"

    @pytest.fixture(autouse=True)
    def _looker(self, azure_emulator):
        self.azure = azure_emulator
        self.groups = azure_emulator.client("resource.resources")

    def opens(self, provider, ref, access):
        """The account takes it, as the second of its keys."""
        found = dict(self.azure.emulator.cloud.each(type_=storage.ACCOUNT)).get(ref.id.lower())
        if found is None:
            return False
        assert access.values["account"] == found.body["name"]
        is_second = found.hidden["keys"][1] == access.values["key"]
        return is_second and storage.lets_in(found, access.values["key"])

    def lose_answer(self):
        self.azure.fault(match="storage.StorageAccounts_RegenerateKey", kind="lost")

    def disown(self, ref):
        group = ref.id.split("/")[4]
        self.groups.resource_groups.update(group, {"tags": {}})


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


class AzureAdoption(AdoptionLaws):
    """What others have made at Azure, with plain clients, in a group of their own."""

    kind = ""
    changes: ClassVar[dict[str, object]] = {}
    case = AzureLaws.case
    provider = AzureLaws.provider
    spec = AzureLaws.spec
    world = AzureLaws.world

    @pytest.fixture
    def stranger(self, azure, azure_emulator):
        made = azure_strangers.strangers(azure_emulator)[self.kind]()
        return Ref(kind=self.kind, region=REGION, id=made)


class TestAdoptedMachine(AzureAdoption):
    kind = "virtual-machine"
    changes: ClassVar = {"size": "Standard_D4s_v5", "disk_gb": 64}


class TestAdoptedStorage(AzureAdoption):
    kind = "object-storage"
    called = azure_strangers.ACCOUNT
    changes: ClassVar = {"storage_class": "cool"}

    @pytest.fixture
    def stranger(self, azure, azure_emulator):
        """And what Azure's portal keeps for itself, which is none."""
        self.accounts = azure_emulator.client("storage").storage_accounts
        portals = {"ms-resource-usage": "azure-cloud-shell"}
        azure_strangers.storage(azure_emulator, "cs210032000", **portals)
        made = azure_strangers.storage(azure_emulator)
        return Ref(kind="object-storage", region=REGION, id=made)

    def test_how_it_is_reached_stays_as_it_was(self, provider, world, stranger, adopted):
        """A change of its tier closes no door that somebody's systems go in by."""
        provider.adopt(stranger, adopted)
        provider.apply(replace(adopted, parameters={**adopted.parameters, **self.changes}))
        world.settle()
        found = self.accounts.get_properties(azure_strangers.GROUP, azure_strangers.ACCOUNT)
        assert (found.access_tier, found.public_network_access) == ("Cool", "Enabled")
        assert found.network_rule_set.default_action == "Allow"


class TestAdoptedDatabase(AzureAdoption):
    kind = "database"
    changes: ClassVar = {"size": "Standard_D4ds_v5", "disk_gb": 128, "high_availability": True}


class TestAdoptedNetwork(AzureAdoption):
    """The landing zone itself is none; nothing but its tags can be changed."""

    kind = "network"
    changes: ClassVar[dict[str, object]] = {}
