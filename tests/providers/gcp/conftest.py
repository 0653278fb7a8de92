"""The worlds in which each kind at Google is held to the laws.

A kind of several pieces is built and removed step by step, a step with each call: its world does
what whoever waits for it does, and asks again while time passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contract.world import Insistent

from fixtures.google_emulator import REGION, GoogleEmulator
from fixtures.google_strangers import strip
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


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind: what to ask for, another that can be reached in place, and the calls it makes."""

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any]
    insert: str
    delete: str
    adopt: str = ""
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
            parameters={"size": "e2-medium", "image": "debian-12", "disk_gb": 20},
            changed={"size": "e2-standard-2", "image": "debian-12", "disk_gb": 40},
            insert="compute.instances.insert",
            delete="compute.instances.delete",
            adopt="compute.instances.setLabels",
        ),
        Case(
            kind="object-storage",
            parameters={"storage_class": "standard", "expire_days": 30},
            changed={"storage_class": "nearline", "versioning": False},
            insert="storage.buckets.insert",
            delete="storage.buckets.delete",
            adopt="storage.buckets.patch",
        ),
        Case(
            kind="network",
            parameters={"cidr": "10.20.0.0/24"},
            changed={"cidr": "10.20.0.0/23", "allow_from": ["10.8.0.0/16"]},
            insert="compute.networks.insert",
            delete="compute.firewalls.delete",
            several=True,
        ),
        Case(
            kind="database",
            parameters={"size": "db-custom-2-8192", "version": "17", "disk_gb": 20},
            changed={"size": "db-custom-4-16384", "disk_gb": 40, "high_availability": True},
            insert="sql.instances.insert",
            delete="sql.instances.delete",
            adopt="sql.instances.patch",
            several=True,
        ),
        Case(
            kind="private-connection",
            parameters={"network": "default"},
            changed={"network": "default", "mtu": 1500},
            insert="compute.routers.insert",
            delete="compute.interconnectAttachments.delete",
            several=True,
        ),
    )
}


@dataclass
class GoogleWorld:
    google: GoogleEmulator
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.google.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        calls = {"apply": self.case.insert, "delete": self.case.delete, "adopt": self.case.adopt}
        match = calls[verb]
        if verb == "delete" and self.case.several:
            match = rf"({self.case.insert.rsplit('.', 1)[0]}|{match.rsplit('.', 1)[0]})\.delete"
        self.google.fault(match=match, kind="lost")

    def fail_build(self, detail: str) -> None:
        if self.case.kind == "object-storage":
            pytest.skip("Cloud Storage does everything at once: no build can fail later")
        self.google.fault(match=self.case.insert, kind="async-error", message=detail)

    def strip(self, ref: Ref) -> None:
        strip(self.google, ref)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters=self.case.changed, tags=tags)


def built(provider: Provider, google: GoogleEmulator, spec: Spec, steps: int = 12) -> Resource:
    """Ask again and again, as a delivery does, until it is ready."""
    for _ in range(steps):
        resource = provider.apply(spec)
        google.settle()
        found = provider.read(resource.ref)
        if found and found.status == "ready":
            return found
    raise AssertionError(f"never ready: {found}")


def removed(provider: Provider, google: GoogleEmulator, ref: Ref, steps: int = 12) -> None:
    for _ in range(steps):
        provider.delete(ref)
        google.settle()
        if provider.read(ref) is None:
            return
    raise AssertionError("never removed")


def refusal(call: Callable[[], Any]) -> ProviderError:
    with pytest.raises(ProviderError) as refused:
        call()
    return refused.value


@pytest.fixture
def gcp(google_sandbox: str) -> Provider:
    return connect("gcp", google_sandbox)


@pytest.fixture
def cases() -> dict[str, Case]:
    return CASES


@pytest.fixture
def insistent() -> type[Insistent]:
    return Insistent


@pytest.fixture
def google_world(google_emulator: GoogleEmulator) -> Callable[[Case, Provider], GoogleWorld]:
    return lambda case, provider: GoogleWorld(google_emulator, case, provider)
