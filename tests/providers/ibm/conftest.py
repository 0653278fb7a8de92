"""IBM on the emulator, and what each kind is asked for there."""

from __future__ import annotations

from functools import partial

import pytest

from emulators.ibm.landing_zone import NAME
from fixtures.ibm_emulator import CIDR, REGION, IbmEmulator
from fixtures.ibm_strangers import strip
from fixtures.provider_cases import Case, Stripped, by_kind
from providers import Provider, connect

LINE = {
    "carrier": "Telenor",
    "peering_location": "Oslo 1",
    "bandwidth_mbps": 500,
    "peer_asn": 65010,
    "network": NAME,
}
a_case = partial(Case, region=REGION)
CASES = by_kind(
    a_case(
        kind="virtual-machine",
        parameters={"size": "bx2-2x8", "image": "debian-12", "disk_gb": 100},
        changed={"size": "bx2-4x16", "image": "debian-12", "disk_gb": 150},
        create="vpc.create_instance",
        late="vpc.create_instance",
        delete="vpc.delete_instance",
        adopt="tagging.attach_tag",
    ),
    a_case(
        kind="object-storage",
        parameters={"storage_class": "standard", "expire_days": 30},
        changed={"storage_class": "standard", "versioning": False, "keep_days": 30},
        create="cos.create_bucket",
        delete="cos.delete_bucket",
        adopt="tagging.attach_tag",
    ),
    a_case(
        kind="network",
        parameters={"cidr": CIDR},
        changed={"cidr": CIDR, "allow_from": ["10.8.0.0/16"]},
        create="vpc.create_vpc",
        late="vpc.create_vpc",
        delete="vpc.delete_(vpc|subnet)",
        several=True,
    ),
    a_case(
        kind="private-connection",
        parameters=LINE,
        changed={**LINE, "bandwidth_mbps": 1000},
        create="directlink.create_gateway",
        late="directlink.create_gateway",
        delete="directlink.delete_gateway(_virtual_connection)?",
        several=True,
    ),
)


@pytest.fixture
def ibm(ibm_sandbox: str) -> Provider:
    return connect("ibm", ibm_sandbox)


@pytest.fixture
def connected(ibm) -> Provider:
    return ibm


@pytest.fixture
def stripped() -> Stripped:
    return strip


@pytest.fixture
def site(ibm_emulator) -> IbmEmulator:
    return ibm_emulator


@pytest.fixture
def cases() -> dict[str, Case]:
    return CASES
