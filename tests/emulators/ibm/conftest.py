"""Shortcuts over IBM's own SDKs: what a test says of a network or a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ibm_cloud_sdk_core import ApiException

from fixtures.ibm_emulator import REGION, IbmEmulator

ZONE = f"{REGION}-1"
CIDR = "10.40.9.0/24"


def refused(call: Callable[[], Any], status: int, text: str = "") -> ApiException:
    with pytest.raises(ApiException) as told:
        call()
    assert told.value.status_code == status, told.value
    assert text in str(told.value), told.value
    return told.value


@dataclass
class Desk:
    """Asks the emulator for things, through IBM's SDKs only."""

    ibm: IbmEmulator

    def vpc(self, name: str = "zone-a", **more: Any) -> dict[str, Any]:
        more = {"address_prefix_management": "manual", **more}
        return self.ibm.vpc().create_vpc(name=name, **more).get_result()

    def subnet(self, vpc: str, name: str = "zone-a-1", cidr: str = CIDR) -> dict[str, Any]:
        self.ibm.vpc().create_vpc_address_prefix(vpc_id=vpc, cidr=cidr, zone={"name": ZONE})
        asked = {"name": name, "vpc": {"id": vpc}, "zone": {"name": ZONE}, "ipv4_cidr_block": cidr}
        return self.ibm.vpc().create_subnet(subnet_prototype=asked).get_result()

    def image(self) -> dict[str, Any]:
        return self.ibm.vpc().list_images().get_result()["images"][0]

    def prototype(self, subnet: dict[str, Any], name: str = "app-1", **more: Any) -> dict[str, Any]:
        interface = {"subnet": {"id": subnet["id"]}, "auto_delete": True}
        return {
            "name": name,
            "vpc": {"id": subnet["vpc"]["id"]},
            "zone": {"name": ZONE},
            "profile": {"name": "bx2-2x8"},
            "image": {"id": self.image()["id"]},
            "primary_network_attachment": {"virtual_network_interface": interface},
            **more,
        }

    def machine(self, subnet: dict[str, Any], name: str = "app-1", **more: Any) -> dict[str, Any]:
        asked = self.prototype(subnet, name, **more)
        return self.ibm.vpc().create_instance(instance_prototype=asked).get_result()

    def instance(self, id_: str) -> dict[str, Any]:
        return self.ibm.vpc().get_instance(id=id_).get_result()


@pytest.fixture
def desk(ibm_emulator: IbmEmulator) -> Desk:
    return Desk(ibm_emulator)


@pytest.fixture
def refuses() -> Callable[..., ApiException]:
    return refused


def _unknown(told: Any, read: Any, path: str = "") -> Iterator[str]:
    """The fields of an answer that IBM's model does not have."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key not in read:
                yield f"{path}.{key}"
            else:
                yield from _unknown(value, read[key], f"{path}.{key}")
    if isinstance(told, list):
        for one, other in zip(told, read, strict=True):
            yield from _unknown(one, other, path)


@pytest.fixture
def unknown() -> Callable[..., Iterator[str]]:
    return _unknown
