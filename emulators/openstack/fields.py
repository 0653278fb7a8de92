"""Which fields each resource has: read from the SDK's own resources, so that we cannot drift."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from openstack.fields import Body

WHERE = {
    "server": ("openstack.compute.v2.server", "Server"),
    "network": ("openstack.network.v2.network", "Network"),
    "subnet": ("openstack.network.v2.subnet", "Subnet"),
    "router": ("openstack.network.v2.router", "Router"),
    "security_group": ("openstack.network.v2.security_group", "SecurityGroup"),
    "security_group_rule": ("openstack.network.v2.security_group_rule", "SecurityGroupRule"),
}


@cache
def fields(name: str) -> frozenset[str]:
    """The names in a body, such as `imageRef`."""
    module, cls = WHERE[name]
    found = getattr(import_module(module), cls)
    names: set[str] = set()
    for one in found.__mro__:
        names |= {part.name for part in vars(one).values() if isinstance(part, Body)}
    return frozenset(names)
