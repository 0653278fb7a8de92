"""The private cloud keeps every law with every kind, against the emulator over HTTP."""

from dataclasses import replace
from typing import ClassVar

import pytest
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws
from contract.world import removed, tagged

from fixtures.openstack_emulator import REGION
from fixtures.openstack_strangers import Owner, make
from providers import connect
from providers.types import Ref


class OpenstackLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, openstack):
        return openstack

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(OpenstackLaws):
    kind = "virtual-machine"


class TestDatabase(OpenstackLaws):
    kind = "database"


class TestObjectStorage(OpenstackLaws):
    kind = "object-storage"


class TestNetwork(OpenstackLaws):
    kind = "network"

    def test_inventory_is_exactly_what_was_applied(self, provider, spec, world):
        """As the law says, with a range of its own for the second."""
        parameters = {**spec.parameters, "cidr": "10.21.0.0/24"}
        other = replace(spec, instance=spec.instance[::-1], parameters=parameters)
        one, two = provider.apply(spec), provider.apply(other)
        assert tagged(provider.inventory()) == {one.ref: spec.instance, two.ref: other.instance}
        provider.delete(one.ref)
        removed(provider, one.ref, world)
        assert tagged(provider.inventory()) == {two.ref: other.instance}


class OpenstackAdoption(AdoptionLaws):
    """What others have made in the private cloud, in the region that has the landing zone."""

    kind = ""
    changes: ClassVar[dict[str, object]] = {}
    case = OpenstackLaws.case
    spec = OpenstackLaws.spec
    world = OpenstackLaws.world

    @pytest.fixture
    def provider(self, openstack_sandbox, monkeypatch):
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_OPENSTACK_REGIONS", REGION)
        return connect("openstack", openstack_sandbox)

    @pytest.fixture
    def stranger(self, openstack_emulator):
        made = make(openstack_emulator, self.kind)
        return Ref(kind=self.kind, region=REGION, id=made)


class TestAdoptedServer(OpenstackAdoption):
    kind = "virtual-machine"
    changes: ClassVar = {"size": "vm-2-4"}


class TestAdoptedContainer(OpenstackAdoption):
    kind = "object-storage"
    marked = ("owner", "BYM")  # Swift's headers know no case
    changes: ClassVar = {"versioning": False, "quota_gb": 50}

    @pytest.fixture
    def stranger(self, openstack_emulator):
        """And the pieces of large objects that Swift's own tools keep beside it."""
        with Owner(openstack_emulator) as owner:
            owner.container("parkering-web_segments")
            return Ref(kind="object-storage", region=REGION, id=owner.container())


class TestAdoptedNetwork(OpenstackAdoption):
    """The landing zone and the way out are none; nothing but its tags can be changed."""

    kind = "network"
    changes: ClassVar[dict[str, object]] = {}
