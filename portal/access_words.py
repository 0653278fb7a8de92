"""Which things a secret opens, what it does to ask for it, and what each part is called.

The portal calls no provider, so what providers can give stands here as well; a test compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orders.events import AccessAsked
from orders.lifecycle import TRANSITIONS
from orders.model import OrderItem
from portal.speech import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`what` is given, by what it `does`: both are sentences for people, said before they ask.

    `renews`: something is made anew, and what was used until now may stop to work.
    """

    what: str
    does: str
    renews: bool = False


# By provider and kind.
WAYS: Mapping[tuple[str, str], Way] = {
    ("aws", "database"): Way(
        what=N_("User and password of the database"),
        does=N_(
            "We read the password from the supplier's own store. Nothing is changed, and what is "
            "in use goes on working. The supplier makes a new password every week, so let programs "
            "read it from the store themselves."
        ),
    ),
    ("aws", "object-storage"): Way(
        what=N_("Access key of the bucket"),
        does=N_(
            "We make a key that opens this bucket and nothing else. A key that we made before "
            "stops working at once, wherever it is in use. The new one may take some seconds to "
            "begin to work."
        ),
        renews=True,
    ),
    ("azure", "object-storage"): Way(
        what=N_("Key of the storage account"),
        does=N_(
            "The first time, sign-in by key is switched on for this storage account, beside "
            "Microsoft Entra. Each time a new key is made, and the one from before stops working "
            "at once, wherever it is in use. Whoever has it may do everything with the files."
        ),
        renews=True,
    ),
    ("azure", "database"): Way(
        what=N_("User and password of the database, for what cannot sign in with Microsoft Entra"),
        does=N_(
            "The first time, sign-in by password is switched on beside Microsoft Entra, with a "
            "login for this. After that, the login gets a new password each time, and the one it "
            "had stops working. It can take a minute. Give each program a user of its own."
        ),
        renews=True,
    ),
    ("azure", "private-connection"): Way(
        what=N_("Service key of the circuit"),
        does=N_(
            "We read the key from the supplier. Nothing is changed. Give it to the carrier and to "
            "nobody else: whoever has it can take the connection."
        ),
    ),
    ("gcp", "database"): Way(
        what=N_("User and password of the database"),
        does=N_(
            "We make a login in the database. If we have made one before, it gets a new password, "
            "and the one it had stops working. Use it to administer the database, and give each "
            "program a user of its own."
        ),
        renews=True,
    ),
    ("gcp", "private-connection"): Way(
        what=N_("Pairing key of the connection"),
        does=N_(
            "We read the key from the supplier. Nothing is changed. Give it to the carrier and to "
            "nobody else: whoever has it can take the connection."
        ),
    ),
}
# Where people and programs sign in as who they are: without a secret, or beside one.
AS_THEMSELVES: Mapping[tuple[str, str], str] = {
    ("azure", "database"): N_(
        "People and programs sign in with their municipal account in Microsoft Entra; the group "
        "that was ordered as administrator lets them in."
    ),
    ("openstack", "database"): N_(
        "There is no password to fetch. Sign in to the server with the SSH key that was ordered; "
        "there you are the database's administrator, and give each program a user of its own."
    ),
    ("azure", "object-storage"): N_(
        "People and programs use the files with their municipal account in Microsoft Entra, when "
        "whoever administers the subscription has given it the role Storage Blob Data Contributor "
        "on the storage account."
    ),
    ("gcp", "object-storage"): N_(
        "There is no key to fetch. People and programs use the files with their own Google "
        "identity, when whoever administers the project has given it the role Storage Object User "
        "on the bucket."
    ),
    ("openstack", "object-storage"): N_(
        "There is no key to fetch. People and programs use the files with their own user of the "
        "private cloud, or an application credential that they make from it."
    ),
    ("ibm", "object-storage"): N_(
        "There is no key to fetch. People and programs use the files with their own IBM identity, "
        "when whoever administers the account has given it access to the bucket in IAM."
    ),
}
PARTS: Mapping[str, str] = {
    "user": N_("User"),
    "password": N_("Password"),
    "access_key_id": N_("Access key ID"),
    "secret_access_key": N_("Secret access key"),
    "account": N_("Storage account"),
    "key": N_("Key"),
    "pairing_key": N_("Pairing key"),
    "service_key": N_("Service key"),
}


def way(provider: str, kind: str) -> Way | None:
    """None when no secret opens it."""
    return WAYS.get((provider, kind))


def openable(item: OrderItem) -> bool:
    """Whether an item stands so that what it has made can be opened, and a secret does it."""
    made = item.resource is not None and AccessAsked in TRANSITIONS[item.state]
    return made and way(item.target.provider, item.kind) is not None


def without(provider: str, kind: str) -> str:
    """How one gets in without a secret; empty when there is nothing to say."""
    return AS_THEMSELVES.get((provider, kind), "")
