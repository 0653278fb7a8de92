"""Shortcuts over the SDK's own clients: what a test says of a machine or a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from fixtures.google_emulator import PROJECT, REGION, ZONE, GoogleEmulator

IMAGE = "projects/debian-cloud/global/images/family/debian-12"


@dataclass
class Desk:
    """Asks the emulator for things, through Google's SDK only."""

    google: GoogleEmulator

    def machine(self, name: str = "web", **fields: Any) -> dict[str, Any]:
        disk = {"source_image": IMAGE, "disk_size_gb": 20}
        return {
            "name": name,
            "machine_type": f"zones/{ZONE}/machineTypes/e2-medium",
            "disks": [{"boot": True, "auto_delete": True, "initialize_params": disk}],
            "network_interfaces": [{"network": "global/networks/default"}],
            **fields,
        }

    def insert(self, machine: dict[str, Any], **more: Any):
        request = {"project": PROJECT, "zone": ZONE, "instance_resource": machine, **more}
        return self.google.compute("InstancesClient").insert_unary(request=request)

    def instance(self, name: str = "web"):
        client = self.google.compute("InstancesClient")
        return client.get(project=PROJECT, zone=ZONE, instance=name)

    def operation(self, name: str):
        client = self.google.compute("ZoneOperationsClient")
        return client.get(project=PROJECT, zone=ZONE, operation=name)

    def network(self, name: str = "net") -> None:
        body = {"name": name, "auto_create_subnetworks": False}
        self.google.compute("NetworksClient").insert_unary(project=PROJECT, network_resource=body)
        self.google.settle()

    def subnet(self, name: str = "sub", cidr: str = "10.1.0.0/24", network: str = "net") -> None:
        link = f"projects/{PROJECT}/global/networks/{network}"
        self.google.compute("SubnetworksClient").insert_unary(
            project=PROJECT,
            region=REGION,
            subnetwork_resource={"name": name, "network": link, "ip_cidr_range": cidr},
        )
        self.google.settle()


@pytest.fixture
def desk(google_emulator: GoogleEmulator) -> Desk:
    return Desk(google_emulator)
