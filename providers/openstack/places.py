"""What a server refers to: the flavour, the image and the network behind their names."""

from __future__ import annotations

from collections.abc import Sequence

from providers.errors import InvalidSpec, NotAuthorised
from providers.openstack.clients import Clients, Told, text
from providers.types import Spec

FEW = 12  # names in one message


def flavour(clients: Clients, region: str, name: str) -> Told:
    """Raises InvalidSpec, naming those that there are."""
    found = list(clients.api(region, "compute").each("/flavors/detail", "flavors"))
    for one in found:
        if name in {text(one, "name"), text(one, "id")}:
            return one
    raise InvalidSpec(f"the cloud has no flavour {name!r}; it has {_names(found)}")


def image(clients: Clients, region: str, name: str) -> str:
    """The id of the newest image of that name. Raises InvalidSpec, naming those that there are."""
    api = clients.api(region, "image")
    found = [one for one in api.each("/images", "images") if text(one, "status") == "active"]
    named = [one for one in found if text(one, "name") == name]
    newest = max(named, key=lambda one: text(one, "created_at"), default=None)
    if newest is None:
        raise InvalidSpec(f"the cloud has no image {name!r}; it has {_names(found)}")
    return text(newest, "id")


def subnet(clients: Clients, spec: Spec, wanted: str) -> Told:
    """The subnet to stand in. Raises InvalidSpec, or NotAuthorised for the account's own."""
    id_ = wanted or clients.account.subnet
    if not id_:
        raise NotAuthorised(
            f"no network is ordered and the account has none for all: set "
            f"{clients.variable('SUBNET')} to the id of a subnet"
        )
    found = clients.api(spec.region, "network").get(f"/subnets/{id_}", "subnet")
    if found is None and not wanted:
        raise NotAuthorised(f"{clients.variable('SUBNET')}: the cloud has no subnet {id_!r}")
    if found is None:
        raise InvalidSpec(f"the cloud has no subnet {id_!r}")
    return found


def check_disk(clients: Clients, region: str, flavour: Told, disk_gb: int) -> bool:
    """Whether the disk is to be a volume of its own. Raises InvalidSpec when it cannot be."""
    own = flavour.get("disk")
    if not disk_gb or (isinstance(own, int) and own >= disk_gb):
        return False
    if clients.has(region, "volume"):
        return True
    raise InvalidSpec(
        f"disk_gb: this cloud has no volumes, and its flavour {text(flavour, 'name')!r} has "
        f"{own} GB, not {disk_gb}; choose a larger flavour"
    )


def _names(found: Sequence[Told]) -> str:
    names = sorted({text(one, "name") for one in found})
    more = ", ..." if len(names) > FEW else ""
    return (", ".join(names[:FEW]) + more) or "none at all"
