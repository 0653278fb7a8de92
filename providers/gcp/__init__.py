"""Google Cloud."""

from __future__ import annotations

import os
from functools import lru_cache

from providers.accounts import Account, account
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.gcp.clients import Clients
from providers.gcp.database import Database
from providers.gcp.errors import translate
from providers.gcp.network import Network
from providers.gcp.object_storage import ObjectStorage
from providers.gcp.private_connection import PrivateConnection
from providers.gcp.virtual_machine import VirtualMachine
from providers.kinds import Kind, KindProvider

REGIONS = ("europe-north1", "europe-north2", "europe-west1")  # unless the account names its own


def connect(alias: str) -> Provider:
    """The account behind `alias`, with the settings that the environment has for it now."""
    return _connect(account(alias, "gcp", os.environ))


@lru_cache(maxsize=64)
def _connect(settings: Account) -> Provider:
    clients = Clients(settings, settings.regions or REGIONS)
    kinds: dict[str, Kind] = {
        "virtual-machine": VirtualMachine(clients),
        "object-storage": ObjectStorage(clients),
        "network": Network(clients),
        "database": Database(clients),
        "private-connection": PrivateConnection(clients),
    }

    def told(error: Exception) -> ProviderError | None:
        known = translate(error)
        if isinstance(known, NotAuthorised):
            clients.forget()
        return known

    return KindProvider(kinds, told)
