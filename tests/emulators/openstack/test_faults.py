"""Faults by rule, told as OpenStack tells them."""

from __future__ import annotations

import pytest
from keystoneauth1 import exceptions as keystone

from emulators.openstack.offers import ZONE, fixed_id
from emulators.rules import BadRule
from fixtures.openstack_emulator import GOOD, REGION


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("throttle", (429, "overLimit")),
        ("error", (503, "serviceUnavailable")),
        ("quota", (403, "forbidden")),
    ],
)
def test_a_fault_is_told_in_the_services_words(ask, openstack_emulator, kind, told):
    openstack_emulator.fault(match="compute.servers.list", kind=kind)
    answer = ask("compute", "GET", "/servers/detail")
    assert (answer.status_code, next(iter(answer.json()))) == told
    assert ask("compute", "GET", "/servers/detail").status_code == 200


def test_a_lost_answer_has_done_its_work_and_a_reset_has_not(ask, openstack_emulator):
    for kind, left in (("reset", 0), ("lost", 1)):
        openstack_emulator.fault(match="compute.servers.create", kind=kind)
        with pytest.raises(keystone.ConnectFailure):
            ask("compute", "POST", "/servers", {"server": GOOD})
        assert len(openstack_emulator.things("servers")) == left


@pytest.mark.parametrize(
    "rule",
    [
        {"match": "compute.spaceships.create", "kind": "error"},
        {"match": "network.networks.create", "kind": "no-capacity"},
        {"match": "compute.servers.list", "kind": "async-error"},
        {"match": "image.images.list", "kind": "quota"},
    ],
)
def test_a_rule_that_could_never_strike_is_refused(openstack_emulator, rule):
    with pytest.raises(BadRule, match="never would"):
        openstack_emulator.fault(**rule)


def test_no_address_left_is_found_after_the_order_was_taken(ask, openstack_emulator):
    store = openstack_emulator.emulator.cloud.store
    subnet = store.get(f"{REGION}/subnets", fixed_id(REGION, f"{ZONE} subnet"))
    store.put(f"{REGION}/subnets", {**subnet, "cidr": f"{subnet['gateway_ip']}/32"})
    made = ask("compute", "POST", "/servers", {"server": GOOD}).json()["server"]["id"]
    openstack_emulator.settle()
    found = ask("compute", "GET", f"/servers/{made}").json()["server"]
    assert (found["status"], found["fault"]["code"]) == ("ERROR", 500)
    assert "No fixed IP addresses available for network" in found["fault"]["message"]
    assert openstack_emulator.things("ports") == []
