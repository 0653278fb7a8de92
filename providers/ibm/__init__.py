"""IBM Cloud, or a platform of its own that speaks IBM's protocols: endpoints are the account's."""

from __future__ import annotations

import os
from functools import lru_cache

from providers.accounts import Account, account
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.ibm.clients import Clients
from providers.ibm.endpoints import SETTINGS, Endpoints
from providers.ibm.errors import translate
from providers.ibm.network import Network
from providers.ibm.object_storage import ObjectStorage
from providers.ibm.private_connection import PrivateConnection
from providers.ibm.virtual_machine import VirtualMachine
from providers.kinds import Kind, KindProvider


def connect(alias: str) -> Provider:
    """The account behind `alias`, with the settings that the environment has for it now."""
    return _connect(account(alias, "ibm", os.environ, more=SETTINGS))


@lru_cache(maxsize=64)
def _connect(settings: Account) -> Provider:
    clients = Clients(settings, Endpoints.of(settings))
    kinds: dict[str, Kind] = {
        "virtual-machine": VirtualMachine(clients),
        "object-storage": ObjectStorage(clients),
        "network": Network(clients),
        "private-connection": PrivateConnection(clients),
    }

    def told(error: Exception) -> ProviderError | None:
        known = translate(error)
        if isinstance(known, NotAuthorised):
            clients.forget()
        return known

    return KindProvider(kinds, told)
