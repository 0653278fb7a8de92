"""What cannot be delivered is told with what is wrong, where, and what to do; nothing is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.openstack_emulator import REGION
from providers import connect
from providers.errors import Conflict, InvalidSpec, NotAuthorised, QuotaExceeded
from providers.openstack.servers import Servers
from providers.types import Status

LONG = "x" * 300


@pytest.fixture
def openstack_cases(openstack, openstack_emulator, cases):
    return openstack, openstack_emulator, cases


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        ("virtual-machine", {"size": "vm-99"}, "no flavour 'vm-99'; it has vm-1-2, vm-2-4"),
        ("virtual-machine", {"image": "debian-99"}, "no image 'debian-99'; it has debian-12"),
        ("virtual-machine", {"ssh_key": "ssh-rsa AAAA"}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"ssh_key": "hunter2"}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"disk_gb": -1}, "disk_gb: -1 is not from 0"),
        ("virtual-machine", {"subnet": "0" * 32}, "subnet: .* is not the id of a subnet"),
        (
            "virtual-machine",
            {"subnet": "00000000-0000-0000-0000-000000000000"},
            "the cloud has no subnet",
        ),
        ("database", {"version": "9"}, "version: '9' is none of 15, 17"),
        ("database", {"high_availability": True}, "no other takes over"),
        ("network", {"cidr": "10.20.0.1/24"}, "cidr: .* is no range"),
        ("network", {"cidr": "8.8.8.0/24"}, "is not private"),
        ("network", {"cidr": None}, "this account has no address plan"),
        ("network", {"prefix": 30}, "prefix: 30 is not from 16 to 28"),
        ("object-storage", {"quota_gb": "much"}, "quota_gb: 'much' is not from 0"),
    ],
)
def test_a_wrong_answer_is_named(openstack_cases, kind, wrong, told):
    openstack, openstack_emulator, cases = openstack_cases
    before = {name: openstack_emulator.things(name) for name in ("servers", "networks", "ports")}
    spec = cases[kind].spec
    with pytest.raises(InvalidSpec, match=told):
        openstack.apply(replace(spec, parameters={**spec.parameters, **wrong}))
    assert list(openstack.inventory()) == []
    assert before == {name: openstack_emulator.things(name) for name in before}


def test_a_range_that_overlaps_names_the_other(openstack, cases):
    spec = cases["network"].spec
    openstack.apply(spec)
    other = replace(spec, instance=spec.instance[::-1], parameters={"cidr": "10.20.0.128/25"})
    with pytest.raises(InvalidSpec, match=r"overlaps with 10\.20\.0\.0/24 of Parkering web"):
        openstack.apply(other)
    assert [one.instance for one in openstack.inventory()] == [spec.instance]


def test_the_plan_gives_ranges_until_there_is_none(openstack_planned, openstack_emulator, cases):
    cloud = connect("openstack", openstack_planned)
    plan = openstack_emulator.things("subnetpools")[0]
    store = openstack_emulator.emulator.cloud.store
    store.put(f"{REGION}/subnetpools", {**plan, "prefixes": ["10.64.0.0/25"]})
    spec = cases["network"].spec
    ranges = []
    for number in range(2):
        ask = replace(spec, instance=f"{number:032x}", parameters={"prefix": 26})
        ranges.append(cloud.apply(ask).outputs["cidr"])
        assert list(cloud.preview(ask)) == []
    assert ranges == ["10.64.0.0/26", "10.64.0.64/26"]
    with pytest.raises(QuotaExceeded, match="Insufficient prefix space"):
        cloud.apply(replace(spec, instance="f" * 32, parameters={"prefix": 26}))
    with pytest.raises(Conflict, match="Cannot allocate requested subnet"):
        cloud.apply(replace(spec, instance="e" * 32, parameters={"cidr": "10.64.0.0/26"}))
    left = {one.instance for one in cloud.inventory()}
    assert left - {"f" * 32} == {f"{number:032x}" for number in range(2)}, "held, not refused"


def test_a_full_network_is_told_and_what_was_begun_is_cleared_away(
    openstack, openstack_emulator, cases
):
    """Nova takes the order before it asks Neutron for an address, and finds none."""
    store = openstack_emulator.emulator.cloud.store
    network = openstack.apply(cases["network"].spec)
    subnet = store.get(f"{REGION}/subnets", network.outputs["subnet"])
    store.put(f"{REGION}/subnets", {**subnet, "cidr": f"{subnet['gateway_ip']}/32"})
    spec = cases["virtual-machine"].spec
    full = replace(spec, parameters={**spec.parameters, "subnet": network.outputs["subnet"]})
    ref = openstack.apply(full).ref
    openstack_emulator.settle()
    for verb in (lambda: openstack.read(ref), lambda: openstack.apply(full)):
        with pytest.raises(QuotaExceeded, match="No fixed IP addresses available"):
            verb()
    openstack_emulator.settle()
    assert [one.ref for one in openstack.inventory()] == [network.ref]


def test_a_setting_that_leads_nowhere_is_named(openstack_sandbox, cases, monkeypatch):
    prefix = "GRUNNMUR_ACCOUNT_SANDBOX_OPENSTACK_"
    monkeypatch.setenv(f"{prefix}PLAN", "nowhere")
    with pytest.raises(NotAuthorised, match=f"{prefix}PLAN: the cloud has no 'nowhere'"):
        connect("openstack", openstack_sandbox).apply(cases["network"].spec)
    monkeypatch.setenv(f"{prefix}SUBNET", "")
    with pytest.raises(NotAuthorised, match=f"set {prefix}SUBNET"):
        connect("openstack", openstack_sandbox).apply(cases["virtual-machine"].spec)


def test_what_does_not_carry_our_mark_is_not_removed(openstack, openstack_emulator, cases):
    store = openstack_emulator.emulator.cloud.store
    machine = openstack.apply(cases["virtual-machine"].spec).ref
    server = store.get(f"{REGION}/servers", machine.id)
    store.put(f"{REGION}/servers", {**server, "metadata": {}})
    network = openstack.apply(cases["network"].spec).ref
    found = store.get(f"{REGION}/networks", network.id)
    store.put(f"{REGION}/networks", {**found, "description": "mine"})
    bucket = openstack.apply(cases["object-storage"].spec).ref
    found = store.get(f"{REGION}/containers", bucket.id)
    store.put(f"{REGION}/containers", {**found, "headers": {}})
    for ref in (machine, network, bucket):
        with pytest.raises(Conflict, match="does not carry our mark"):
            openstack.delete(ref)
    assert list(openstack.inventory()) == []


def test_a_container_with_objects_stays(openstack, openstack_emulator, cases):
    ref = openstack.apply(cases["object-storage"].spec).ref
    store = openstack_emulator.emulator.cloud.store
    store.put(f"{REGION}/objects", {"id": f"{ref.id}/report.pdf"})
    with pytest.raises(Conflict, match="not empty"):
        openstack.delete(ref)
    assert openstack.read(ref) is not None


def test_what_cannot_change_in_place_says_so(openstack, openstack_emulator, cases):
    spec = cases["virtual-machine"].spec
    openstack.apply(spec)
    openstack_emulator.settle()
    other = replace(spec, parameters={**spec.parameters, "image": "debian-13"})
    assert [change.replaces for change in openstack.preview(other)] == [True]
    with pytest.raises(InvalidSpec, match="order a new virtual-machine instead"):
        openstack.apply(other)


def test_a_resize_that_is_being_confirmed_or_was_just_now_may_be_asked_for_again(
    openstack, openstack_emulator, cases, monkeypatch
):
    case = cases["virtual-machine"]
    openstack.apply(case.spec)
    openstack_emulator.settle()
    larger = replace(case.spec, parameters=case.changed)
    openstack.apply(larger)
    openstack_emulator.settle()
    for _ in range(2):
        assert openstack.apply(larger).status is Status.PENDING
    looked = Servers.only
    stale = openstack_emulator.things("servers")[0]
    openstack_emulator.settle()
    monkeypatch.setattr(Servers, "only", lambda *_: stale)
    assert openstack.apply(larger).status is Status.PENDING
    monkeypatch.setattr(Servers, "only", looked)
    assert openstack.apply(larger).status is Status.READY
    assert list(openstack.preview(larger)) == []


def test_a_label_that_does_not_fit_is_refused(openstack, cases):
    spec = cases["virtual-machine"].spec
    with pytest.raises(InvalidSpec, match="too long"):
        openstack.apply(replace(spec, tags={"owner": LONG}))
    with pytest.raises(InvalidSpec, match="32 hex digits"):
        openstack.apply(replace(spec, instance="short"))
    with pytest.raises(InvalidSpec, match="region 'mars-1' is not one of"):
        openstack.apply(replace(spec, region="mars-1"))
