"""Google keeps every law with every kind, against the emulator over HTTP."""

import pytest
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws
from google.api_core.exceptions import NotFound

from emulators.google import sql_users
from fixtures.google_emulator import PROJECT


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
