"""Google on the emulator, and what each kind is asked for there."""

from __future__ import annotations

from functools import partial

import pytest

from fixtures.google_emulator import REGION, GoogleEmulator
from fixtures.google_strangers import strip
from fixtures.provider_cases import Case, Stripped, by_kind
from providers import Provider, connect

a_case = partial(Case, region=REGION)
CASES = by_kind(
    a_case(
        kind="virtual-machine",
        parameters={"size": "e2-medium", "image": "debian-12", "disk_gb": 20},
        changed={"size": "e2-standard-2", "image": "debian-12", "disk_gb": 40},
        create="compute.instances.insert",
        late="compute.instances.insert",
        delete="compute.instances.delete",
        adopt="compute.instances.setLabels",
    ),
    a_case(
        kind="object-storage",
        parameters={"storage_class": "standard", "expire_days": 30},
        changed={"storage_class": "nearline", "versioning": False},
        create="storage.buckets.insert",
        delete="storage.buckets.delete",
        adopt="storage.buckets.patch",
    ),
    a_case(
        kind="network",
        parameters={"cidr": "10.20.0.0/24"},
        changed={"cidr": "10.20.0.0/23", "allow_from": ["10.8.0.0/16"]},
        create="compute.networks.insert",
        late="compute.networks.insert",
        delete=r"compute\.(networks|firewalls)\.delete",
        several=True,
    ),
    a_case(
        kind="database",
        parameters={"size": "db-custom-2-8192", "version": "17", "disk_gb": 20},
        changed={"size": "db-custom-4-16384", "disk_gb": 40, "high_availability": True},
        create="sql.instances.insert",
        late="sql.instances.insert",
        delete="sql.instances.delete",
        adopt="sql.instances.patch",
        several=True,
    ),
    a_case(
        kind="private-connection",
        parameters={"network": "default"},
        changed={"network": "default", "mtu": 1500},
        create="compute.routers.insert",
        late="compute.routers.insert",
        delete=r"compute\.(routers|interconnectAttachments)\.delete",
        several=True,
    ),
)


@pytest.fixture
def gcp(google_sandbox: str) -> Provider:
    return connect("gcp", google_sandbox)


@pytest.fixture
def connected(gcp) -> Provider:
    return gcp


@pytest.fixture
def stripped() -> Stripped:
    return strip


@pytest.fixture
def site(google_emulator) -> GoogleEmulator:
    return google_emulator


@pytest.fixture
def cases() -> dict[str, Case]:
    return CASES
