"""One storage account: what a spec asks of it, what none can loosen, and how it differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from providers.accounts import Account
from providers.azure import subnets, tags, told
from providers.azure.blueprint import difference
from providers.azure.told import Told
from providers.parameters import Reader
from providers.types import Change, Spec

CONTAINER = "data"
CLASSES = {"hot": "Hot", "cool": "Cool", "cold": "Cold"}
COPIES = {"zones": "Standard_ZRS", "one-place": "Standard_LRS", "two-regions": "Standard_GZRS"}
KEPT_DAYS = 14  # what was deleted can be brought back for so long
RULE = "expire"
# what no order can loosen
SAFE: dict[str, Any] = {
    "supportsHttpsTrafficOnly": True,
    "minimumTlsVersion": "TLS1_2",
    "allowBlobPublicAccess": False,
    "allowSharedKeyAccess": False,
    "allowCrossTenantReplication": False,
    "defaultToOAuthAuthentication": True,
    "publicNetworkAccess": "Disabled",
}
# a tag on an account whose key somebody has asked for: then keys are let in, and that is no drift
LET_IN = f"{tags.PREFIX}shared-key"
OPENED: dict[str, Any] = {"allowSharedKeyAccess": True}
CLOSED = {"defaultAction": "Deny", "bypass": "None"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind object-storage. `expire_days` 0: nothing expires."""

    storage_class: str
    redundancy: str
    versioning: bool
    expire_days: int
    subnet: str


def wanted(spec: Spec, account: Account) -> Wanted:
    """The checked parameters of `spec`. Raises InvalidSpec, naming every wrong one."""
    read = Reader.of(spec)
    want = Wanted(
        storage_class=read.one_of("storage_class", CLASSES, "hot"),
        redundancy=read.one_of("redundancy", COPIES, "zones"),
        versioning=read.yes("versioning", default=True),
        expire_days=read.whole("expire_days", 0, 36_500, 0),
        subnet=subnets.wanted(read, account),
    )
    read.finish()
    return want


def body(spec: Spec, want: Wanted) -> dict[str, Any]:
    """The request that makes the account."""
    return {
        "location": spec.region,
        "tags": tags.wanted(spec),
        "kind": "StorageV2",
        "sku": {"name": COPIES[want.redundancy]},
        "properties": {
            **settings(want, {}),
            "encryption": {
                "keySource": "Microsoft.Storage",
                "requireInfrastructureEncryption": True,
                "services": {"blob": {"enabled": True, "keyType": "Account"}},
            },
        },
    }


def settings(want: Wanted, found: Told) -> dict[str, Any]:
    """What of the account can be set again; of a new one, nothing is `found` yet."""
    return {**safe(found), "networkAcls": CLOSED, **tier(want)}


def tier(want: Wanted) -> dict[str, Any]:
    return {"accessTier": CLASSES[want.storage_class]}


def safe(found: Told) -> dict[str, Any]:
    """What must not be looser, of an account as Azure tells it."""
    return SAFE | (OPENED if LET_IN in told.tags(found) else {})


def let_in(found: Told) -> dict[str, Any]:
    """The change after which the account's keys are taken."""
    return {"properties": OPENED, "tags": {**told.tags(found), LET_IN: "asked for"}}


def service(want: Wanted) -> dict[str, Any]:
    kept = {"enabled": True, "days": KEPT_DAYS}
    return {
        "isVersioningEnabled": want.versioning,
        "deleteRetentionPolicy": kept,
        "containerDeleteRetentionPolicy": kept,
    }


def policy(want: Wanted) -> dict[str, Any]:
    """The rule that removes what is old, its older versions too."""
    after = {"daysAfterModificationGreaterThan": want.expire_days}
    versions = {"daysAfterCreationGreaterThan": want.expire_days}
    rule = {
        "name": RULE,
        "enabled": True,
        "type": "Lifecycle",
        "definition": {
            "filters": {"blobTypes": ["blockBlob"]},
            "actions": {"baseBlob": {"delete": after}, "version": {"delete": versions}},
        },
    }
    return {"properties": {"policy": {"rules": [rule]}}}


def account_changes(found: Told, want: Wanted) -> list[Change]:
    """How an account differs. What Azure does not tell is no difference."""
    properties = told.part(found, "properties")
    tier = told.text(properties, "accessTier")
    copies = told.text(found, "sku", "name")
    closed = safe(found)
    loose = {
        name: properties[name]
        for name, value in closed.items()
        if name in properties and not _same(properties[name], value)
    }
    acls = told.text(properties, "networkAcls", "defaultAction")
    return [
        *(difference("storage_class", _ours(CLASSES, tier), want.storage_class) if tier else ()),
        *(
            difference("redundancy", _ours(COPIES, copies), want.redundancy, replaces=True)
            if copies
            else ()
        ),
        *(Change(field=f"security.{n}", actual=v, wanted=closed[n]) for n, v in loose.items()),
        *(difference("security.networkAcls", acls.lower(), "deny") if acls else ()),
    ]


def service_changes(found: Told, want: Wanted) -> list[Change]:
    properties = told.part(found, "properties")
    kept = [
        told.number(properties, name, "days")
        for name in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy")
    ]
    versioned = properties.get("isVersioningEnabled") is True
    return [
        *difference("versioning", versioned, want.versioning),
        *difference("security.kept_days", kept, [KEPT_DAYS, KEPT_DAYS]),
    ]


def is_set(found: Told) -> bool:
    """Whether a blob service is as we set it once, and not as Azure makes it."""
    kept = told.part(found, "properties", "containerDeleteRetentionPolicy")
    return kept.get("enabled") is True


def expiry(found: Told) -> int:
    """The days after which things are removed; 0 for never."""
    for rule in told.each(found, "properties", "policy", "rules"):
        if told.text(rule, "name") == RULE and rule.get("enabled") is not False:
            path = ("definition", "actions", "baseBlob", "delete")
            return told.number(rule, *path, "daysAfterModificationGreaterThan") or 0
    return 0


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return told.same(one, other)
    return one == other


def _ours(names: dict[str, str], azures: str) -> str:
    """Our word for Azure's; Azure's own where we have none."""
    return next((ours for ours, theirs in names.items() if told.same(theirs, azures)), azures)
