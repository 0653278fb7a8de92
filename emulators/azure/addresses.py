"""Interfaces and the addresses they take out of their subnet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

from emulators.azure.call import Call
from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid

INTERFACE = "Microsoft.Network/networkInterfaces"
RESERVED = 4  # Azure keeps a subnet's first addresses for itself, and its last


def place_interface(call: Call, id_: str, configuration: Mapping[str, Any], holder: Thing) -> None:
    """Make the interface `id_`, unless it is there."""
    if call.cloud.peek(id_.lower()):
        return
    properties = configuration.get("properties") or {}
    body = {
        "id": id_,
        "name": id_.rsplit("/", 1)[1],
        "type": INTERFACE,
        "etag": f'W/"{uuid4()}"',
        "location": holder.body["location"],
        "tags": dict(configuration.get("tags") or {}),
        "properties": {
            "resourceGuid": str(uuid4()),
            "provisioningState": "Succeeded",
            "ipConfigurations": [
                _addressed(call, id_, one) for one in properties.get("ipConfigurations") or ()
            ],
        },
    }
    if properties.get("networkSecurityGroup"):
        body["properties"]["networkSecurityGroup"] = dict(properties["networkSecurityGroup"])
    call.cloud.put(id_.lower(), Thing(INTERFACE.lower(), body))


def fill_interface(call: Call, new: Thing, old: Thing | None) -> dict[str, Any]:
    """What Azure adds to an interface that is put by itself."""
    had = old.properties if old else {}
    new.body["etag"] = f'W/"{uuid4()}"'
    new.properties["resourceGuid"] = had.get("resourceGuid", str(uuid4()))
    if "virtualMachine" in had:
        new.properties["virtualMachine"] = had["virtualMachine"]
    new.properties["ipConfigurations"] = [
        _addressed(call, new.id, one) for one in new.properties.get("ipConfigurations") or ()
    ]
    return {}


def attach(call: Call, id_: str, machine: Thing) -> None:
    thing = call.cloud.take(id_.lower())
    if thing:
        thing.properties["virtualMachine"] = {"id": machine.id}
        call.cloud.put(id_.lower(), thing)


def detach(call: Call, id_: str) -> None:
    thing = call.cloud.take(id_.lower())
    if thing:
        thing.properties.pop("virtualMachine", None)
        call.cloud.put(id_.lower(), thing)


def used_in(call: Call, subnet: str) -> Iterator[tuple[str, str]]:
    """Id of the configuration and address of everything in a subnet."""
    for _, thing in call.cloud.each(type_=INTERFACE.lower()):
        for one in thing.properties.get("ipConfigurations") or ():
            properties = one["properties"]
            if (properties.get("subnet") or {}).get("id", "").lower() == subnet.lower():
                yield one["id"], properties["privateIPAddress"]


def _addressed(call: Call, interface: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    one = deepcopy(dict(wanted))
    properties = one.setdefault("properties", {})
    subnet = (properties.get("subnet") or {}).get("id", "")
    thing = call.cloud.peek(subnet.lower())
    if thing is None:
        raise invalid("subnet", f"Subnet {subnet} was not found.", "InvalidResourceReference")
    one["id"] = f"{interface}/ipConfigurations/{one.get('name', 'ipconfig1')}"
    before = {id_.lower(): address for id_, address in used_in(call, subnet)}
    properties.pop("publicIPAddressConfiguration", None)
    properties.setdefault("privateIPAddressVersion", "IPv4")
    properties.setdefault("privateIPAllocationMethod", "Dynamic")
    properties["primary"] = properties.get("primary", True)
    properties["privateIPAddress"] = before.get(one["id"].lower()) or _free(thing, before)
    properties["provisioningState"] = "Succeeded"
    return one


def _free(subnet: Thing, used: Mapping[str, str]) -> str:
    prefix = subnet.properties.get("addressPrefix") or subnet.properties["addressPrefixes"][0]
    network, taken = ip_network(prefix), set(used.values())
    for index in range(RESERVED, network.num_addresses - 1):
        address = str(network[index])
        if address not in taken:
            return address
    raise ArmError(
        400,
        "SubnetIsFull",
        f"Subnet {subnet.body['name']} with address prefix {prefix} does not have enough capacity "
        "for 1 IP addresses.",
    )
