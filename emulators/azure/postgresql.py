"""Microsoft.DBforPostgreSQL: flexible servers, their databases and administrators."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from emulators.azure import lasting, logins
from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid, unchangeable
from emulators.azure.kinds import STATELESS, Kind, Offer, States
from emulators.azure.logins import ENABLED, READY
from emulators.azure.offers import DATABASE_SIZES, DATABASE_STORAGE

SERVER = "microsoft.dbforpostgresql/flexibleservers"
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]")
DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
VERSIONS = ("13", "14", "15", "16", "17", "18")  # Azure's description leaves them open
RETENTION = (7, 35)  # days of backups
BUSY = "ServerIsBusy"


def _check_server(call: Call, old: Thing | None) -> None:
    name = call.place.name
    if old is None and any(k.endswith(f"/{name}") for k, _ in call.cloud.each(type_=SERVER)):
        raise ArmError(
            409, "ServerNameAlreadyExists", f"Specified server name {name} is already used."
        )
    properties = call.body.get("properties") or {}
    version = properties.get("version")
    if version is not None and version not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise invalid("version", f"It must be one of {known}.", "InvalidParameterValue")
    _check_size(call.body.get("sku"), needed=old is None)
    _check_storage(properties.get("storage") or {}, old)
    days = (properties.get("backup") or {}).get("backupRetentionDays")
    if days is not None and not RETENTION[0] <= days <= RETENTION[1]:
        raise invalid("backupRetentionDays", f"From {RETENTION[0]} to {RETENTION[1]}.")
    if old is None:
        _check_sign_in(properties)
    else:
        logins.check(properties, old.properties)
    if old and properties.get("version", old.properties["version"]) < old.properties["version"]:
        raise unchangeable("version")


def _check_size(sku: dict[str, Any] | None, *, needed: bool) -> None:
    if sku is None:
        if needed:
            raise invalid("sku", "It is required.", "MissingRequiredParameter")
        return
    known = DATABASE_SIZES.get(str(sku.get("tier")), ())
    if sku.get("name") not in known:
        raise ArmError(
            400,
            "InvalidParameterValue",
            f"Invalid value given for parameter sku.name. Specify a valid parameter value: "
            f"{', '.join(known)}.",
            "sku.name",
        )


def _check_storage(storage: dict[str, Any], old: Thing | None) -> None:
    size = storage.get("storageSizeGB")
    if size is None:
        return
    if size not in DATABASE_STORAGE:
        known = ", ".join(map(str, DATABASE_STORAGE))
        raise invalid("storageSizeGB", f"It must be one of {known}.", "InvalidParameterValue")
    if old and size < old.properties["storage"]["storageSizeGB"]:
        raise ArmError(
            400, "StorageDownscaleNotSupported", "The storage of a server cannot be made smaller."
        )


def _check_sign_in(properties: dict[str, Any]) -> None:
    ways = properties.get("authConfig") or {}
    if ways.get("passwordAuth", ENABLED) == ENABLED:
        for field in ("administratorLogin", "administratorLoginPassword"):
            if not properties.get(field):
                raise invalid(field, "It is required for sign-in by password.")
    elif ways.get("activeDirectoryAuth") != ENABLED:
        raise invalid("authConfig", "One way to sign in has to be enabled.")
    elif not ways.get("tenantId"):
        raise invalid("authConfig.tenantId", "It is required for sign-in by Microsoft Entra.")


def _fill_server(_call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    properties = new.properties
    logins.note(new, old)
    had = old.properties if old else {}
    for unshown in ("administratorLoginPassword", "createMode"):
        properties.pop(unshown, None)
    for field, value in had.items():
        properties.setdefault(field, value)
    properties.setdefault("version", "17")
    properties.setdefault("authConfig", {}).setdefault("passwordAuth", ENABLED)
    storage = properties.setdefault("storage", {})
    for field, value in {
        "storageSizeGB": 32,
        "autoGrow": "Disabled",
        "type": "Premium_LRS",
    }.items():
        storage.setdefault(field, value)
    backup = properties.setdefault("backup", {})
    backup.setdefault("backupRetentionDays", RETENTION[0])
    backup.setdefault("geoRedundantBackup", "Disabled")
    available = properties.setdefault("highAvailability", {"mode": "Disabled"})
    available["state"] = "NotEnabled" if available["mode"] == "Disabled" else "Healthy"
    network = properties.setdefault("network", {})
    network.setdefault("publicNetworkAccess", ENABLED)
    properties.setdefault("dataEncryption", {"type": "SystemManaged"})
    properties.update(
        fullyQualifiedDomainName=f"{new.body['name']}.postgres.database.azure.com",
        minorVersion="2",
        replicationRole="Primary",
        privateEndpointConnections=had.get("privateEndpointConnections", []),
    )
    return {}


def _check_child(call: Call, _old: Thing | None) -> None:
    parent = call.place.parent
    server = call.cloud.peek(parent.key) if parent else None
    busy = parent is not None and lasting.goes_on(call.cloud, f"{parent.key}/")
    if server and (busy or server.properties.get("state") != READY):
        raise ArmError(
            409,
            BUSY,
            f"Cannot complete operation while server '{server.body['name']}' is busy processing "
            "another operation. Try again later.",
        )


def _check_database(call: Call, old: Thing | None) -> None:
    _check_child(call, old)
    if not DATABASE.fullmatch(call.place.name):
        raise invalid("databaseName", "It is no name of a database.", "InvalidDatabaseName")


def _fill_database(_call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.properties.setdefault("charset", "UTF8")
    new.properties.setdefault("collation", "en_US.utf8")
    return {}


def _check_administrator(call: Call, old: Thing | None) -> None:
    _check_child(call, old)
    try:
        UUID(call.place.name)
    except ValueError:
        raise invalid("objectId", "It is no object id of Microsoft Entra.") from None


def _fill_administrator(call: Call, new: Thing, _old: Thing | None) -> dict[str, Any]:
    new.properties["objectId"] = call.place.name
    return {}


OFFER = Offer(
    kinds=(
        Kind(
            type="Microsoft.DBforPostgreSQL/flexibleServers",
            names=NAME,
            style="operation",
            lags=3.0,
            states=States(
                field="state",
                creating="Provisioning",
                updating="Updating",
                done=READY,
                failed=READY,
                deleting="Dropping",
            ),
            check=_check_server,
            fill=_fill_server,
            busy=BUSY,
            vanishes=True,
        ),
        Kind(
            type="Microsoft.DBforPostgreSQL/flexibleServers/databases",
            style="operation",
            states=STATELESS,
            tracked=False,
            check=_check_database,
            fill=_fill_database,
            busy=BUSY,
            vanishes=True,
        ),
        Kind(
            type="Microsoft.DBforPostgreSQL/flexibleServers/administrators",
            style="operation",
            states=STATELESS,
            tracked=False,
            check=_check_administrator,
            fill=_fill_administrator,
            busy=BUSY,
            vanishes=True,
        ),
    ),
)
