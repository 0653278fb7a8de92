"""A virtual machine: one request makes machine, disk and interface, and they go together.

Trusted launch, encryption on the host, no public address and no password, whatever is asked.
Changing size or disk takes the machine down: stop, change, start, a step with each `apply`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from providers.azure import machine, strangers, subnets, told
from providers.azure.adopting import Adopting, Standing
from providers.azure.blueprint import Blueprint, Found, Part
from providers.azure.clients import Clients
from providers.azure.errors import Failure
from providers.azure.home import Home
from providers.azure.listing import by_group
from providers.azure.told import Told
from providers.types import Change, Spec

KIND = "virtual-machine"
MACHINE, INTERFACE = "machine", "interface"
TYPE, INTERFACE_TYPE = "Microsoft.Compute/virtualMachines", "Microsoft.Network/networkInterfaces"
NIC = "interface"  # its name; the group says whose
FAILED = re.compile(r"ProvisioningState/failed/(.+)", re.IGNORECASE)
AT_REST, RUNNING = "PowerState/deallocated", "PowerState/running"


def virtual_machine(clients: Clients) -> Adopting:
    """The verbs for kind virtual-machine."""
    kind = VirtualMachine(clients)
    plan = Blueprint(
        kind=KIND,
        main=MACHINE,
        door=INTERFACE,
        check=kind.check,
        parts=kind.parts,
        changes=kind.changes,
        change=kind.change,
        outputs=outputs,
        listed=kind.listed,
        failure=failure,
        known=lambda _where: frozenset({NIC}),
    )
    standing = Standing(
        type=TYPE,
        listed=lambda: clients.list("compute.virtual_machines", "list_all"),
        described=lambda found: strangers.machine(clients, found),
        fields=frozenset({"size", "disk_gb"}),
        remove=partial(clients.begin, "compute.virtual_machines", verb="delete"),
    )
    return Adopting(clients, plan, standing)


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    clients: Clients

    def check(self, spec: Spec) -> Mapping[str, Any]:
        want = machine.wanted(spec, self.clients.account)
        fields = ("size", "image", "disk_gb", "subnet")
        return {field: getattr(want, field) for field in fields}

    def parts(self, where: Home) -> Sequence[Part]:
        return (
            Part(
                title=MACHINE,
                id=where.within(TYPE, where.main),
                look=partial(
                    self.clients.get,
                    "compute.virtual_machines",
                    where.name,
                    where.main,
                    expand="instanceView",
                ),
                start=partial(self._start, where),
            ),
            Part(
                title=INTERFACE,
                id=where.within(INTERFACE_TYPE, NIC),
                look=partial(
                    self.clients.get,
                    "network.network_interfaces",
                    where.name,
                    NIC,
                ),
                start=lambda _spec: None,  # comes with its machine
            ),
        )

    def changes(self, found: Found, spec: Spec) -> list[Change]:
        want = machine.wanted(spec, self.clients.account)
        return [
            *(machine.changes(found[MACHINE], want) if MACHINE in found else ()),
            *(subnets.moved(_subnet(found[INTERFACE]), want.subnet) if INTERFACE in found else ()),
        ]

    def change(self, where: Home, found: Found, spec: Spec) -> bool:
        have = found[MACHINE]
        power = _power(have)
        differs = machine.changes(have, machine.wanted(spec, self.clients.account))
        wrong = {c.field for c in differs} & {"size", "disk_gb"}
        if not wrong:
            return self._wake(where, power)
        if power != AT_REST:
            self._begin(where, "deallocate")
        elif "size" in wrong:
            size = {"vmSize": spec.parameters["size"]}
            self._begin(where, "update", {"properties": {"hardwareProfile": size}})
        else:
            disk = told.text(have, "properties", "storageProfile", "osDisk", "name")
            id_ = where.within("Microsoft.Compute/disks", disk)
            body = {"properties": {"diskSizeGB": spec.parameters["disk_gb"]}}
            self.clients.begin("compute.disks", id_, where.name, disk, body, verb="update")
        return True

    def listed(self) -> Mapping[str, Mapping[str, Told]]:
        return {
            MACHINE: by_group(self.clients, "compute.virtual_machines", "list_all"),
            INTERFACE: by_group(
                self.clients, "network.network_interfaces", "list_all", lambda _where: NIC
            ),
        }

    def _wake(self, where: Home, power: str) -> bool:
        """A machine that was taken down for a change, and one delivered, runs."""
        if power in {"", RUNNING}:
            return False
        self._begin(where, "start")
        return True

    def _start(self, where: Home, spec: Spec) -> None:
        want = machine.wanted(spec, self.clients.account)
        body = machine.body(spec, want, NIC)
        self._begin(where, "create_or_update", body)

    def _begin(self, where: Home, verb: str, *body: Mapping[str, Any]) -> None:
        id_ = where.within(TYPE, where.main)
        names = (where.name, where.main)
        self.clients.begin("compute.virtual_machines", id_, *names, *body, verb=verb)


def interface_name(where: Home) -> str:
    return f"{where.name}-nic"


def outputs(where: Home, found: Found) -> Mapping[str, str]:
    properties = told.part(found[MACHINE], "properties")
    addresses = [
        told.text(one, "properties", "privateIPAddress")
        for one in told.each(found.get(INTERFACE), "properties", "ipConfigurations")
    ]
    shown = {
        "name": told.text(properties, "osProfile", "computerName"),
        "private_ip": next((a for a in addresses if a), ""),
        "admin_user": told.text(properties, "osProfile", "adminUsername"),
        "instance_id": told.text(properties, "vmId"),
        "resource_group": where.name,
        "region": told.text(found[MACHINE], "location"),
    }
    return {name: value for name, value in shown.items() if value}


def failure(found: Told) -> Failure | None:
    """A machine says itself why it could not be built."""
    for status in told.each(found, "properties", "instanceView", "statuses"):
        said = FAILED.fullmatch(told.text(status, "code"))
        if said:
            return Failure(said[1], told.text(status, "message"))
    return None


def _power(found: Told) -> str:
    codes = [
        told.text(s, "code") for s in told.each(found, "properties", "instanceView", "statuses")
    ]
    return next((code for code in codes if code.startswith("PowerState/")), "")


def _subnet(interface: Told) -> str:
    held = told.each(interface, "properties", "ipConfigurations")
    return next((told.text(one, "properties", "subnet", "id") for one in held), "")
