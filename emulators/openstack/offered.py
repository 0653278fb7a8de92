"""Every operation there is: how it is asked for, what it is called, and who does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulators.loopback import Answer
from emulators.openstack import (
    actions,
    containers,
    identity,
    marks,
    networks,
    offers,
    routers,
    servers,
    swift_objects,
    versions,
)
from emulators.openstack.call import PROJECT, Call, answer, page

Handler = Callable[[Call], Answer]
ID = r"(?P<id>[^/]+)"
NAME = r"(?P<name>[^/]+)"
SERVICES = ("identity", "compute", "network", "image", "volume", "object-store")


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    title: str
    handler: Handler


def _routes() -> list[Route]:
    found: list[Route] = []

    def add(method: str, path: str, title: str, handler: Handler) -> None:
        found.append(Route(method, re.compile(path + "/?"), title, handler))

    add("GET", "/identity(?:/v3)?", "identity.version", identity.version)
    add("POST", "/identity/v3/auth/tokens", "identity.tokens.create", identity.sign_in)
    add("GET", "/compute(?:/v2[.]1)?", "compute.version", versions.compute)
    add("GET", "/network(?:/v2[.]0)?", "network.version", versions.network)
    add("GET", "/image(?:/v2)?", "image.version", versions.image)
    add("GET", "/volume(?:/v3(?:/[0-9a-f]{32})?)?", "volume.version", versions.volume)
    _compute(add)
    _network(add)
    add("GET", "/image/v2/images", "image.images.list", _images)
    store = f"/object-store/v1/AUTH_{PROJECT}"
    add("GET", store, "object.containers.list", containers.list_)
    for method, verb in (("PUT", "put"), ("POST", "post"), ("HEAD", "head"), ("DELETE", "delete")):
        handler: Handler = getattr(containers, verb)
        add(method, f"{store}/{NAME}", f"object.containers.{verb}", handler)
    thing = f"{store}/{NAME}/(?P<object>.+)"
    add("GET", f"{store}/{NAME}", "object.objects.list", swift_objects.list_)
    add("GET", thing, "object.objects.get", swift_objects.get)
    add("PUT", thing, "object.objects.put", swift_objects.put)
    add("DELETE", thing, "object.objects.delete", swift_objects.delete)
    return found


def _compute(add: Callable[[str, str, str, Handler], None]) -> None:
    base = "/compute/v2.1"
    add("GET", f"{base}/flavors/detail", "compute.flavors.list", _flavours)
    add("POST", f"{base}/servers", "compute.servers.create", servers.create)
    add("GET", f"{base}/servers/detail", "compute.servers.list", servers.list_)
    add("GET", f"{base}/servers/{ID}", "compute.servers.get", servers.get)
    add("DELETE", f"{base}/servers/{ID}", "compute.servers.delete", servers.delete)
    add("POST", f"{base}/servers/{ID}/metadata", "compute.servers.metadata", marks.metadata)
    tag = f"{base}/servers/{ID}/tags/(?P<tag>[^/]+)"
    add("PUT", tag, "compute.servers.tag", marks.tag)
    add("POST", f"{base}/servers/{ID}/action", "compute.servers.action", actions.act)


def _network(add: Callable[[str, str, str, Handler], None]) -> None:
    base = "/network/v2.0"
    for sort in networks.SORTS:
        title = f"network.{sort.collection}"
        several, single = f"{base}/{sort.collection}", f"{base}/{sort.collection}/{ID}"
        add("POST", several, f"{title}.create", partial(networks.create, sort=sort))
        add("GET", several, f"{title}.list", partial(networks.list_, sort=sort))
        add("GET", single, f"{title}.get", partial(networks.get, sort=sort))
        add("PUT", single, f"{title}.update", partial(networks.update, sort=sort))
        add("DELETE", single, f"{title}.delete", partial(networks.delete, sort=sort))
        add("PUT", f"{single}/tags", f"{title}.tags", partial(networks.replace_tags, sort=sort))
    rules = f"{base}/security-group-rules"
    title = "network.security-group-rules"
    add("POST", rules, f"{title}.create", partial(networks.create, sort=networks.RULES))
    add("DELETE", f"{rules}/{ID}", f"{title}.delete", networks.drop_rule)
    router = f"{base}/routers/{ID}"
    add("PUT", f"{router}/add_router_interface", "network.routers.plug", routers.plug)
    add("PUT", f"{router}/remove_router_interface", "network.routers.unplug", routers.unplug)
    for collection in ("ports", "subnetpools"):
        sort = networks.Sort(collection, collection[:-1], lambda _, thing: thing, collection)
        list_ = partial(networks.list_, sort=sort)
        add("GET", f"{base}/{collection}", f"network.{collection}.list", list_)


def _flavours(call: Call) -> Answer:
    return page(call, "flavors", offers.flavours(call.region))


def _images(call: Call) -> Answer:
    found = offers.images(call.region)
    if marker := call.query.get("marker"):
        found = [one for one in found if one["id"] == marker][1:]
    return answer({"images": found})


ROUTES = _routes()
TITLES = frozenset(route.title for route in ROUTES)
