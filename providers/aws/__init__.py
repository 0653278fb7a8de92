"""Amazon Web Services."""

from __future__ import annotations

import os
from functools import lru_cache

from botocore.exceptions import BotoCoreError

from providers.accounts import Account, account
from providers.aws.clients import Clients
from providers.aws.errors import translate
from providers.aws.machine import KIND
from providers.aws.virtual_machine import VirtualMachine
from providers.contract import Provider
from providers.errors import NotAuthorised, ProviderError
from providers.kinds import KindProvider

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

    return KindProvider({KIND: VirtualMachine(clients, settings.regions or REGIONS)}, told)
