"""The subnet that something is placed in: the order's own, or the landing zone's."""

from __future__ import annotations

import re

from providers.accounts import Account
from providers.azure import told
from providers.parameters import Reader
from providers.types import Change

NAME = r"[A-Za-z0-9][\w.-]{0,79}"
SUBNET = re.compile(
    r"/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers/Microsoft\.Network"
    rf"/virtualNetworks/{NAME}/subnets/{NAME}",
    re.IGNORECASE,
)


def wanted(read: Reader, account: Account) -> str:
    """The id of the subnet; what is wrong with it is noted in `read`."""
    return read.text(
        "subnet",
        SUBNET,
        "the id of a subnet, as a delivered network tells it; or let the account's setting "
        "AZURE_SUBNET name the landing zone's",
        default=account.subnet,
    )


def moved(have: str, want: str) -> list[Change]:
    """Nothing of ours changes networks in place."""
    if not have or told.same(have, want):
        return []
    return [Change(field="subnet", actual=have, wanted=want, replaces=True)]
