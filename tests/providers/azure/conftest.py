"""The worlds in which each kind at Azure is held to the laws.

A kind of several parts is built step by step, a step with each call: its world does what whoever
waits for it does, and asks again while time passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contract.world import Insistent

from emulators.azure.landing_zone import furnish
from fixtures.azure_emulator import REGION, SUBSCRIPTION, AzureEmulator
from fixtures.azure_strangers import strip
from providers import Provider, connect
from providers.types import Ref, Resource, Spec

INSTANCE = "0123456789abcdef0123456789abcdef"
TAGS = {
    "order": "GM-2026-000001",
    "item": "1",
    "agency": "BYM",
    "cost_centre": "410123",
    "classification": "internal",
    "owner": "Kari Nordmann <kari@bym.example>",
    "expiry": "2027-01-31",
}
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
GROUPS = "resources.ResourceGroups"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind: what to ask for, another that can be reached in place, and its main create."""

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any]
    create: str
    several: bool = True

    @property
    def spec(self) -> Spec:
        return Spec(
            instance=INSTANCE,
            kind=self.kind,
            region=REGION,
            parameters=self.parameters,
            name="Parkering web",
            tags=TAGS,
        )


CASES = {
    case.kind: case
    for case in (
        Case(
            kind="virtual-machine",
            parameters={"size": "Standard_D2s_v5", "image": "debian-12", "disk_gb": 30},
            changed={"size": "Standard_D4s_v5", "image": "debian-12", "disk_gb": 64},
            create="compute.VirtualMachines_CreateOrUpdate",
            several=False,
        ),
        Case(
            kind="object-storage",
            parameters={"storage_class": "hot", "expire_days": 30},
            changed={"storage_class": "cool", "versioning": False},
            create="storage.StorageAccounts_Create",
        ),
        Case(
            kind="network",
            parameters={"cidr": "10.20.0.0/24"},
            changed={"cidr": "10.20.0.0/23", "allow_from": ["10.8.0.0/16"]},
            create="network.NetworkSecurityGroups_CreateOrUpdate",
        ),
        Case(
            kind="database",
            parameters={"size": "Standard_D2ds_v5", "disk_gb": 32, **ADMINISTRATOR},
            changed={
                "size": "Standard_D4ds_v5",
                "disk_gb": 64,
                "high_availability": True,
                **ADMINISTRATOR,
            },
            create="postgresqlflexibleservers.Servers_CreateOrUpdate",
        ),
        Case(
            kind="private-connection",
            parameters={**LINE, "bandwidth_mbps": 100},
            changed={**LINE, "bandwidth_mbps": 500, "vlan_id": 200},
            create="network.ExpressRouteCircuits_CreateOrUpdate",
        ),
        Case(
            kind="workspace",
            parameters={"sharing": "shared", "sessions": 4},
            changed={"sharing": "shared", "sessions": 8, "start_on_connect": False},
            create="network.PrivateEndpoints_CreateOrUpdate",
        ),
    )
}


@dataclass
class AzureWorld:
    azure: AzureEmulator
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.azure.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        calls = {"delete": f"{GROUPS}_Delete", "adopt": "resources.Tags_UpdateAtScope"}
        match = calls.get(verb, self.case.create)
        self.azure.fault(match=match, kind="lost")

    def fail_build(self, detail: str) -> None:
        self.azure.fault(match=self.case.create, kind="async-error", message=detail)

    def strip(self, ref: Ref) -> None:
        strip(self.azure, ref)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters=self.case.changed, tags=tags)


def _built(provider: Provider, azure: AzureEmulator, spec: Spec, steps: int = 20) -> Resource:
    """Ask again and again, as a delivery does, until it is ready."""
    for _ in range(steps):
        resource = provider.apply(spec)
        if resource.status == "ready":
            return resource
        azure.settle()
    raise AssertionError(f"never ready: {resource}")


def _removed(provider: Provider, azure: AzureEmulator, ref: Ref, steps: int = 12) -> None:
    for _ in range(steps):
        provider.delete(ref)
        azure.settle()
        if provider.read(ref) is None:
            return
    raise AssertionError("never removed")


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
def insistent() -> type[Insistent]:
    return Insistent


@pytest.fixture
def azure_world(azure_emulator: AzureEmulator) -> Callable[[Case, Provider], AzureWorld]:
    return lambda case, provider: AzureWorld(azure_emulator, case, provider)


@pytest.fixture
def built(azure: Provider, azure_emulator: AzureEmulator) -> Callable[[Spec], Resource]:
    return lambda spec: _built(azure, azure_emulator, spec)


@pytest.fixture
def removed(azure: Provider, azure_emulator: AzureEmulator) -> Callable[[Ref], None]:
    return lambda ref: _removed(azure, azure_emulator, ref)
