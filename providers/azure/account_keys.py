"""The key of a storage account: the second one, made anew for who asks; the first nobody has.

Accounts take no keys before somebody asks for one. Then they do, and a tag says that this is ours.
"""

from __future__ import annotations

from providers.azure import bucket, told
from providers.azure.clients import Clients
from providers.errors import Unavailable
from providers.types import Access

ACCOUNTS = "storage.storage_accounts"
KEY = "key2"


def renew(clients: Clients, group: str, account: str) -> Access | None:
    """None where there is no such account."""
    found = clients.get(ACCOUNTS, group, account, verb="get_properties")
    if found is None:
        return None
    if bucket.LET_IN not in told.tags(found):
        clients.put(ACCOUNTS, group, account, bucket.let_in(found), verb="update")
    asked = {"keyName": KEY}
    made = clients.get(ACCOUNTS, group, account, verb="regenerate_key", regenerate_key=asked) or {}
    keys = [one for one in told.each(made, "keys") if told.text(one, "keyName") == KEY]
    if not keys:
        raise Unavailable(f"Azure has made no key of {account}")
    return Access(values={"account": account, "key": told.text(keys[0], "value")})
