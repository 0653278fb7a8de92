"""Neutron's routers and the ports they have in subnets."""

from __future__ import annotations

from emulators.loopback import Answer
from emulators.openstack.call import PROJECT, Call, Refusal, answer, new_id
from emulators.openstack.store import Thing


def plug(call: Call) -> Answer:
    """A router's interface in a subnet: a port on the gateway's address."""
    router, subnet = _both(call)
    if any(port["_subnet"] == subnet["id"] for port in ports(call, router["id"])):
        message = f"Router already has a port on subnet {subnet['id']}"
        raise Refusal(400, message, "BadRequest")
    gateway = {"subnet_id": subnet["id"], "ip_address": subnet["gateway_ip"]}
    if any(gateway in port["fixed_ips"] for port in call.store.each(call.named("ports"))):
        message = f"IP address {subnet['gateway_ip']} already allocated in subnet {subnet['id']}"
        raise Refusal(409, message, "IpAddressAlreadyAllocated")
    port = {
        "id": new_id(),
        "network_id": subnet["network_id"],
        "device_id": router["id"],
        "device_owner": "network:router_interface",
        "fixed_ips": [gateway],
        "status": "ACTIVE",
        "project_id": PROJECT,
        "_subnet": subnet["id"],
    }
    call.store.put(call.named("ports"), port)
    return answer({"id": router["id"], "port_id": port["id"], "subnet_id": subnet["id"]})


def unplug(call: Call) -> Answer:
    router, subnet = _both(call)
    for port in ports(call, router["id"]):
        if port["_subnet"] == subnet["id"]:
            call.store.drop(call.named("ports"), port["id"])
            return answer({"id": router["id"], "subnet_id": subnet["id"]})
    raise Refusal(404, f"Router {router['id']} has no interface there", "RouterInterfaceNotFound")


def _both(call: Call) -> tuple[Thing, Thing]:
    router = call.must("routers", call.path["id"], "RouterNotFound")
    subnet = call.must("subnets", str(call.body.get("subnet_id")), "SubnetNotFound")
    return router, subnet


def ports(call: Call, device: str) -> list[Thing]:
    return [p for p in call.store.each(call.named("ports")) if p["device_id"] == device]
