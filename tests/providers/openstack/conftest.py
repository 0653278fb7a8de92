"""The private cloud on its emulator, and what each kind is asked for there."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from fixtures.openstack_emulator import REGION, OpenstackEmulator
from fixtures.openstack_strangers import strip
from fixtures.provider_cases import KEY, Case, Stripped, by_kind
from providers import Provider, connect

COLLECTIONS = (
    *("networks", "subnets", "routers", "ports", "security-groups", "security-group-rules"),
    *("servers", "volumes", "containers"),
)
a_case = partial(Case, region=REGION)
SERVER = {
    "create": "compute.servers.create",
    "delete": "compute.servers.delete",
    "late": "compute.servers.create",
    "adopt": "compute.servers.metadata",
}
CASES = by_kind(
    a_case(
        kind="virtual-machine",
        parameters={"size": "vm-1-2", "image": "debian-12", "disk_gb": 50, "ssh_key": KEY},
        changed={"size": "vm-2-4", "image": "debian-12", "disk_gb": 50, "ssh_key": KEY},
        **SERVER,
    ),
    a_case(
        kind="database",
        parameters={"size": "vm-2-4", "version": "17", "disk_gb": 64},
        changed={"size": "vm-2-8", "version": "17", "disk_gb": 64},
        **SERVER,
    ),
    a_case(
        kind="object-storage",
        parameters={"versioning": True},
        changed={"versioning": False, "quota_gb": 100},
        create="object.containers.put",
        delete="object.containers.delete",
        adopt="object.containers.post",
    ),
    a_case(
        kind="network",
        parameters={"cidr": "10.20.0.0/24"},
        changed={"cidr": "10.20.0.0/24", "allow_from": ["10.8.0.0/16"]},
        create="network.networks.create",
        delete="network.networks.delete",
        adopt="network.networks.tags",
    ),
)


@pytest.fixture
def openstack(openstack_sandbox: str) -> Provider:
    return connect("openstack", openstack_sandbox)


@pytest.fixture
def connected(openstack) -> Provider:
    return openstack


@pytest.fixture
def stripped() -> Stripped:
    return strip


@pytest.fixture
def site(openstack_emulator) -> OpenstackEmulator:
    return openstack_emulator


@pytest.fixture
def pieces(openstack_emulator):
    """What was made in the cloud itself, by sort, whoever owns it."""
    cloud = openstack_emulator
    before = Counter({name: len(cloud.things(name)) for name in COLLECTIONS})

    def look() -> Counter[str]:
        return Counter({name: len(cloud.things(name)) for name in COLLECTIONS}) - before

    return look


@pytest.fixture
def cases() -> dict[str, Case]:
    return dict(CASES)
