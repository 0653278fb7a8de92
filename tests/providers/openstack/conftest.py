"""The private cloud on its emulator, and the worlds in which each kind is held to the laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from contract.world import Insistent

from fixtures.openstack_emulator import REGION, OpenstackEmulator
from fixtures.openstack_strangers import strip
from providers import Provider, connect
from providers.types import Ref, Spec

INSTANCE = "0123456789abcdef0123456789abcdef"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f kari@bym"
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
    """One kind: what to ask for, another that can be reached in place, and its main calls.

    late  the call that can be accepted and fail later; empty when all is done at once
    """

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any]
    create: str
    delete: str
    late: str = ""
    adopt: str = ""

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


SERVER = {
    "create": "compute.servers.create",
    "delete": "compute.servers.delete",
    "late": "compute.servers.create",
    "adopt": "compute.servers.metadata",
}
CASES = {
    case.kind: case
    for case in (
        Case(
            kind="virtual-machine",
            parameters={"size": "vm-1-2", "image": "debian-12", "disk_gb": 50, "ssh_key": KEY},
            changed={"size": "vm-2-4", "image": "debian-12", "disk_gb": 50, "ssh_key": KEY},
            **SERVER,
        ),
        Case(
            kind="database",
            parameters={"size": "vm-2-4", "version": "17", "disk_gb": 64},
            changed={"size": "vm-2-8", "version": "17", "disk_gb": 64},
            **SERVER,
        ),
        Case(
            kind="object-storage",
            parameters={"versioning": True},
            changed={"versioning": False, "quota_gb": 100},
            create="object.containers.put",
            delete="object.containers.delete",
            adopt="object.containers.post",
        ),
        Case(
            kind="network",
            parameters={"cidr": "10.20.0.0/24"},
            changed={"cidr": "10.20.0.0/24", "allow_from": ["10.8.0.0/16"]},
            create="network.networks.create",
            delete="network.networks.delete",
            adopt="network.networks.tags",
        ),
    )
}


@dataclass
class OpenstackWorld:
    cloud: OpenstackEmulator
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.cloud.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        calls = {"apply": self.case.create, "delete": self.case.delete, "adopt": self.case.adopt}
        self.cloud.fault(match=calls[verb], kind="lost")

    def fail_build(self, detail: str) -> None:
        if not self.case.late:
            pytest.skip("OpenStack does all of it at once: no build can fail later")
        self.cloud.fault(match=self.case.late, kind="async-error", message=detail)

    def strip(self, ref: Ref) -> None:
        strip(self.cloud, ref)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters=self.case.changed, tags=tags)


@pytest.fixture
def openstack(openstack_sandbox: str) -> Provider:
    return connect("openstack", openstack_sandbox)


@pytest.fixture
def cases() -> dict[str, Case]:
    return dict(CASES)


@pytest.fixture
def openstack_world(
    openstack_emulator: OpenstackEmulator,
) -> Callable[[Case, Provider], OpenstackWorld]:
    return lambda case, provider: OpenstackWorld(openstack_emulator, case, provider)
