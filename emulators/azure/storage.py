"""Microsoft.Storage: accounts, their blob service, containers and life-cycle rules."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any
from uuid import uuid4

from emulators.azure import resources
from emulators.azure.call import Call, Reply
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid, no_resource, unchangeable
from emulators.azure.kinds import STATELESS, Kind, Offer, States

ACCOUNT = "microsoft.storage/storageaccounts"
NAME = re.compile(r"[a-z0-9]{3,24}")
CONTAINER = re.compile(r"\$root|[a-z0-9](?:-?[a-z0-9]){2,62}")
ANY = re.compile(r".+")
LONGEST_RETENTION = 365
# what an account is given unless it was asked otherwise
DEFAULTS = {
    "allowBlobPublicAccess": False,
    "minimumTlsVersion": "TLS1_0",
    "supportsHttpsTrafficOnly": True,
    "allowCrossTenantReplication": False,
    "publicNetworkAccess": "Enabled",
    "networkAcls": {
        "bypass": "AzureServices",
        "defaultAction": "Allow",
        "ipRules": [],
        "virtualNetworkRules": [],
    },
}
SKUS = frozenset(
    {"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"}
    | {"Standard_GZRS", "Standard_RAGZRS", "Premium_ZRS"}
)


def _check_account(call: Call, old: Thing | None) -> None:
    name = call.place.name
    if not NAME.fullmatch(name):
        raise ArmError(
            400,
            "AccountNameInvalid",
            f"{name} is not a valid storage account name. Storage account name must be between 3 "
            "and 24 characters in length and use numbers and lower-case letters only.",
        )
    if old is None and _taken(call, name):
        raise ArmError(
            409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken."
        )
    sku = (call.body.get("sku") or {}).get("name")
    if sku is not None and sku not in SKUS:
        raise invalid("sku.name", f"{sku!r} is no SKU of storage accounts.")
    if old and call.body.get("kind", old.body["kind"]) != old.body["kind"]:
        raise unchangeable("kind")
    encryption = (call.body.get("properties") or {}).get("encryption") or {}
    doubled = encryption.get("requireInfrastructureEncryption")
    had = (old.properties.get("encryption") or {}) if old else {}
    if old and doubled is not None and doubled != had.get("requireInfrastructureEncryption"):
        raise unchangeable("encryption.requireInfrastructureEncryption")


def _taken(call: Call, name: str) -> bool:
    """Names are one world's, across subscriptions."""
    return any(key.endswith(f"/{name}") for key, _ in call.cloud.each(type_=ACCOUNT))


