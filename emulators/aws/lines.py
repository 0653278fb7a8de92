"""Private virtual interfaces of Direct Connect, over hosted connections."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from emulators.aws.directconnect import GONE, INTERFACE, connected, gateway, refuse
from emulators.aws.things import Call, Thing, shown

MTUS = (1500, 8500)


def create_interface(call: Call) -> dict[str, Any]:
    wanted = call.asked["newPrivateVirtualInterface"]
    connection = connected(call, call.asked["connectionId"])
    _check_interface(call, connection, wanted)
    id_ = f"dxvif-{uuid4().hex[:8]}"
    made = {
        **{name: value for name, value in wanted.items() if value is not None},
        "virtualInterfaceId": id_,
        "virtualInterfaceType": "private",
        "virtualInterfaceState": "pending",
        "connectionId": connection["connectionId"],
        "ownerAccount": call.operation.account,
        "location": connection["location"],
        "region": call.operation.region,
        "mtu": int(wanted.get("mtu") or MTUS[0]),
        "jumboFrameCapable": True,
        "authKey": wanted.get("authKey") or uuid4().hex,
    }
    call.table(INTERFACE)[id_] = made
    call.schedule.later(call.address(INTERFACE, id_), "available")
    return shown(made)


def describe_interfaces(call: Call) -> dict[str, Any]:
    by = {name: call.asked.get(name) for name in ("virtualInterfaceId", "connectionId")}
    several = call.table(INTERFACE).values()
    found = [i for i in several if all(v in {None, i[name]} for name, v in by.items())]
    return call.paged("virtualInterfaces", found)


def change_interface(call: Call) -> dict[str, Any]:
    found = _interface(call, call.asked["virtualInterfaceId"])
    mtu = call.asked.get("mtu")
    if mtu is not None:
        if mtu not in MTUS:
            raise refuse(f"The MTU must be one of {MTUS}")
        found["mtu"] = mtu
    return shown(found)


def delete_interface(call: Call) -> dict[str, Any]:
    found = _interface(call, call.asked["virtualInterfaceId"])
    found["virtualInterfaceState"] = "deleting"
    call.schedule.later(call.address(INTERFACE, found["virtualInterfaceId"]), GONE)
    return {"virtualInterfaceState": "deleting"}


def _check_interface(call: Call, connection: Thing, wanted: Any) -> None:  # noqa: ANN401 - the model's
    if connection["connectionState"] not in {"available", "down"}:
        raise refuse(
            f"Connection {connection['connectionId']} is {connection['connectionState']}, not "
            "available"
        )
    if wanted["vlan"] != connection["vlan"]:
        raise refuse(f"The VLAN of this hosted connection is {connection['vlan']}")
    taken = call.table(INTERFACE).values()
    if any(i["connectionId"] == connection["connectionId"] for i in taken):
        raise refuse("A hosted connection takes one virtual interface")
    if wanted.get("mtu") not in {None, *MTUS}:
        raise refuse(f"The MTU must be one of {MTUS}")
    if id_ := wanted.get("directConnectGatewayId"):
        gateway(call, id_)


def _interface(call: Call, id_: str) -> Thing:
    found = call.table(INTERFACE).get(id_)
    if found is None:
        raise refuse(f"Virtual interface {id_} does not exist")
    return found


SERVES = {
    "directconnect.CreatePrivateVirtualInterface": create_interface,
    "directconnect.DescribeVirtualInterfaces": describe_interfaces,
    "directconnect.UpdateVirtualInterfaceAttributes": change_interface,
    "directconnect.DeleteVirtualInterface": delete_interface,
}
