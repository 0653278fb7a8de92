"""The private cloud on a real OpenStack, and the worlds in which each kind is held to the laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from contract.world import Insistent

from fixtures.deliveries import Delivery
from fixtures.openstack_cloud import REGION, ControlPlane
from providers import Provider, connect
from providers.types import Spec

INSTANCE = "0123456789abcdef0123456789abcdef"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f kari@bym"
TAGS = {
    "order": "GM-2026-000001",
    "item": "1",
    "agency": "BYM",
    "classification": "internal",
    "owner": "Kari Nordmann <kari@bym.example>",
    "expiry": "2027-01-31",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One kind: what to ask for, another that can be reached in place, and its main calls."""

    kind: str
    parameters: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict[str, Any])
    create: str = "compute.servers.create"
    delete: str = "compute.servers.delete"
    late: str = "compute.servers.create"

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
            parameters={"size": "vm-1-2", "image": "debian-12", "ssh_key": KEY},
            changed={"size": "vm-2-4"},
        ),
        Case(
            kind="database",
            parameters={"size": "vm-2-4", "version": "17", "disk_gb": 20},
            changed={"size": "vm-2-8"},
        ),
        Case(
            kind="network",
            parameters={"cidr": "10.20.0.0/24"},
            changed={"allow_from": ["10.8.0.0/16"]},
            create="network.networks.create",
            delete="network.networks.delete",
            late="",
        ),
    )
}


@dataclass
class CloudWorld:
    cloud: ControlPlane
    case: Case
    provider: Provider | Insistent

    def settle(self) -> None:
        self.cloud.settle()
        if isinstance(self.provider, Insistent):
            self.provider.insist()

    def lose_answer(self, verb: str) -> None:
        match = self.case.create if verb == "apply" else self.case.delete
        self.cloud.fault(match=match, kind="lost")

    def fail_build(self, detail: str) -> None:
        if not self.case.late:
            pytest.skip("OpenStack does all of it at once: no build can fail later")
        self.cloud.fault(match=self.case.late, kind="async-error", message=detail)

    def changed(self, spec: Spec) -> Spec:
        tags = {**spec.tags, "order": "GM-2026-000002"}
        return replace(spec, parameters={**spec.parameters, **self.case.changed}, tags=tags)


@pytest.fixture
def cloud(openstack_account: str) -> Provider:
    return connect("openstack", openstack_account)


@dataclass
class Trial:
    """The provider and its cloud, and what there was before the test."""

    cloud: Provider
    plane: ControlPlane
    cases: dict[str, Case]
    before: Counter[str]

    def delivery(self, spec: Spec) -> Delivery:
        """How one spec is delivered there and removed again."""
        return Delivery(self.cloud, self.plane.settle, spec)

    def pieces(self) -> Counter[str]:
        """What was made in the cloud itself, by sort, whoever owns it."""
        return self.plane.counts() - self.before


@pytest.fixture
def trial(cloud: Provider, control_plane: ControlPlane, cases: dict[str, Case]) -> Trial:
    return Trial(cloud, control_plane, cases, control_plane.counts())


@pytest.fixture
def cases() -> dict[str, Case]:
    return dict(CASES)


@pytest.fixture
def openstack_world(control_plane: ControlPlane):
    return lambda case, provider: CloudWorld(control_plane, case, provider)
