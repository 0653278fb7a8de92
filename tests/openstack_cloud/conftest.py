"""The private cloud on a real OpenStack, and what each kind is asked for there."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest

from fixtures.deliveries import Delivery
from fixtures.openstack_cloud import REGION, ControlPlane
from fixtures.prefect_server import PrefectServer, served_until
from fixtures.provider_cases import KEY, Case, by_kind
from providers import Provider, connect
from providers.types import Spec

MACHINE = {"image": "debian-12", "ssh_key": KEY}
DATABASE = {"version": "17", "disk_gb": 20}
RANGE = {"cidr": "10.20.0.0/24"}
a_case = partial(Case, region=REGION)
a_server = partial(
    a_case,
    create="compute.servers.create",
    delete="compute.servers.delete",
    late="compute.servers.create",
)
CASES = by_kind(
    a_server(
        kind="virtual-machine",
        parameters={**MACHINE, "size": "vm-1-2"},
        changed={**MACHINE, "size": "vm-2-4"},
    ),
    a_server(
        kind="database",
        parameters={**DATABASE, "size": "vm-2-4"},
        changed={**DATABASE, "size": "vm-2-8"},
    ),
    a_case(
        kind="network",
        parameters=RANGE,
        changed={**RANGE, "allow_from": ["10.8.0.0/16"]},
        create="network.networks.create",
        delete="network.networks.delete",
    ),
)


@pytest.fixture(scope="session")
def prefect_server(
    tmp_path_factory: pytest.TempPathFactory, folders_end: ExitStack
) -> PrefectServer:
    return served_until(folders_end, tmp_path_factory.mktemp("prefect"))


@pytest.fixture
def cloud(openstack_account: str) -> Provider:
    return connect("openstack", openstack_account)


@pytest.fixture
def connected(cloud) -> Provider:
    return cloud


@pytest.fixture
def site(control_plane) -> ControlPlane:
    return control_plane


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
