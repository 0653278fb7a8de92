"""What a real OpenStack refuses is told as on the emulator: what is wrong, where, what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from providers import connect
from providers.errors import (
    Conflict,
    InvalidSpec,
    NoCapacity,
    NotAuthorised,
    ProviderError,
    QuotaExceeded,
)

ACCOUNT = "GRUNNMUR_ACCOUNT_OWN_OPENSTACK_"
NOWHERE = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("kind", "wrong", "told"),
    [
        ("virtual-machine", {"size": "vm-99"}, "no flavour 'vm-99'; it has vm-1-2, vm-2-4"),
        ("virtual-machine", {"image": "debian-99"}, "no image 'debian-99'; it has debian-12"),
        ("virtual-machine", {"disk_gb": 50}, "no volumes, and its flavour 'vm-1-2' has 20 GB"),
        ("virtual-machine", {"subnet": NOWHERE}, f"the cloud has no subnet '{NOWHERE}'"),
        (
            "virtual-machine",
            {"security_group": NOWHERE},
            f"Unable to find security_group with name or id '{NOWHERE}'",
        ),
        ("network", {"cidr": None}, "this account has no address plan"),
    ],
)
def test_a_wrong_answer_is_named(trial, kind, wrong, told):
    cloud, control_plane, cases = trial.cloud, trial.plane, trial.cases
    before, spec = control_plane.counts(), cases[kind].spec
    with pytest.raises(InvalidSpec, match=told):
        cloud.apply(replace(spec, parameters={**spec.parameters, **wrong}))
    assert control_plane.counts() == before


@pytest.mark.parametrize(
    ("kind", "service", "most", "told"),
    [
        ("virtual-machine", "nova", {"cores": 0}, "Quota exceeded for cores"),
        pytest.param(
            *("database", "nova", {"instances": 0}, "Quota exceeded for instances"),
            marks=pytest.mark.long,
        ),
        ("network", "neutron", {"network": 2}, r"Quota exceeded for resources: .'network'"),
        ("network", "neutron", {"router": 0}, r"Quota exceeded for resources: .'router'"),
    ],
)
def test_a_quota_that_is_used_up_is_named(trial, kind, service, most, told):
    cloud, control_plane, cases = trial.cloud, trial.plane, trial.cases
    control_plane.quota(service, **most)
    spec = cases[kind].spec
    with pytest.raises(QuotaExceeded, match=told):
        cloud.apply(spec)
    control_plane.quota(service, **dict.fromkeys(most, 10))
    assert cloud.apply(spec).instance == spec.instance


def test_a_full_network_is_told_and_what_was_begun_is_cleared_away(trial):
    """Nova takes the order before it asks Neutron for an address, and finds none."""
    spec = trial.cases["virtual-machine"].spec
    full = {**spec.parameters, "subnet": trial.plane.furniture["full"]}
    ref = trial.cloud.apply(replace(spec, parameters=full)).ref
    trial.plane.settle()
    for verb in (
        lambda: trial.cloud.read(ref),
        lambda: trial.cloud.apply(replace(spec, parameters=full)),
    ):
        with pytest.raises(QuotaExceeded, match="No fixed IP addresses available"):
            verb()
    trial.plane.settle()
    assert list(trial.cloud.inventory()) == []
    assert trial.pieces() == {}


def test_no_host_with_room_is_told_and_cleared_away(cloud, control_plane, cases):
    spec = cases["virtual-machine"].spec
    control_plane.quota("nova", cores=-1)
    large = replace(spec, parameters={**spec.parameters, "size": "vm-too-large"})
    ref = cloud.apply(large).ref
    control_plane.settle()
    for verb in (lambda: cloud.read(ref), lambda: cloud.apply(large)):
        with pytest.raises(NoCapacity, match="No valid host"):
            verb()
    control_plane.settle()
    assert list(cloud.inventory()) == []


def test_a_range_that_overlaps_names_the_other(cloud, cases):
    spec = cases["network"].spec
    cloud.apply(spec)
    other = replace(spec, instance=spec.instance[::-1], parameters={"cidr": "10.20.0.128/25"})
    with pytest.raises(InvalidSpec, match=r"overlaps with 10\.20\.0\.0/24 of Parkering web"):
        cloud.apply(other)
    assert [one.instance for one in cloud.inventory()] == [spec.instance]


@pytest.mark.long
def test_the_plan_gives_ranges_until_there_is_none(openstack_account, monkeypatch, cases):
    monkeypatch.setenv(f"{ACCOUNT}PLAN", "address-plan")
    cloud = connect("openstack", openstack_account)
    spec = cases["network"].spec
    ranges = []
    for number in range(2):
        ask = replace(spec, instance=f"{number:032x}", parameters={"prefix": 26})
        ranges.append(cloud.apply(ask).outputs["cidr"])
        assert list(cloud.preview(ask)) == []
    assert sorted(ranges) == ["10.64.0.0/26", "10.64.0.64/26"]
    with pytest.raises(QuotaExceeded, match="Insufficient prefix space"):
        cloud.apply(replace(spec, instance="f" * 32, parameters={"prefix": 26}))
    with pytest.raises(Conflict, match="Cannot allocate requested subnet"):
        cloud.apply(replace(spec, instance="e" * 32, parameters={"cidr": "10.64.0.0/26"}))
    left = {one.instance for one in cloud.inventory()}
    assert left - {"f" * 32} == {f"{number:032x}" for number in range(2)}, "held, not refused"


def test_a_network_with_machines_in_it_stays_until_they_are_gone(cloud, control_plane, cases):
    network = cloud.apply(cases["network"].spec)
    spec = cases["virtual-machine"].spec
    inside = {name: network.outputs[name] for name in ("subnet", "security_group")}
    machine = cloud.apply(replace(spec, parameters={**spec.parameters, **inside}))
    control_plane.settle()
    seen = cloud.read(machine.ref)
    assert seen is not None
    assert seen.outputs["private_ip"].startswith("10.20.0.")
    with pytest.raises(Conflict):
        cloud.delete(network.ref)
    cloud.delete(machine.ref)
    control_plane.settle()
    for _ in range(3):
        cloud.delete(network.ref)
    assert list(cloud.inventory()) == []


@pytest.mark.long
def test_what_does_not_carry_our_mark_is_not_removed(cloud, control_plane, cases):
    machine = cloud.apply(cases["virtual-machine"].spec).ref
    network = cloud.apply(cases["network"].spec).ref
    control_plane.settle()
    server = f"/v2.1/servers/{machine.id}/metadata/grunnmur:instance"
    control_plane.ask("DELETE", "nova", server)
    control_plane.ask(
        "PUT", "neutron", f"/v2.0/networks/{network.id}", {"network": {"description": "mine"}}
    )
    for ref in (machine, network):
        with pytest.raises(Conflict, match="does not carry our mark"):
            cloud.delete(ref)
    assert list(cloud.inventory()) == []


@pytest.mark.parametrize(
    ("setting", "value", "kind"),
    [
        ("PLAN", "nowhere", "network"),
        ("EXTERNAL_NETWORK", "nowhere", "network"),
        ("SUBNET", NOWHERE, "virtual-machine"),
    ],
)
@pytest.mark.long
def test_a_setting_that_leads_nowhere_is_named(trial, monkeypatch, setting, value, kind):
    monkeypatch.setenv(f"{ACCOUNT}{setting}", value)
    with pytest.raises(NotAuthorised, match=f"{ACCOUNT}{setting}: the cloud has no .*{value}"):
        connect("openstack", "own").apply(trial.cases[kind].spec)


@pytest.mark.long
def test_a_wrong_password_is_told_and_never_repeated(
    openstack_account, control_plane, monkeypatch, cases
):
    file = control_plane.folder / "clouds.yaml"
    file.write_text(file.read_text().replace("on-loopback-only", "not-the-password"))
    monkeypatch.setenv(f"{ACCOUNT}PROJECT", "to-sign-in-anew")
    with pytest.raises(ProviderError) as refused:
        connect("openstack", openstack_account).apply(cases["network"].spec)
    assert isinstance(refused.value, NotAuthorised)
    assert "not-the-password" not in str(refused.value)
