"""A virtual machine is a Nova server: private address, and whoever ordered it signs in by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.openstack import machine, strangers, tags
from providers.openstack.clients import Clients
from providers.openstack.servers import Servers
from providers.types import Change, Ref, Resource, Spec, Stranger

KIND = "virtual-machine"


class VirtualMachine:
    """The five verbs for kind `virtual-machine`, in the regions of one account."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._servers = Servers(clients, KIND)

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._checked(spec)
        return self._servers.preview(spec, want)

    def apply(self, spec: Spec) -> Resource:
        want = self._checked(spec)
        return machine.resource(self._servers.apply(spec, want), KIND, spec.region)

    def read(self, ref: Ref) -> Resource | None:
        found = self._servers.read(ref)
        return None if found is None else machine.resource(found, KIND, ref.region)

    def delete(self, ref: Ref) -> None:
        self._servers.delete(ref)

    def inventory(self) -> Iterator[Resource]:
        for region, found in self._servers.inventory():
            yield machine.resource(found, KIND, region)

    def strangers(self) -> Iterator[Stranger]:
        names: dict[str, dict[str, str]] = {}
        for region, found in self._servers.strangers():
            if region not in names:
                names[region] = strangers.images(self._clients, region)
            yield strangers.server(self._clients, region, found, names[region])

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._checked(spec)
        return machine.resource(self._servers.adopt(ref, spec), KIND, ref.region)

    def _checked(self, spec: Spec) -> machine.Wanted:
        """Everything that can be checked without the cloud."""
        want = machine.wanted(spec)
        tags.wanted(spec)
        self._clients.check_region(spec)
        return want
