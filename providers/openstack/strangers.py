"""What stands in the private cloud without our mark, described as an order would ask for it.

Left out is what the cloud shares with everybody (outside networks), the landing zone, and what
Swift keeps for itself beside the containers that people make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from providers.openstack import bucket, machine, ranges, tags
from providers.openstack.clients import Api, Clients, Told, text
from providers.parameters import RANGE
from providers.types import Ref, Spec, Stranger

SWIFTS_OWN = re.compile(r"\..*|.*(?:_segments|\+segments|_versions)")


def server(clients: Clients, region: str, found: Told, images: dict[str, str]) -> Stranger:
    """A server and where it stands: a look at its ports for each. `images`: their names by id."""
    made_from = found.get("image")
    image = images.get(text(made_from, "id"), "") if isinstance(made_from, dict) else ""
    size = machine.size(found)
    ports = clients.api(region, "network").each("/ports", "ports", device_id=text(found, "id"))
    networks, subnets = _places(list(ports))
    told = {
        "size": size if machine.NAME.fullmatch(size) else "",
        "image": image if machine.NAME.fullmatch(image) else "",
        "subnet": next(iter(subnets), ""),
    }
    kept = found.get("metadata")
    marks = {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}
    return Stranger(
        ref=Ref(kind="virtual-machine", region=region, id=text(found, "id")),
        name=text(found, "name"),
        tags=marks,
        parameters={name: value for name, value in told.items() if value},
        networks=(*networks, *subnets),
    )


def network(api: Api, region: str, found: Told, landing_zone: str) -> Iterator[Stranger]:
    """A network of the project's own; `landing_zone` is the subnet that orders are placed in."""
    if found.get("router:external") is True or found.get("shared") is True:
        return
    several = list(api.each("/subnets", "subnets", network_id=text(found, "id")))
    ids = [text(one, "id") for one in several]
    if landing_zone in ids:
        return
    plain = [text(one, "cidr") for one in several if RANGE.fullmatch(text(one, "cidr"))]
    cidr = plain[0] if len(several) == len(plain) == 1 and ranges.orderable(plain[0]) else ""
    marks = [str(one) for one in found.get("tags") or []]
    yield Stranger(
        ref=Ref(kind="network", region=region, id=text(found, "id")),
        name=text(found, "name"),
        tags=dict(_pair(one) for one in marks),
        parameters={"cidr": cidr} if cidr else {},
        networks=(text(found, "id"), *ids),
    )


def built(api: Api, spec: Spec) -> bool:
    """Whether we made this network: then its router says so, whatever became of itself."""
    marked_so = api.each("/routers", "routers", description=tags.description(spec))
    return next(iter(marked_so), None) is not None


def described(api: Api, network: Told, spec: Spec) -> Told:
    """The network as we made it, with the description that somebody took off."""
    mark = {"description": tags.description(spec)}
    api.call("PUT", f"/networks/{text(network, 'id')}", {"network": mark})
    return {**network, **mark}


def marked(api: Api, network: Told, spec: Spec) -> Told:
    """The network with our tags on it, as whoever adopts it puts them there."""
    labels = tags.adopted(network, spec)
    api.call("PUT", f"/networks/{text(network, 'id')}/tags", {"tags": labels})
    return {**network, "tags": labels}


def container(region: str, name: str, have: bucket.Headers) -> Iterator[Stranger]:
    if SWIFTS_OWN.fullmatch(name):
        return
    quota = have.get(bucket.QUOTA, "")
    gb = int(quota) // bucket.GB if quota.isdecimal() and int(quota) % bucket.GB == 0 else 0
    told: dict[str, Any] = {
        "versioning": have.get(bucket.VERSIONS, "").lower() == "true",
        **({"quota_gb": gb} if 0 < gb <= bucket.MOST_GB else {}),
    }
    yield Stranger(
        ref=Ref(kind=bucket.KIND, region=region, id=name),
        name=name,
        tags=bucket.marks(have),
        parameters=told,
    )


def images(clients: Clients, region: str) -> dict[str, str]:
    """The names of all images, by their ids."""
    listed = clients.api(region, "image").each("/images", "images")
    return {text(one, "id"): text(one, "name") for one in listed}


def _places(ports: list[Told]) -> tuple[list[str], list[str]]:
    """The ids of the networks and of the subnets that ports are in."""
    networks = dict.fromkeys(text(port, "network_id") for port in ports)
    held = [one for port in ports for one in port.get("fixed_ips") or [] if isinstance(one, dict)]
    subnets = dict.fromkeys(text(one, "subnet_id") for one in held)
    return [one for one in networks if one], [one for one in subnets if tags.ID.fullmatch(one)]


def _pair(mark: str) -> tuple[str, str]:
    """Neutron's tags are texts; people write `key=value` in them."""
    key, _, value = mark.partition("=")
    return key, value
