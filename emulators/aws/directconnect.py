"""Direct Connect: hosted connections, gateways, virtual interfaces and associations.

The carrier is played too. A customer tells the carrier out of band what it wants; here the order
stands in the tag `hosted-connection` of the Direct Connect gateway, such as `GlobalConnect Oslo
100Mbps vlan 100`, and the carrier sets up a connection of the gateway's name a while later. It is
then the customer's to confirm, as in AWS. AllocateHostedConnection does the same at once.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from emulators.aws.answers import AwsError
from emulators.aws.schedule import Due
from emulators.aws.things import Call, Thing, Things, shown

CONNECTION, GATEWAY, INTERFACE = (
    "directconnect.connection",
    "directconnect.gateway",
    "directconnect.interface",
)
USERS = (INTERFACE, "directconnect.association")  # what holds a gateway back
STATES = {
    CONNECTION: "connectionState",
    GATEWAY: "directConnectGatewayState",
    INTERFACE: "virtualInterfaceState",
}
GLOBAL = "global"  # gateways belong to no region
ORDER = "hosted-connection"
ORDERED = re.compile(r"(\S.*) (\S+) (\d+[MG]bps) vlan (\d+)")
BANDWIDTHS = frozenset(
    f"{speed}bps"
    for speed in ("50M", "100M", "200M", "300M", "400M", "500M", "1G", "2G", "5G", "10G", "25G")
)
GONE = "gone"
UNTOLD = "untold"  # the carrier has not set it up yet


def refuse(message: str) -> AwsError:
    return AwsError("DirectConnectClientException", message)


def create_gateway(call: Call) -> dict[str, Any]:
    id_ = str(uuid4())
    made = {
        "directConnectGatewayId": id_,
        "directConnectGatewayName": call.asked["directConnectGatewayName"],
        "amazonSideAsn": int(call.asked.get("amazonSideAsn") or 64512),
        "ownerAccount": call.operation.account,
        "directConnectGatewayState": "available",
        **({"tags": list(call.asked["tags"])} if call.asked.get("tags") else {}),
    }
    call.table(GATEWAY, GLOBAL)[id_] = made
    told = next((t["value"] for t in made.get("tags", ()) if t["key"] == ORDER), "")
    if ordered := ORDERED.fullmatch(told):
        name = str(made["directConnectGatewayName"])
        connection = _connection(call, name, ordered)
        connection["connectionState"] = UNTOLD
        call.schedule.later(call.address(CONNECTION, connection["connectionId"]), "ordering")
    return {"directConnectGateway": shown(made)}


def describe_gateways(call: Call) -> dict[str, Any]:
    wanted = call.asked.get("directConnectGatewayId")
    several = call.table(GATEWAY, GLOBAL).values()
    found = [g for g in several if wanted in {None, g["directConnectGatewayId"]}]
    return call.paged("directConnectGateways", found)


def delete_gateway(call: Call) -> dict[str, Any]:
    found = gateway(call, call.asked["directConnectGatewayId"])
    id_ = found["directConnectGatewayId"]
    account = call.operation.account
    users = [t for sort in USERS for t in call.things.everywhere(sort, account)]
    if any(user.get("directConnectGatewayId") == id_ for user in users):
        raise refuse(f"Direct Connect Gateway {id_} has attachments or associations; remove them")
    found["directConnectGatewayState"] = "deleting"
    call.schedule.later(call.address(GATEWAY, id_, GLOBAL), GONE)
    return {"directConnectGateway": shown(found)}


def allocate_connection(call: Call) -> dict[str, Any]:
    asked = call.asked
    order = ORDERED.fullmatch(
        f"carrier {call.operation.region} {asked['bandwidth']} vlan {asked['vlan']}"
    )
    if order is None or asked["bandwidth"] not in BANDWIDTHS:
        raise refuse(f"{asked['bandwidth']} is no bandwidth of a hosted connection")
    made = _connection(call, asked["connectionName"], order)
    return shown(made)


def describe_connections(call: Call) -> dict[str, Any]:
    wanted = call.asked.get("connectionId")
    several = [c for c in call.table(CONNECTION).values() if c["connectionState"] != UNTOLD]
    found = [c for c in several if wanted in {None, c["connectionId"]}]
    if wanted and not found:
        raise refuse(f"Connection {wanted} does not exist")
    return call.paged("connections", found)


def confirm_connection(call: Call) -> dict[str, Any]:
    found = connected(call, call.asked["connectionId"])
    if found["connectionState"] != "ordering":
        raise refuse(f"Connection {found['connectionId']} is not in the ordering state")
    found["connectionState"] = "pending"
    call.schedule.later(call.address(CONNECTION, found["connectionId"]), "available")
    return {"connectionState": "pending"}


def delete_connection(call: Call) -> dict[str, Any]:
    found = connected(call, call.asked["connectionId"])
    id_ = found["connectionId"]
    if any(i["connectionId"] == id_ for i in call.table(INTERFACE).values()):
        raise refuse(f"Connection {id_} has virtual interfaces; delete them first")
    found["connectionState"] = "deleting"
    call.schedule.later(call.address(CONNECTION, id_), GONE)
    return shown(found)


def tag(call: Call) -> dict[str, Any]:
    arn = str(call.asked["resourceArn"])
    id_ = arn.rpartition("/")[2]
    found = _tagged(call, id_)
    if found is None:
        raise refuse(f"{arn} does not exist")
    new = {str(t["key"]): str(t.get("value") or "") for t in call.asked["tags"]}
    kept = [t for t in found.get("tags") or () if t["key"] not in new]
    found["tags"] = [*kept, *({"key": key, "value": value} for key, value in new.items())]
    return {}


def arrive(due: Due, found: Thing, things: Things) -> None:
    """Bring a thing to what it has come to by now."""
    _, account, _, _ = due.address
    gateways = things.everywhere(GATEWAY, account)
    unwanted = found.get("connectionState") == UNTOLD and not any(
        gateway["directConnectGatewayName"] == found["connectionName"]
        and gateway["directConnectGatewayState"] == "available"
        for gateway in gateways
    )
    if due.to == GONE or unwanted:
        things.drop(due.address)
    else:
        found[STATES[due.address[0]]] = due.to


def _connection(call: Call, name: str, ordered: re.Match[str]) -> Thing:
    id_ = f"dxcon-{uuid4().hex[:8]}"
    carrier, location, bandwidth, vlan = ordered.groups()
    made: Thing = {
        "connectionId": id_,
        "connectionName": name,
        "connectionState": "ordering",
        "ownerAccount": call.operation.account,
        "region": call.operation.region,
        "location": location,
        "bandwidth": bandwidth,
        "vlan": int(vlan),
        "partnerName": carrier,
        "jumboFrameCapable": True,
    }
    call.table(CONNECTION)[id_] = made
    return made


def gateway(call: Call, id_: str) -> Thing:
    found = call.table(GATEWAY, GLOBAL).get(id_)
    if found is None:
        raise refuse(f"Direct Connect Gateway {id_} does not exist")
    return found


def connected(call: Call, id_: str) -> Thing:
    found = call.table(CONNECTION).get(id_)
    if found is None:
        raise refuse(f"Connection {id_} does not exist")
    return found


def _tagged(call: Call, id_: str) -> Thing | None:
    tables = (call.table(GATEWAY, GLOBAL), call.table(CONNECTION), call.table(INTERFACE))
    return next((table[id_] for table in tables if id_ in table), None)


SERVES = {
    "directconnect.CreateDirectConnectGateway": create_gateway,
    "directconnect.DescribeDirectConnectGateways": describe_gateways,
    "directconnect.DeleteDirectConnectGateway": delete_gateway,
    "directconnect.AllocateHostedConnection": allocate_connection,
    "directconnect.DescribeConnections": describe_connections,
    "directconnect.ConfirmConnection": confirm_connection,
    "directconnect.DeleteConnection": delete_connection,
    "directconnect.TagResource": tag,
}
ARRIVES = {GATEWAY: arrive, CONNECTION: arrive, INTERFACE: arrive}
