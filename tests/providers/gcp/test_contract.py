"""Google keeps every law with every kind, against the emulator over HTTP."""

from dataclasses import replace
from typing import ClassVar

import pytest
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws
from google.api_core.exceptions import NotFound

from emulators.google import sql_users
from fixtures import google_strangers
from fixtures.google_emulator import PROJECT, REGION
from providers.types import Ref


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
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(GoogleLaws):
    kind = "virtual-machine"


class TestObjectStorage(GoogleLaws):
    kind = "object-storage"


class TestNetwork(GoogleLaws):
    kind = "network"


class TestDatabase(GoogleLaws, UnlockLaws):
    kind = "database"

    @pytest.fixture(autouse=True)
    def _looker(self, google_emulator):
        self.google = google_emulator

    def opens(self, provider, ref, access):
        """The database lets in whoever has it; it keeps no password, but a mark of it."""
        user, password = access.values["user"], access.values["password"]
        store = self.google.emulator.store
        return sql_users.lets_in(store, PROJECT, ref.id, name=user, password=password)

    def lose_answer(self):
        self.google.fault(match="sql.users.insert", kind="lost")

    def disown(self, ref):
        path = f"sql/{PROJECT}/instances/{ref.id}"
        store = self.google.emulator.store
        found = store.get(path)
        store.put(path, "sql", {**found, "settings": {**found["settings"], "userLabels": {}}})


class TestPrivateConnection(GoogleLaws, UnlockLaws):
    kind = "private-connection"

    @pytest.fixture(autouse=True)
    def _looker(self, google_emulator):
        self.google = google_emulator
        self.lines = google_emulator.compute("InterconnectAttachmentsClient")

    def opens(self, provider, ref, access):
        """It is the key that Google asks of the carrier."""
        try:
            line = self.lines.get(
                project="sandbox-project", region=ref.region, interconnect_attachment=ref.id
            )
        except NotFound:
            return False
        return access.values == {"pairing_key": line.pairing_key}

    def lose_answer(self):
        self.google.fault(match="compute.interconnectAttachments.get", kind="lost")


class GoogleAdoption(AdoptionLaws):
    """What others have made at Google, with plain clients."""

    kind = ""
    marked = ("owner", "bym")  # Google's labels are small
    changes: ClassVar[dict[str, object]] = {}
    case = GoogleLaws.case
    provider = GoogleLaws.provider
    spec = GoogleLaws.spec
    world = GoogleLaws.world

    @pytest.fixture
    def stranger(self, google_emulator):
        made = google_strangers.strangers(google_emulator)[self.kind]()
        return Ref(kind=self.kind, region=REGION, id=made)


class TestAdoptedMachine(GoogleAdoption):
    kind = "virtual-machine"
    changes: ClassVar = {"size": "e2-medium", "disk_gb": 60}

    @pytest.fixture
    def stranger(self, google_emulator):
        """And a node of a cluster, which is none: its cluster makes and removes it."""
        google_strangers.machine(google_emulator, "node", **{"goog-gke-node": ""})
        made = google_strangers.machine(google_emulator)
        return Ref(kind="virtual-machine", region=REGION, id=made)


class TestAdoptedBucket(GoogleAdoption):
    kind = "object-storage"
    changes: ClassVar = {"versioning": False, "expire_days": 400}
    left_open = ("public_access",)

    @pytest.fixture
    def stranger(self, google_emulator):
        """And a bucket of several regions, which cannot be ordered here."""
        google_emulator.storage().bucket("parkering-eu").create(location="EU")
        self.storage = google_emulator.storage()
        return Ref(
            kind="object-storage", region=REGION, id=google_strangers.bucket(google_emulator)
        )

    def test_the_rules_of_its_owner_stay(self, provider, world, stranger, adopted):
        def rules():
            return [
                rule["action"]["type"]
                for rule in self.storage.get_bucket(stranger.id).lifecycle_rules
            ]

        provider.adopt(stranger, adopted)
        for days, wanted in ((400, ["SetStorageClass", "Delete"]), (0, ["SetStorageClass"])):
            provider.apply(replace(adopted, parameters={**adopted.parameters, "expire_days": days}))
            assert rules() == wanted


class TestAdoptedDatabase(GoogleAdoption):
    kind = "database"
    changes: ClassVar = {"disk_gb": 80, "size": "db-custom-4-16384"}

    @pytest.fixture
    def stranger(self, google_emulator):
        self.google = google_emulator
        made = google_strangers.database(google_emulator)
        return Ref(kind="database", region=REGION, id=made)

    def test_how_it_is_reached_stays_as_it_was(self, provider, world, stranger, adopted):
        """A change of its size closes no address that somebody's systems use."""
        provider.adopt(stranger, adopted)
        world.settle()
        before = self._reached(stranger)
        assert before["ipv4Enabled"]
        provider.apply(replace(adopted, parameters={**adopted.parameters, **self.changes}))
        world.settle()
        assert self._reached(stranger) == before
        read = provider.read(stranger)
        assert (read.status, read.outputs["address"][:11]) == ("ready", "198.51.100.")

    def _reached(self, ref):
        got = self.google.sql().instances().get(project="sandbox-project", instance=ref.id)
        return got.execute()["settings"]["ipConfiguration"]
