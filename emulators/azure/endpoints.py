"""Private endpoints: an address in a subnet that leads to one service, past the internet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from emulators.azure import addresses
from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid
from emulators.azure.kinds import NETWORK, Kind

# type -> what of it can be reached, and under which name
DOORS = {
    "microsoft.storage/storageaccounts": {
        "blob": "blob.core.windows.net",
        "dfs": "dfs.core.windows.net",
        "file": "file.core.windows.net",
    },
    "microsoft.dbforpostgresql/flexibleservers": {
        "postgresqlserver": "postgres.database.azure.com"
    },
    "microsoft.desktopvirtualization/hostpools": {"connection": "wvd.microsoft.com"},
    "microsoft.desktopvirtualization/workspaces": {
        "feed": "wvd.microsoft.com",
        "global": "wvd.microsoft.com",
    },
}


def _check(call: Call, _old: Thing | None) -> None:
    properties = call.body.get("properties") or {}
    connections = properties.get("privateLinkServiceConnections") or []
    if not (properties.get("subnet") or {}).get("id"):
        raise invalid("subnet", "A private endpoint needs a subnet.")
    if len(connections) != 1:
        raise invalid("privateLinkServiceConnections", "There must be one.")
    wanted = connections[0].get("properties") or {}
    target = call.cloud.peek(str(wanted.get("privateLinkServiceId")).lower())
    doors = DOORS.get(target.type if target else "", {})
    for door in wanted.get("groupIds") or [""]:
        if door.lower() not in doors:
            known = ", ".join(doors)
            raise ArmError(
                400,
                "PrivateEndpointInvalidGroupId",
                f"The group id {door!r} is not valid for {wanted.get('privateLinkServiceId')}; "
                f"it has {known}.",
            )


def _fill(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    if old:
        for kept in ("networkInterfaces", "customDnsConfigs"):
            new.properties[kept] = old.properties.get(kept, [])
    new.body["etag"] = f'W/"{uuid4()}"'
    name = new.properties.get("customNetworkInterfaceName") or f"{new.body['name']}.nic.{uuid4()}"
    id_ = f"{new.id.split('/providers/')[0]}/providers/{addresses.INTERFACE}/{name}"
    subnet = new.properties["subnet"]
    configuration = {"name": "privateEndpointIpConfig", "properties": {"subnet": subnet}}
    if old is None:
        properties = {"ipConfigurations": [configuration]}
        addresses.place_interface(call, id_, {"properties": properties}, new)
        new.properties["networkInterfaces"] = [{"id": id_}]
        new.properties["customDnsConfigs"] = list(_names(call, new, id_))
    for connection in new.properties["privateLinkServiceConnections"]:
        connection["properties"]["privateLinkServiceConnectionState"] = {
            "status": "Approved",
            "description": "Auto-Approved",
            "actionsRequired": "None",
        }
        connection["properties"]["provisioningState"] = "Succeeded"
        connection["id"] = f"{new.id}/privateLinkServiceConnections/{connection['name']}"
    new.properties.setdefault("manualPrivateLinkServiceConnections", [])
    return {}


def _names(call: Call, new: Thing, interface: str) -> list[Mapping[str, Any]]:
    thing = call.cloud.peek(interface.lower())
    used = thing.properties["ipConfigurations"] if thing else []
    reached = [one["properties"]["privateIPAddress"] for one in used]
    connection = new.properties["privateLinkServiceConnections"][0]["properties"]
    target = call.cloud.peek(connection["privateLinkServiceId"].lower())
    if target is None:
        return []
    suffix = DOORS[target.type][connection["groupIds"][0].lower()]
    return [{"fqdn": f"{target.body['name']}.{suffix}", "ipAddresses": reached}]


def _with_it(_call: Call, thing: Thing) -> tuple[str, ...]:
    return tuple(i["id"].lower() for i in thing.properties.get("networkInterfaces") or ())


KINDS = (
    Kind(
        type="Microsoft.Network/privateEndpoints",
        states=NETWORK,
        check=_check,
        fill=_fill,
        with_it=_with_it,
    ),
)
