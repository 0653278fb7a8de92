"""The private cloud keeps every law with each kind that a real OpenStack control plane can do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from contract.provider_laws import ProviderLaws
from contract.world import removed, tagged

from providers.errors import InvalidSpec


class CloudLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def provider(self, cloud):
        return cloud

    @pytest.fixture
    def spec(self, cases):
        return cases[self.kind].spec

    @pytest.fixture
    def world(self, cloud_world, cases, provider):
        return cloud_world(cases[self.kind], provider)


class TestVirtualMachine(CloudLaws):
    kind = "virtual-machine"


@pytest.mark.long  # the same server with another first start: `make openstack`
class TestDatabase(CloudLaws):
    """Up to what its console says: PostgreSQL itself does not run on Nova's fake hypervisor."""

    kind = "database"


class TestNetwork(CloudLaws):
    kind = "network"

    def test_inventory_is_exactly_what_was_applied(self, provider, spec, world):
        """As the law says, with a range of its own for the second."""
        other = replace(spec, instance=spec.instance[::-1], parameters={"cidr": "10.21.0.0/24"})
        one, two = provider.apply(spec), provider.apply(other)
        assert tagged(provider.inventory()) == {one.ref: spec.instance, two.ref: other.instance}
        provider.delete(one.ref)
        removed(provider, one.ref, world)
        assert tagged(provider.inventory()) == {two.ref: other.instance}


def test_a_cloud_without_object_storage_says_so(cloud, cases):
    spec = replace(cases["network"].spec, kind="object-storage", parameters={})
    with pytest.raises(InvalidSpec, match="this cloud has no object storage in oslo-1"):
        cloud.apply(spec)
