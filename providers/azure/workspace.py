"""A workspace: a desktop pool, the group of what it offers, and the workspace people open.

Reached through private endpoints only; drives, printers, USB and clipboard stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from providers.azure import desktop, endpoint, subnets, told
from providers.azure.assembly import Assembly
from providers.azure.blueprint import Blueprint, Found, Part, there
from providers.azure.clients import Clients
from providers.azure.endpoint import Door
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.told import Told
from providers.types import Change, Spec

KIND = "workspace"
POOL, OFFER, WORKSPACE = "desktop pool", "application group", "workspace"
POOL_DOOR, DOOR = "way into the pool", "way into the workspace"
NAMESPACE = "Microsoft.DesktopVirtualization"
POOLS, OFFERS, WORKSPACES = (
    "desktops.host_pools",
    "desktops.application_groups",
    "desktops.workspaces",
)


def workspace(clients: Clients) -> Assembly:
    """The verbs for kind workspace."""
    kind = Workspace(clients)
    doors = (kind.pool_door, kind.door)
    plan = Blueprint(
        kind=KIND,
        main=WORKSPACE,
        door=DOOR,
        check=lambda spec: asdict(kind.wanted(spec)),
        parts=kind.parts,
        changes=kind.changes,
        change=kind.change,
        outputs=outputs,
        listed=kind.listed,
        known=lambda _where: frozenset(door.interface for door in doors),
    )
    return Assembly(clients, plan)


def pool_id(where: Home) -> str:
    return where.within(f"{NAMESPACE}/hostPools", where.name)


def offer_id(where: Home) -> str:
    return where.within(f"{NAMESPACE}/applicationGroups", where.name)


def workspace_id(where: Home) -> str:
    return where.within(f"{NAMESPACE}/workspaces", where.name)


@dataclass(frozen=True, slots=True)
class Workspace:
    clients: Clients

    @property
    def pool_door(self) -> Door:
        return Door(self.clients, POOL_DOOR, "connection", pool_id, self._subnet)

    @property
    def door(self) -> Door:
        return Door(self.clients, DOOR, "feed", workspace_id, self._subnet)

    def wanted(self, spec: Spec) -> desktop.Wanted:
        return desktop.wanted(spec, self.clients.account)

    def parts(self, where: Home) -> Sequence[Part]:
        return (
            self._at_once(POOL, pool_id(where), POOLS, where),
            self._at_once(OFFER, offer_id(where), OFFERS, where),
            self._at_once(WORKSPACE, workspace_id(where), WORKSPACES, where),
            self.pool_door.part(where),
            self.door.part(where),
        )

    def changes(self, found: Found, spec: Spec) -> list[Change]:
        want = self.wanted(spec)
        return [
            *(desktop.changes(found[POOL], want) if POOL in found else ()),
            *(desktop.named(found[WORKSPACE], spec) if WORKSPACE in found else ()),
            *(subnets.moved(endpoint.subnet(found[DOOR]), want.subnet) if DOOR in found else ()),
        ]

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        want = self.wanted(spec)
        pool, name = desktop.changes(found[POOL], want), desktop.named(found[WORKSPACE], spec)
        if pool:
            body = desktop.pool_patch(want)
            self.clients.put(POOLS, where.name, where.name, body, verb="update")
        if name:
            body = desktop.workspace_patch(spec)
            self.clients.put(WORKSPACES, where.name, where.name, body, verb="update")
        return bool(pool or name)

    def listed(self) -> Mapping[str, Mapping[str, Told]]:
        return {
            WORKSPACE: by_group(self.clients, WORKSPACES, "list_by_subscription"),
            DOOR: self.door.listed(),
        }

    def _at_once(self, title: str, id_: str, operations: str, where: Home) -> Part:
        return Part(
            title=title,
            id=id_,
            look=partial(self.clients.get, operations, where.name, where.name),
            state=there,
            start=partial(self._put, title, operations, where),
            at_once=True,
        )

    def _put(self, title: str, operations: str, where: Home, spec: Spec) -> None:
        bodies = {
            POOL: desktop.pool(spec, self.wanted(spec)),
            OFFER: desktop.offer(spec, pool_id(where)),
            WORKSPACE: desktop.workspace(spec, offer_id(where)),
        }
        self.clients.put(operations, where.name, where.name, bodies[title])

    def _subnet(self, spec: Spec) -> str:
        return self.wanted(spec).subnet


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    shown = {
        "workspace": told.text(found[WORKSPACE], "properties", "friendlyName") or where.name,
        "workspace_id": told.text(found[WORKSPACE], "id") or workspace_id(where),
        "host_pool_id": pool_id(where),
        "application_group_id": offer_id(where),
        "private_ip": endpoint.address(found[DOOR]),
        "resource_group": where.name,
        "region": told.text(found[WORKSPACE], "location"),
    }
    return {name: value for name, value in shown.items() if value}
