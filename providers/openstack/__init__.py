"""The private cloud: OpenStack, the municipality's own or one rented for it."""

from __future__ import annotations

import os
from functools import lru_cache

from providers.accounts import Account, account
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.kinds import Kind, KindProvider
from providers.openstack import database, network, object_storage, virtual_machine
from providers.openstack.clients import EXTERNAL_NETWORK, PLAN, Clients
from providers.openstack.database import Database
from providers.openstack.errors import translate
from providers.openstack.network import Network
from providers.openstack.object_storage import ObjectStorage
from providers.openstack.virtual_machine import VirtualMachine

REGIONS = ("oslo-1",)  # unless the account names its own


def connect(alias: str) -> Provider:
    """The account behind `alias`, with the settings that the environment has for it now."""
    return _connect(account(alias, "openstack", os.environ, more=[PLAN, EXTERNAL_NETWORK]))


@lru_cache(maxsize=64)
def _connect(settings: Account) -> Provider:
    clients = Clients(settings, settings.regions or REGIONS)
    kinds: dict[str, Kind] = {
        virtual_machine.KIND: VirtualMachine(clients),
        object_storage.KIND: ObjectStorage(clients),
        database.KIND: Database(clients),
        network.KIND: Network(clients),
    }

    def told(error: Exception) -> ProviderError | None:
        known = translate(error)
        if isinstance(known, NotAuthorised):
            clients.forget()
        return known

    return KindProvider(kinds, told)
