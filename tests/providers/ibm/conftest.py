"""The worlds in which each kind at IBM is held to the laws.

A kind of several pieces is built and removed step by step, a step with each call: its world does
what whoever waits for it does, and asks again while time passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contract.world import Insistent

from emulators.ibm.landing_zone import NAME
from fixtures.ibm_emulator import CIDR, REGION, IbmEmulator
from providers import Provider, connect
from providers.errors import ProviderError
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


LINE = {
    "carrier": "Telenor",
    "peering_location": "Oslo 1",
    "bandwidth_mbps": 500,
    "peer_asn": 65010,
    "network": NAME,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind: what to ask for, another that can be reached in place, and the calls it makes."""

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any]
    insert: str
    delete: str
    several: bool = False

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
            parameters={"size": "bx2-2x8", "image": "debian-12", "disk_gb": 100},
            changed={"size": "bx2-4x16", "image": "debian-12", "disk_gb": 150},
            insert="vpc.create_instance",
            delete="vpc.delete_instance",
        ),
        Case(
            kind="object-storage",
            parameters={"storage_class": "standard", "expire_days": 30},
            changed={"storage_class": "standard", "versioning": False, "keep_days": 30},
            insert="cos.create_bucket",
            delete="cos.delete_bucket",
        ),
        Case(
            kind="network",
            parameters={"cidr": CIDR},
            changed={"cidr": CIDR, "allow_from": ["10.8.0.0/16"]},
            insert="vpc.create_vpc",
            delete="vpc.delete_(vpc|subnet)",
            several=True,
        ),
        Case(
            kind="private-connection",
            parameters=LINE,
            changed={**LINE, "bandwidth_mbps": 1000},
            insert="directlink.create_gateway",
            delete="directlink.delete_gateway(_virtual_connection)?",
            several=True,
        ),
    )
}


@dataclass
class IbmWorld:
    cloud: IbmEmulator
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.cloud.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        match = self.case.insert if verb == "apply" else self.case.delete
        self.cloud.fault(match=match, kind="lost")

    def fail_build(self, detail: str) -> None:
        if self.case.kind == "object-storage":
            pytest.skip("Cloud Object Storage does everything at once: no build can fail later")
        self.cloud.fault(match=self.case.insert, kind="async-error", message=detail)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters=self.case.changed, tags=tags)


def built(provider: Provider, cloud: IbmEmulator, spec: Spec, steps: int = 12) -> Resource:
    """Ask again and again, as a delivery does, until it is ready."""
    for _ in range(steps):
        resource = provider.apply(spec)
        cloud.settle()
        found = provider.read(resource.ref)
        if found and found.status == "ready":
            return found
    raise AssertionError(f"never ready: {found}")


def removed(provider: Provider, cloud: IbmEmulator, ref: Ref, steps: int = 12) -> None:
    for _ in range(steps):
        provider.delete(ref)
        cloud.settle()
        if provider.read(ref) is None:
            return
    raise AssertionError("never removed")


def refusal(call: Callable[[], Any]) -> ProviderError:
    with pytest.raises(ProviderError) as refused:
        call()
    return refused.value


@pytest.fixture
def ibm(ibm_sandbox: str) -> Provider:
    return connect("ibm", ibm_sandbox)


@pytest.fixture
def cases() -> dict[str, Case]:
    return CASES


@pytest.fixture
def insistent() -> type[Insistent]:
    return Insistent


@pytest.fixture
def ibm_world(ibm_emulator: IbmEmulator) -> Callable[[Case, Provider], IbmWorld]:
    return lambda case, provider: IbmWorld(ibm_emulator, case, provider)
