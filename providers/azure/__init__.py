"""Microsoft Azure."""

from __future__ import annotations

import os
from functools import lru_cache

from providers.accounts import Account, account
from providers.azure.clients import Clients
from providers.azure.database import database
from providers.azure.errors import translate
from providers.azure.network import network
from providers.azure.object_storage import object_storage
from providers.azure.private_connection import private_connection
from providers.azure.virtual_machine import virtual_machine
from providers.azure.workspace import workspace
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.kinds import KindProvider

REGIONS = ("norwayeast", "swedencentral", "northeurope")  # unless the account names its own
KINDS = (virtual_machine, object_storage, network, database, private_connection, workspace)


def connect(alias: str) -> Provider:
    """The account behind `alias`, with the settings that the environment has for it now."""
    return _connect(account(alias, "azure", os.environ))


@lru_cache(maxsize=64)
def _connect(settings: Account) -> Provider:
    clients = Clients(settings, settings.regions or REGIONS)
    kinds = [assemble(clients) for assemble in KINDS]

    def told(error: Exception) -> ProviderError | None:
        known = translate(error)
        if isinstance(known, NotAuthorised):
            clients.sign_in_anew()
        return known

    return KindProvider({kind.plan.kind: kind for kind in kinds}, told)
