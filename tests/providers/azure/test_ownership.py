"""Whose things are never touched: what is not ours, or not only ours, stays."""

from dataclasses import replace

import pytest

from fixtures.azure_emulator import REGION, SUBSCRIPTION
from providers.errors import Conflict
from providers.types import Ref, Status


@pytest.fixture
def deliver(cases, built):
    return lambda kind: built(cases[kind].spec)


def test_what_is_not_ours_is_not_removed(azure, azure_emulator, deliver):
    ready = deliver("virtual-machine")
    group = ready.outputs["resource_group"]
    groups = azure_emulator.client("resource.resources").resource_groups
    groups.update(group, {"tags": {}})
    with pytest.raises(Conflict, match="not removed"):
        azure.delete(ready.ref)
    assert azure.read(ready.ref).instance == ""
    assert list(azure.inventory()) == []


def test_what_somebody_put_beside_ours_is_not_lost_with_it(azure, azure_emulator, deliver, removed):
    ready = deliver("virtual-machine")
    group = ready.outputs["resource_group"]
    disks = azure_emulator.client("compute").disks
    body = {
        "location": REGION,
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
    }
    disks.begin_create_or_update(group, "karis-data", body, polling=False)
    azure_emulator.settle()
    with pytest.raises(Conflict, match="karis-data"):
        azure.delete(ready.ref)
    disks.begin_delete(group, "karis-data", polling=False)
    azure_emulator.settle()
    removed(ready.ref)


def test_a_network_in_use_is_not_removed(azure, cases, built, removed):
    network = built(cases["network"].spec)
    spec = cases["virtual-machine"].spec
    inside = replace(
        spec,
        instance="f" * 32,
        parameters={**spec.parameters, "subnet": network.outputs["subnet_default"]},
    )
    machine = built(inside)
    assert machine.outputs["private_ip"].startswith("10.20.0.")
    with pytest.raises(Conflict, match="in use by"):
        azure.delete(network.ref)
    removed(machine.ref)
    removed(network.ref)


@pytest.mark.parametrize(
    "id_",
    [
        "/subscriptions/{0}/resourceGroups/landing-zone/providers/Microsoft.Compute/{3}/x",
        "/subscriptions/{0}/resourceGroups/gm-{1}-1/providers/Microsoft.Compute/disks/gm-{1}-1",
        "/subscriptions/{2}/resourceGroups/gm-{1}-1/providers/Microsoft.Compute/{3}/gm-{1}-1",
    ],
)
def test_what_lies_elsewhere_cannot_be_named(azure, azure_emulator, deliver, id_):
    deliver("virtual-machine")
    before = azure_emulator.calls("resources.ResourceGroups_Delete")
    instance = "0123456789abcdef0123456789abcdef"
    ref = Ref(
        kind="virtual-machine",
        region=REGION,
        id=id_.format(SUBSCRIPTION, instance, SUBSCRIPTION[:-1] + "f", "virtualMachines"),
    )
    assert azure.read(ref) is None
    azure.delete(ref)
    assert azure_emulator.calls("resources.ResourceGroups_Delete") == before
    assert len(list(azure.inventory())) == 1


def test_one_thing_is_found_in_two_calls_whatever_became_of_the_others(
    azure, azure_emulator, cases
):
    spec = cases["virtual-machine"].spec
    azure_emulator.fault(
        match="compute.VirtualMachines_CreateOrUpdate", kind="async-error", times=2
    )
    for instance in ("a" * 32, "b" * 32):
        while azure.apply(replace(spec, instance=instance)).status is not Status.FAILED:
            azure_emulator.settle()
    azure_emulator.emulator.calls.clear()
    assert [one.instance for one in azure.inventory()] == ["a" * 32, "b" * 32]
    listing = len(azure_emulator.emulator.calls.titles())
    azure_emulator.emulator.calls.clear()
    (ref,) = azure.carrying(spec.kind, "a" * 32)
    assert "a" * 32 in ref.id
    assert len(azure_emulator.emulator.calls.titles()) == 2 < listing
