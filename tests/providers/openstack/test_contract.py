"""The private cloud keeps every law with every kind, against the emulator over HTTP."""

from dataclasses import replace

import pytest
from contract.provider_laws import ProviderLaws
from contract.world import removed, tagged


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
    def world(self, openstack_world, case, provider):
        return openstack_world(case, provider)


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