def _fill_account(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    name, properties = new.body["name"], new.properties
    for field, value in DEFAULTS.items():
        properties.setdefault(field, (old.properties if old else {}).get(field, value))
    encryption = properties.setdefault("encryption", {})
    encryption.setdefault("keySource", "Microsoft.Storage")
    encryption.setdefault("services", {})["blob"] = {"enabled": True, "keyType": "Account"}
    sku = new.body["sku"]
    sku["tier"] = sku["name"].partition("_")[0]
    properties.update(
        creationTime=old.properties["creationTime"] if old else call.time,
        primaryLocation=new.body["location"],
        statusOfPrimary="available",
        primaryEndpoints={"blob": f"https://{name}.blob.core.windows.net/"},
    )
    new.hidden.setdefault("keys", [_new_key() for _ in range(2)])
    return {}


def _check_service(call: Call, _old: Thing | None) -> None:
    properties = call.body.get("properties") or {}
    for policy in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        wanted = properties.get(policy) or {}
        days = wanted.get("days")
        if wanted.get("enabled") and not 1 <= (days or 0) <= LONGEST_RETENTION:
            raise invalid(policy, f"Days must be from 1 to {LONGEST_RETENTION}.")


def _check_container(call: Call, _old: Thing | None) -> None:
    if not CONTAINER.fullmatch(call.place.name):
        raise invalid("containerName", "It is no name of a container.", "ContainerNameInvalid")
    account = call.cloud.peek(call.path.split("/blobServices/")[0].lower())
    public = (call.body.get("properties") or {}).get("publicAccess") or "None"
    if public != "None" and account and not account.properties["allowBlobPublicAccess"]:
        raise ArmError(
            409,
            "PublicAccessNotPermitted",
            "Public access is not permitted on this storage account.",
        )


def _fill_container(call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.body["etag"] = f'"{uuid4().hex}"'
    new.properties.setdefault("publicAccess", "None")
    new.properties.update(
        lastModifiedTime=call.time,
        leaseState="Available",
        leaseStatus="Unlocked",
        hasLegalHold=False,
        hasImmutabilityPolicy=False,
    )
    return {}


def _check_policy(call: Call, _old: Thing | None) -> None:
    policy = (call.body.get("properties") or {}).get("policy") or {}
    names = [rule.get("name") for rule in policy.get("rules") or ()]
    if not names or len(set(names)) != len(names):
        raise invalid("policy.rules", "There must be some, with names of their own.")


def _fill_policy(call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.properties["lastModifiedTime"] = call.time
    return {}


def _keys(call: Call) -> Reply:
    return _told(_account(call))


def _regenerate(call: Call) -> Reply:
    """Another value for one of the keys; what the key was before opens nothing any more."""
    account = _account(call)
    names = [f"key{n}" for n, _ in enumerate(account.hidden["keys"], 1)]
    if call.body.get("keyName") not in names:
        raise invalid("keyName", f"It must be one of {', '.join(names)}.")
    account.hidden["keys"][names.index(call.body["keyName"])] = _new_key()
    call.cloud.put(account.id.lower(), account)
    return _told(account)


def lets_in(account: Thing, key: str) -> bool:
    """Whether the account takes that key."""
    allowed = account.properties.get("allowSharedKeyAccess", True) is not False
    return allowed and key in account.hidden["keys"]


def _new_key() -> str:
    return b64encode(uuid4().bytes * 4).decode()


def _account(call: Call) -> Thing:
    account = call.cloud.take(call.path.rsplit("/", 1)[0].lower())
    group = call.group()
    if account is None:
        name = call.path.rsplit("/", 2)[1]
        raise no_resource("Microsoft.Storage/storageAccounts", name, group.body["name"])
    return account


def _told(account: Thing) -> Reply:
    keys = [
        {"keyName": f"key{n}", "value": value, "permissions": "FULL"}
        for n, value in enumerate(account.hidden["keys"], 1)
    ]
    return Reply(200, {"keys": keys})


def _availability(call: Call) -> Reply:
    name = str(call.body.get("name"))
    if not NAME.fullmatch(name):
        why = f"{name} is not a valid storage account name."
        told = {"nameAvailable": False, "reason": "AccountNameInvalid", "message": why}
    elif _taken(call, name):
        why = f"The storage account named {name} is already taken."
        told = {"nameAvailable": False, "reason": "AlreadyExists", "message": why}
    else:
        told = {"nameAvailable": True}
    return Reply(200, told)


OFFER = Offer(
    kinds=(
        Kind(
            type="Microsoft.Storage/storageAccounts",
            names=ANY,  # checked below, with a code of its own
            style="bare",
            states=States(creating="Creating", updating="ResolvingDNS"),
            check=_check_account,
            fill=_fill_account,
            busy="StorageAccountOperationInProgress",
            vanishes=True,
        ),
        Kind(
            type="Microsoft.Storage/storageAccounts/blobServices",
            style="now",
            states=STATELESS,
            tracked=False,
            check=_check_service,
            busy="StorageAccountIsNotProvisioned",
            defaults={"deleteRetentionPolicy": {"enabled": False}, "cors": {"corsRules": []}},
        ),
        Kind(
            type="Microsoft.Storage/storageAccounts/blobServices/containers",
            names=ANY,  # likewise
            style="now",
            states=STATELESS,
            tracked=False,
            check=_check_container,
            fill=_fill_container,
            busy="StorageAccountIsNotProvisioned",
        ),
        Kind(
            type="Microsoft.Storage/storageAccounts/managementPolicies",
            style="now",
            states=STATELESS,
            tracked=False,
            check=_check_policy,
            fill=_fill_policy,
            busy="StorageAccountIsNotProvisioned",
        ),
    ),
    actions={
        "storage.StorageAccounts_GetProperties": resources.get,
        "storage.StorageAccounts_ListKeys": _keys,
        "storage.StorageAccounts_RegenerateKey": _regenerate,
        "storage.StorageAccounts_CheckNameAvailability": _availability,
    },
)
