"""What stands at Azure without our tag, described as an order would ask for it.

Left out is what cannot be ordered here (a copy of another database), the landing zone itself, and
what Azure makes for its own portal.
"""

from __future__ import annotations

from typing import Any

from providers.azure import bucket, postgres, ranges, subnets, told
from providers.azure import machine as machines
from providers.azure.adopting import Described
from providers.azure.clients import Clients
from providers.azure.told import Told

LENGTH = 9  # parts of an id: /subscriptions/s/resourceGroups/g/providers/n/t/name
PORTALS_OWN = "ms-resource-usage"  # a tag on what Azure's portal makes for itself
REPLICAS = frozenset({"asyncreplica", "georeplica"})
KINDS = frozenset({"storagev2", "blobstorage", "blockblobstorage"})


def machine(clients: Clients, found: Told) -> Described:
    """A machine and the subnet that it stands in: a look at its interface for each."""
    properties = told.part(found, "properties")
    inside = _subnet(clients, properties)
    size = told.text(properties, "hardwareProfile", "vmSize")
    image = machines.image(properties)
    disk = told.number(properties, "storageProfile", "osDisk", "diskSizeGB") or 0
    facts: dict[str, Any] = {
        "size": size if machines.SIZE.fullmatch(size) else "",
        "image": image if image in machines.IMAGES else "",
        "disk_gb": disk if machines.SMALLEST_DISK <= disk <= machines.LARGEST_DISK else 0,
        "subnet": inside,
    }
    kept = {name: value for name, value in facts.items() if value}
    return Described(parameters=kept, networks=_networks(inside))


def server(clients: Clients, found: Told) -> Described | None:
    """A database that is no copy, with who administers it: a look for each."""
    properties = told.part(found, "properties")
    if told.text(properties, "replicationRole").lower() in REPLICAS:
        return None
    size, version = told.text(found, "sku", "name"), told.text(properties, "version")
    disk = told.number(properties, "storage", "storageSizeGB") or 0
    mode = told.text(properties, "highAvailability", "mode")
    inside = told.text(properties, "network", "delegatedSubnetResourceId")
    facts = {
        "size": size if postgres.SIZE.fullmatch(size) else "",
        "version": version if version in postgres.VERSIONS else "",
        "disk_gb": disk if postgres.SMALLEST_DISK <= disk <= postgres.LARGEST_DISK else 0,
        **_administrator(clients, told.text(found, "id")),
    }
    doubled = bool(mode) and not told.same(mode, "Disabled")
    kept = {name: value for name, value in facts.items() if value}
    return Described(parameters={**kept, "high_availability": doubled}, networks=_networks(inside))


def storage(found: Told) -> Described | None:
    if told.text(found, "kind").lower() not in KINDS or PORTALS_OWN in told.tags(found):
        return None
    tier = told.text(found, "properties", "accessTier").lower()
    copies = told.text(found, "sku", "name").lower()
    facts = {
        "storage_class": next((k for k, v in bucket.CLASSES.items() if v.lower() == tier), ""),
        "redundancy": next((k for k, v in bucket.COPIES.items() if v.lower() == copies), ""),
    }
    return Described(parameters={name: value for name, value in facts.items() if value})


def network(clients: Clients, found: Told) -> Described | None:
    """One range of addresses; what lets whom in is with its subnets, and stays there."""
    id_ = told.text(found, "id")
    if clients.account.subnet.lower().startswith(f"{id_.lower()}/"):
        return None
    space = [str(one) for one in ranges.prefixes(found)]
    facts: dict[str, Any] = {"cidr": space[0]} if len(space) == 1 else {}
    inside = [told.text(one, "id") for one in told.each(found, "properties", "subnets")]
    return Described(parameters=facts, networks=(id_, *inside))


def _subnet(clients: Clients, properties: Told) -> str:
    """Of its first interface; empty where Azure does not tell."""
    several = told.each(properties, "networkProfile", "networkInterfaces")
    names = told.text(next(iter(several), {}), "id").split("/")
    if len(names) != LENGTH:
        return ""
    found = clients.get("network.network_interfaces", names[4], names[-1])
    held = told.each(found, "properties", "ipConfigurations")
    inside = next((told.text(one, "properties", "subnet", "id") for one in held), "")
    return inside if subnets.SUBNET.fullmatch(inside) else ""


def _administrator(clients: Clients, id_: str) -> dict[str, str]:
    names = id_.split("/")
    listed = clients.list(
        "postgresql.administrators_microsoft_entra", "list_by_server", names[4], names[-1]
    )
    first = next(iter(listed), {})
    kind = told.text(first, "properties", "principalType").lower()
    ours = next((k for k, v in postgres.KINDS.items() if v.lower() == kind), "")
    object_ = told.text(first, "properties", "objectId") or told.text(first, "name")
    name = told.text(first, "properties", "principalName")
    if not (ours and postgres.OBJECT.fullmatch(object_) and postgres.PRINCIPAL.fullmatch(name)):
        return {}
    return {"administrator": object_, "administrator_name": name, "administrator_type": ours}


def _networks(subnet: str) -> tuple[str, ...]:
    """The subnet and the network that it is a part of, by their ids."""
    if not subnets.SUBNET.fullmatch(subnet):
        return ()
    return (subnet.rpartition("/subnets/")[0], subnet)
