"""Neutron's addresses: subnets of their own range or of a pool, and the next free one of each."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from emulators.openstack.call import Call, Refusal
from emulators.openstack.store import Thing


def subnet(call: Call, thing: Thing) -> Thing:
    """A subnet with its range and gateway. Raises Refusal as Neutron does."""
    cidr = _from_pool(call, thing) if thing.get("subnetpool_id") else _asked(thing.get("cidr"))
    for other in call.store.each(call.named("subnets")):
        if other["network_id"] == thing["network_id"] and _net(other).overlaps(cidr):
            message = f"Requested subnet with cidr: {cidr} overlaps with another subnet"
            raise Refusal(400, f"Invalid input for operation: {message}.", "InvalidInput")
    given = {k: v for k, v in thing.items() if k != "prefixlen"}
    gateway = str(next(cidr.hosts()))
    return {"enable_dhcp": True, "gateway_ip": gateway, **given, "cidr": str(cidr)}


def next_free(call: Call, found: Thing) -> str:
    """Raises Refusal when every address of the subnet is in use."""
    ports = call.store.each(call.named("ports"))
    used = {one["ip_address"] for port in ports for one in port["fixed_ips"]}
    for address in _net(found).hosts():
        if str(address) not in {*used, found["gateway_ip"]}:
            return str(IPv4Address(address))
    message = f"No more IP addresses available on network {found['network_id']}."
    raise Refusal(409, message, "IpAddressGenerationFailure")


def _from_pool(call: Call, thing: Thing) -> IPv4Network:
    pool = call.must("subnetpools", str(thing["subnetpool_id"]), "SubnetPoolNotFound")
    taken = [
        _net(other)
        for other in call.store.each(call.named("subnets"))
        if other.get("subnetpool_id") == pool["id"]
    ]
    ranges = [IPv4Network(prefix) for prefix in pool["prefixes"]]
    if thing.get("cidr"):
        cidr = _asked(thing["cidr"])
        inside = any(cidr.subnet_of(one) for one in ranges)
        if inside and not any(cidr.overlaps(other) for other in taken):
            return cidr
        why = "Cannot allocate requested subnet from the available set of prefixes"
        raise Refusal(400, f"Failed to allocate subnet: {why}.", "SubnetAllocationError")
    prefix = int(thing.get("prefixlen") or pool["default_prefixlen"])
    if not int(pool["min_prefixlen"]) <= prefix <= int(pool["max_prefixlen"]):
        raise Refusal(400, f"Illegal prefixlen {prefix}.", "IllegalSubnetPoolPrefixBounds")
    for one in ranges:
        for cidr in one.subnets(new_prefix=prefix) if prefix >= one.prefixlen else ():
            if not any(cidr.overlaps(other) for other in taken):
                return cidr
    why = f"Insufficient prefix space to allocate subnet size /{prefix}"
    raise Refusal(400, f"Failed to allocate subnet: {why}.", "SubnetAllocationError")


def _asked(cidr: Any) -> IPv4Network:  # noqa: ANN401 - JSON
    try:
        return IPv4Network(cidr)
    except ValueError:
        message = f"Invalid input for cidr. Reason: '{cidr}' is not a valid IP subnet."
        raise Refusal(400, message, "HTTPBadRequest") from None


def _net(found: Thing) -> IPv4Network:
    return IPv4Network(found["cidr"])
