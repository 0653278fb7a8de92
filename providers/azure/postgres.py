"""One PostgreSQL server: what a spec asks of it, and how what Azure tells differs from that."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from providers.accounts import Account
from providers.azure import subnets, tags, told
from providers.azure.blueprint import State, difference
from providers.azure.told import Told
from providers.errors import NotAuthorised
from providers.parameters import Reader
from providers.types import Change, Spec

NAME, PORT = "app", "5432"
USER = "grunnmur"  # the login that `unlock` makes; the server cannot have another one after it
SIZE = re.compile(r"Standard_([BDE])[A-Za-z0-9_]{1,30}")
TIERS = {"B": "Burstable", "D": "GeneralPurpose", "E": "MemoryOptimized"}
VERSIONS = ("14", "15", "16", "17", "18")
OBJECT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PRINCIPAL = re.compile(r"[^\x00-\x1f]{1,120}")
KINDS = {"group": "Group", "user": "User", "application": "ServicePrincipal"}
SMALLEST_DISK, LARGEST_DISK = 32, 32_767  # GB
KEPT_DAYS = 35  # of backups
READY, GOING = "ready", frozenset({"provisioning", "updating", "starting", "restarting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The parameters of kind database.

    administrator  object id in Microsoft Entra of who administers it, called administrator_name
    """

    size: str
    version: str
    disk_gb: int
    high_availability: bool
    administrator: str
    administrator_name: str
    administrator_type: str
    subnet: str


def wanted(spec: Spec, account: Account) -> Wanted:
    """The checked parameters of `spec`.

    Raises InvalidSpec, naming every wrong one, and NotAuthorised where the account cannot do it.
    """
    read = Reader.of(spec)
    want = Wanted(
        size=read.text("size", SIZE, "a size like Standard_D2ds_v5"),
        version=read.one_of("version", VERSIONS, "17"),
        disk_gb=read.whole("disk_gb", SMALLEST_DISK, LARGEST_DISK),
        high_availability=read.yes("high_availability", default=False),
        administrator=read.text("administrator", OBJECT, "an object id of Microsoft Entra"),
        administrator_name=read.text("administrator_name", PRINCIPAL, "the name of that"),
        administrator_type=read.one_of("administrator_type", KINDS, "group"),
        subnet=subnets.wanted(read, account),
    )
    if want.high_availability and want.size.startswith("Standard_B"):
        read.wrong.append(f"high_availability: Azure has it not for the small {want.size}")
    read.finish()
    if not account.tenant:
        raise NotAuthorised(
            f"account {account.alias}: set AZURE_TENANT to the directory whose people may sign in"
        )
    return want


def body(spec: Spec, want: Wanted, tenant: str) -> dict[str, Any]:
    """The request that makes the server."""
    return {
        "location": spec.region,
        "tags": tags.wanted(spec),
        "sku": _sku(want),
        "properties": {
            "createMode": "Create",
            "version": want.version,
            "storage": {"storageSizeGB": want.disk_gb, "autoGrow": "Enabled"},
            "backup": {"backupRetentionDays": KEPT_DAYS, "geoRedundantBackup": "Disabled"},
            "highAvailability": {"mode": _mode(want)},
            "network": {"publicNetworkAccess": "Disabled"},
            "authConfig": {
                "activeDirectoryAuth": "Enabled",
                "passwordAuth": "Disabled",
                "tenantId": tenant,
            },
        },
    }


def administrator(want: Wanted, tenant: str) -> dict[str, Any]:
    return {
        "properties": {
            "principalType": KINDS[want.administrator_type],
            "principalName": want.administrator_name,
            "tenantId": tenant,
        }
    }


def login(password: str, tenant: str) -> dict[str, Any]:
    """The change that lets our login in with `password`, beside those whom Entra knows."""
    ways = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Enabled", "tenantId": tenant}
    return {"properties": {"administratorLoginPassword": password, "authConfig": ways}}


def first_login(found: Told, password: str, tenant: str) -> dict[str, Any]:
    """The same where nobody has signed in by password before: only a PUT can name a login."""
    properties = told.part(found, "properties")
    kept = ("version", "storage", "backup", "highAvailability", "network")
    return {
        **{name: found[name] for name in ("location", "sku", "tags") if name in found},
        "properties": {
            **{name: properties[name] for name in kept if name in properties},
            "createMode": "Update",
            "administratorLogin": USER,
            **login(password, tenant)["properties"],
        },
    }


def login_of(found: Told) -> str:
    """Who signs in by password there; empty when nobody ever has."""
    return told.text(found, "properties", "administratorLogin")


def patch(wrong: Collection[str], want: Wanted) -> dict[str, Any]:
    """The request that brings what is `wrong` of a server to what is wanted."""
    properties: dict[str, Any] = {}
    if "disk_gb" in wrong:
        properties["storage"] = {"storageSizeGB": want.disk_gb}
    if "high_availability" in wrong:
        properties["highAvailability"] = {"mode": _mode(want)}
    if "security.publicNetworkAccess" in wrong:
        properties["network"] = {"publicNetworkAccess": "Disabled"}
    if "security.passwordAuth" in wrong:
        properties["authConfig"] = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled"}
    sized = {"sku": _sku(want)} if "size" in wrong else {}
    return {**sized, "properties": properties}


def changes(found: Told, want: Wanted) -> list[Change]:
    """How a server differs. What Azure does not tell is no difference."""
    properties = told.part(found, "properties")
    size = told.text(found, "sku", "name")
    version = told.text(properties, "version")
    disk = told.number(properties, "storage", "storageSizeGB")
    mode = told.text(properties, "highAvailability", "mode")
    doubled = bool(mode) and not told.same(mode, "Disabled")
    ours = login_of(found) == USER  # asked for, and handed to who asked
    by_password = "" if ours else told.text(properties, "authConfig", "passwordAuth")
    loose = {
        "security.publicNetworkAccess": told.text(properties, "network", "publicNetworkAccess"),
        "security.passwordAuth": by_password,
    }
    return [
        *(difference("size", size, want.size) if size and not told.same(size, want.size) else ()),
        *(difference("version", version, want.version, replaces=True) if version else ()),
        *(_disk(disk, want) if disk is not None else ()),
        *(difference("high_availability", doubled, want.high_availability) if mode else ()),
        *(
            Change(field=name, actual=value, wanted="Disabled")
            for name, value in loose.items()
            if told.same(value, "Enabled")
        ),
    ]


def state(found: Told) -> State:
    said = told.text(found, "properties", "state").lower()
    return State.DONE if said == READY else State.GOING


def _disk(have: int, want: Wanted) -> list[Change]:
    """It grows by itself when it fills up, and never shrinks: larger than ordered is no drift."""
    if have >= want.disk_gb:
        return []
    return difference("disk_gb", have, want.disk_gb)


def _sku(want: Wanted) -> dict[str, str]:
    found = SIZE.fullmatch(want.size)
    return {"name": want.size, "tier": TIERS[found[1]] if found else ""}


def _mode(want: Wanted) -> str:
    return "ZoneRedundant" if want.high_availability else "Disabled"
