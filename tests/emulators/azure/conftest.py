"""Shortcuts over the vendor's own clients: what a test says of a network or a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from emulators.azure import serve
from fixtures.azure_emulator import REGION, SUBSCRIPTION, AzureEmulator, client

GROUP = "rg1"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000 nobody"
IMAGE = {"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest"}


@dataclass
class Desk:
    """Asks the emulator for things, through the azure-mgmt packages only."""

    azure: AzureEmulator

    def of(self, package: str):
        return self.azure.client(package)

    @property
    def groups(self):
        return self.of("resource.resources").resource_groups

    @property
    def machines(self):
        return self.of("compute").virtual_machines

    @property
    def networks(self):
        return self.of("network").virtual_networks

    def id(self, type_: str, name: str, group: str = GROUP) -> str:
        return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/{type_}/{name}"

    def group(self, name: str = GROUP, **fields: Any):
        return self.groups.create_or_update(name, {"location": REGION, **fields})

    def network(self, name: str = "net", **properties: Any) -> str:
        """A network with a subnet `work`; gives the subnet's id."""
        self.group()
        body = {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "work", "properties": {"addressPrefix": "10.0.1.0/24"}}],
            **properties,
        }
        self.begin(self.networks, GROUP, name, {"location": REGION, "properties": body})
        return self.id("Microsoft.Network/virtualNetworks", f"{name}/subnets/work")

    def machine(self, subnet: str = "", **changed: Any) -> dict[str, Any]:
        """The body of a machine; `changed` replaces whole properties."""
        nic = {
            "name": "web-nic",
            "properties": {
                "primary": True,
                "deleteOption": "Delete",
                "ipConfigurations": [{"name": "ip", "properties": {"subnet": {"id": subnet}}}],
            },
        }
        properties = {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "storageProfile": {
                "imageReference": IMAGE,
                "osDisk": {"createOption": "FromImage", "deleteOption": "Delete"},
            },
            "osProfile": {
                "computerName": "web",
                "adminUsername": "drift",
                "linuxConfiguration": {
                    "disablePasswordAuthentication": True,
                    "ssh": {
                        "publicKeys": [{"path": "/home/drift/.ssh/authorized_keys", "keyData": KEY}]
                    },
                },
            },
            "networkProfile": {
                "networkApiVersion": "2022-11-01",
                "networkInterfaceConfigurations": [nic],
            },
            **changed,
        }
        return {"location": REGION, "tags": {"owner": "kari"}, "properties": properties}

    def built(self, name: str = "web", **changed: Any):
        self.begin(self.machines, GROUP, name, self.machine(self.network(), **changed))
        return self.machines.get(GROUP, name)

    def start(self, operations: Any, *arguments: Any, verb: str = "create_or_update"):
        """Begin, and do not wait."""
        return getattr(operations, f"begin_{verb}")(*arguments, polling=False)

    def begin(self, operations: Any, *arguments: Any, verb: str = "create_or_update"):
        """Begin, and let the time pass that it takes."""
        poller = self.start(operations, *arguments, verb=verb)
        self.azure.settle()
        return poller

    def refused(self, call: Any) -> tuple[int, str]:
        """Status and code of a refusal."""
        with pytest.raises(HttpResponseError) as refused:
            call()
        return refused.value.status_code, refused.value.error.code


@pytest.fixture
def desk(azure_emulator: AzureEmulator) -> Desk:
    return Desk(azure_emulator)


@pytest.fixture
def at_once():
    """An emulator on which nothing takes time: pollers of the SDK come to their end at once."""
    running = serve(lag=0.0)
    made: dict[str, Any] = {}

    def of(package: str):
        if package not in made:
            made[package] = client(package, running.url)
        return made[package]

    yield of
    for one in made.values():
        one.close()
    running.close()
