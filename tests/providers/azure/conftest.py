"""Azure on the emulator, and what each kind is asked for there."""

from __future__ import annotations

from functools import partial

import pytest

from emulators.azure.landing_zone import furnish
from fixtures.azure_emulator import REGION, SUBSCRIPTION, AzureEmulator
from fixtures.azure_strangers import strip
from fixtures.provider_cases import Case, Stripped, by_kind
from providers import Provider, connect

ADMINISTRATOR = {
    "administrator": "00000000-0000-0000-0000-0000000000aa",
    "administrator_name": "BYM databases",
}
LINE = {
    "carrier": "GlobalConnect",
    "peering_location": "Oslo",
    "vlan_id": 100,
    "peer_asn": 65010,
    "primary_prefix": "10.9.0.0/30",
    "secondary_prefix": "10.9.0.4/30",
}
a_case = partial(
    Case,
    region=REGION,
    delete="resources.ResourceGroups_Delete",
    adopt="resources.Tags_UpdateAtScope",
)


def created(title: str) -> dict[str, str]:
    """What Azure is asked for it may accept, and fail later."""
    return {"create": title, "late": title}


CASES = by_kind(
    a_case(
        kind="virtual-machine",
        parameters={"size": "Standard_D2s_v5", "image": "debian-12", "disk_gb": 30},
        changed={"size": "Standard_D4s_v5", "image": "debian-12", "disk_gb": 64},
        **created("compute.VirtualMachines_CreateOrUpdate"),
    ),
    a_case(
        kind="object-storage",
        parameters={"storage_class": "hot", "expire_days": 30},
        changed={"storage_class": "cool", "versioning": False},
        **created("storage.StorageAccounts_Create"),
        several=True,
    ),
    a_case(
        kind="network",
        parameters={"cidr": "10.20.0.0/24"},
        changed={"cidr": "10.20.0.0/23", "allow_from": ["10.8.0.0/16"]},
        **created("network.NetworkSecurityGroups_CreateOrUpdate"),
        several=True,
    ),
    a_case(
        kind="database",
        parameters={"size": "Standard_D2ds_v5", "disk_gb": 32, **ADMINISTRATOR},
        changed={
            "size": "Standard_D4ds_v5",
            "disk_gb": 64,
            "high_availability": True,
            **ADMINISTRATOR,
        },
        **created("postgresqlflexibleservers.Servers_CreateOrUpdate"),
        several=True,
    ),
    a_case(
        kind="private-connection",
        parameters={**LINE, "bandwidth_mbps": 100},
        changed={**LINE, "bandwidth_mbps": 500, "vlan_id": 200},
        **created("network.ExpressRouteCircuits_CreateOrUpdate"),
        several=True,
    ),
    a_case(
        kind="workspace",
        parameters={"sharing": "shared", "sessions": 4},
        changed={"sharing": "shared", "sessions": 8, "start_on_connect": False},
        **created("network.PrivateEndpoints_CreateOrUpdate"),
        several=True,
    ),
)


@pytest.fixture
def azure(azure_sandbox: str, azure_emulator: AzureEmulator, monkeypatch) -> Provider:
    """The provider on an emulator that has a landing zone and nothing else."""
    subnet = furnish(azure_emulator.emulator, SUBSCRIPTION, REGION)
    azure_emulator.settle()
    azure_emulator.emulator.calls.clear()
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBNET", subnet)
    return connect("azure", azure_sandbox)


@pytest.fixture
def cases() -> dict[str, Case]:
    return CASES


@pytest.fixture
def connected(azure) -> Provider:
    return azure


@pytest.fixture
def stripped() -> Stripped:
    return strip


@pytest.fixture
def site(azure_emulator) -> AzureEmulator:
    return azure_emulator
