"""Amazon Web Services."""

from __future__ import annotations

import os
from functools import lru_cache

from botocore.exceptions import BotoCoreError

from providers.accounts import Account, account
from providers.aws import (
    database,
    network,
    object_storage,
    private_connection,
    virtual_machine,
    workspace,
)
from providers.aws.clients import Clients
from providers.aws.database import Database
from providers.aws.errors import translate
from providers.aws.network import Network
from providers.aws.object_storage import ObjectStorage
from providers.aws.private_connection import PrivateConnection
from providers.aws.virtual_machine import VirtualMachine
from providers.aws.workspace import Workspace
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.kinds import Kind, KindProvider

REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1")  # unless the account names its own


def connect(alias: str) -> Provider:
    """The account behind `alias`, with the settings that the environment has for it now."""
    return _connect(account(alias, "aws", os.environ))


@lru_cache(maxsize=64)
def _connect(settings: Account) -> Provider:
    try:
        clients = Clients(settings)
    except BotoCoreError as error:
        raise NotAuthorised(f"account {settings.alias}: {error}") from None

    def told(error: Exception) -> ProviderError | None:
        known = translate(error)
        if isinstance(known, NotAuthorised):
            clients.forget()
        return known

    regions = settings.regions or REGIONS
    kinds: dict[str, Kind] = {
        virtual_machine.KIND: VirtualMachine(clients, regions, settings.subnet),
        object_storage.KIND: ObjectStorage(clients, regions),
        database.KIND: Database(clients, regions, settings.subnet),
        network.KIND: Network(clients, regions, settings.subnet),
        private_connection.KIND: PrivateConnection(clients, regions),
        workspace.KIND: Workspace(clients, regions, settings.tenant),
    }
    return KindProvider(kinds, told)
