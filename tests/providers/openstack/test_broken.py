"""A server that fails after it was up is told as failed, kept, and started again when asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.openstack_emulator import REGION
from providers.types import Status

KILLED = "QEMU ended by itself: no reason given"
NO_HOST = "No valid host was found. This machine has 100 MiB free, and a server needs 260."


@pytest.fixture(params=["virtual-machine", "database"])
def delivered(openstack, openstack_emulator, cases, request):
    spec = cases[request.param].spec
    openstack.apply(spec)
    openstack_emulator.settle()
    assert openstack.apply(spec).status is Status.READY
    return spec


@pytest.fixture
def breaks(openstack_emulator):
    """What Nova says of the one server when its guest is gone."""

    def one(why):
        store = openstack_emulator.emulator.cloud.store
        (server,) = openstack_emulator.things("servers")
        fault = {"code": 500, "created": server["created"], "message": why}
        store.put(f"{REGION}/servers", {**server, "status": "ERROR", "fault": fault})
        return server["id"]

    return one


@pytest.mark.parametrize("why", [KILLED, NO_HOST])
def test_it_is_failed_with_the_reason_and_comes_back_as_it_is(
    openstack, openstack_emulator, delivered, breaks, why
):
    id_ = breaks(why)
    (seen,) = openstack.inventory()
    assert (seen.status, seen.detail) == (Status.FAILED, why)
    assert openstack.read(seen.ref).status is Status.FAILED
    for _ in range(2):
        assert openstack.apply(delivered).status is Status.PENDING
    assert openstack.read(seen.ref).status is Status.PENDING
    openstack_emulator.settle()
    assert openstack.apply(delivered).status is Status.READY
    assert [one["id"] for one in openstack_emulator.things("servers")] == [id_], "the same disk"
    asked = openstack_emulator.emulator.calls.report()["counts"]["compute.servers.action"]
    assert asked == 1 + asked_consoles(delivered), "started again once"


def asked_consoles(spec):
    """A database is ready when its console says so: how often that was read here."""
    return 2 if spec.kind == "database" else 0


def test_what_fails_while_it_is_made_larger_is_not_started_over(
    openstack, openstack_emulator, cases, breaks
):
    case = cases["virtual-machine"]
    openstack.apply(case.spec)
    openstack_emulator.settle()
    assert openstack.apply(case.spec).status is Status.READY
    breaks(KILLED)
    larger = replace(case.spec, parameters=case.changed)
    assert openstack.apply(larger).status is Status.FAILED
    assert openstack.apply(case.spec).status is Status.PENDING, "brought back to what it was"
