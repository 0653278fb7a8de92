"""A database is a server of its own with PostgreSQL, and is ready when that has answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from openstack import exceptions

from providers.openstack import machine, postgres, tags
from providers.openstack.clients import Clients, Told, table, text
from providers.openstack.servers import Servers
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "database"


class Database:
    """The five verbs for kind `database`, in the regions of one account."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._servers = Servers(clients, KIND)

    def preview(self, spec: Spec) -> Sequence[Change]:
        return self._servers.preview(spec, self._checked(spec))

    def apply(self, spec: Spec) -> Resource:
        return self._seen(self._servers.apply(spec, self._checked(spec)), spec.region)

    def read(self, ref: Ref) -> Resource | None:
        found = self._servers.read(ref)
        return None if found is None else self._seen(found, ref.region)

    def delete(self, ref: Ref) -> None:
        self._servers.delete(ref)

    def inventory(self) -> Iterator[Resource]:
        for region, found in self._servers.inventory():
            yield self._seen(found, region)

    def _checked(self, spec: Spec) -> machine.Wanted:
        want = postgres.wanted(spec)
        tags.wanted(spec)
        self._clients.check_region(spec)
        return want

    def _seen(self, server: Told, region: str) -> Resource:
        """The server's own state until it runs, and then what its console says."""
        now = machine.resource(server, KIND, region)
        if now.status is not Status.READY:
            return now
        if text(server, "status") != "ACTIVE":
            return replace(now, outputs=_told(server, now))
        console = self._console(region, now.ref.id)
        if postgres.DONE in console:
            return replace(now, outputs=_told(server, now))
        failed = postgres.FAILURE.search(console)
        if failed:
            detail = f"PostgreSQL could not be set up: {failed[1] or 'no reason'}"
            return replace(now, status=Status.FAILED, outputs={}, detail=detail)
        return replace(now, status=Status.PENDING, outputs={}, detail="PostgreSQL is being set up")

    def _console(self, region: str, id_: str) -> str:
        """Empty while there is none to be read: the server is not up yet, or has just gone."""
        api = self._clients.api(region, "compute")
        ask: dict[str, object] = {"os-getConsoleOutput": {}}
        try:
            answer = api.call("POST", f"/servers/{id_}/action", ask)
        except (exceptions.NotFoundException, exceptions.ConflictException):
            return ""
        return text(answer, "output") if isinstance(answer, dict) else ""


def _told(server: Told, now: Resource) -> dict[str, str]:
    """What the customer is told. Its metadata may say where it is reached, as host:port."""
    host, _, port = text(table(server, "metadata"), "database").rpartition(":")
    found = {
        "database": now.ref.id,
        "host": host or now.outputs.get("private_ip", ""),
        "port": port or postgres.PORT,
        "version": postgres.version(server),
        "instance_type": machine.size(server),
        "region": now.ref.region,
    }
    return {name: value for name, value in found.items() if value}
