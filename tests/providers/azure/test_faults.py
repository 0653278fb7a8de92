"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from emulators.azure.landing_zone import NAME as ZONE
from fixtures.azure_emulator import REGION, AzureEmulator
from fixtures.deliveries import (
    EVERY,
    EXPECTED,
    MANY,
    STEPS,
    Delivery,
    Faults,
    check_all_struck,
    check_struck,
)
from providers import connect
from providers.errors import Unavailable
from providers.types import Status

AT_ONCE = ("throttle", "error", "reset", "lost", "delay", "quota", "no-capacity")
KINDS = (
    "virtual-machine",
    "object-storage",
    "network",
    "database",
    "private-connection",
    "workspace",
)
MAIN = {
    "virtual-machine": "virtualmachines",
    "object-storage": "storageaccounts",
    "network": "virtualnetworks",
    "database": "flexibleservers",
    "private-connection": "expressroutecircuits",
    "workspace": "workspaces",
}


def pieces(azure: AzureEmulator) -> Counter[str]:
    """What there is in the cloud itself, by type, whoever owns it, but for the landing zone."""
    return Counter(
        thing.type.rpartition("/")[2]
        for key, thing in azure.emulator.cloud.each()
        if f"/resourcegroups/{ZONE}" not in key
    )


def called(azure: AzureEmulator) -> list[str]:
    """The titles of what was called since the last count; then count from nothing."""
    titles = azure.emulator.calls.titles()
    azure.emulator.calls.clear()
    return titles


def faults(azure: AzureEmulator, titles: list[str]) -> Faults:
    lasting = dict(azure.emulator.contract.titles())
    return Faults(
        titles,
        reads=lambda title: title.rpartition("_")[2].startswith(("Get", "List")),
        kinds=lambda title: (*AT_ONCE, "async-error") if lasting[title] else AT_ONCE,
    )


@pytest.fixture
def fresh(azure_emulator, empty):
    return azure_emulator, empty


@pytest.fixture
def empty(azure, azure_emulator):
    """The cloud with nothing but its landing zone, as often as a test asks."""
    zone = azure_emulator.emulator.copy()
    return lambda: azure_emulator.emulator.restore(zone)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(fresh, azure, cases, kind, every):
    azure_emulator, empty = fresh
    spec = cases[kind].spec
    Delivery(azure, azure_emulator.settle, spec, looks=False).deliver()
    whole = pieces(azure_emulator)
    assert (whole[MAIN[kind]], whole["resourcegroups"]) == (1, 1)
    for rule in faults(azure_emulator, called(azure_emulator)).each(every=every):
        empty()
        azure_emulator.fault(**rule)
        delivery = Delivery(azure, azure_emulator.settle, spec, looks=False)
        ready = delivery.deliver()
        check_struck(azure_emulator.emulator.rules.report(), delivery, rule)
        assert pieces(azure_emulator) == whole, rule
        assert list(azure.by_kind[kind].inventory()) == [ready], rule
        assert list(azure.preview(delivery.spec)) == [], rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(
    azure, azure_emulator, cases, kind, every
):
    delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    delivered = azure_emulator.emulator.copy()
    called(azure_emulator)
    delivery.remove(ready)
    for rule in faults(azure_emulator, called(azure_emulator)).each(every=every):
        azure_emulator.emulator.restore(delivered)
        azure_emulator.fault(**rule)
        delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec)
        delivery.remove(ready)
        check_struck(azure_emulator.emulator.rules.report(), delivery, rule)
        assert pieces(azure_emulator) == {}, rule
        assert list(azure.by_kind[kind].inventory()) == [], rule


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_at_every_call_on_one_way_and_back_ends_as_one_and_as_nothing(
    fresh, azure, cases, kind
):
    azure_emulator, empty = fresh
    first = Delivery(azure, azure_emulator.settle, cases[kind].spec)
    ready = first.deliver()
    way, whole = faults(azure_emulator, called(azure_emulator)), pieces(azure_emulator)
    first.remove(ready)
    back = faults(azure_emulator, called(azure_emulator))
    empty()
    delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec, steps=MANY)
    azure_emulator.emulator.rules.add(way.together())
    ready = delivery.deliver()
    check_all_struck(azure_emulator.emulator.rules.report(), delivery)
    assert pieces(azure_emulator) == whole
    assert list(azure.by_kind[kind].inventory()) == [ready]
    azure_emulator.emulator.rules.clear()
    delivery.met.clear()
    azure_emulator.emulator.rules.add(back.together())
    delivery.remove(ready)
    check_all_struck(azure_emulator.emulator.rules.report(), delivery)
    assert pieces(azure_emulator) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_storm_of_lost_answers_never_makes_a_second(azure, azure_emulator, cases, empty, kind):
    met = 0
    Delivery(azure, azure_emulator.settle, cases[kind].spec).deliver()
    whole = pieces(azure_emulator)
    for seed in range(3):
        empty()
        azure_emulator.fault(match=".*", kind="lost", probability=0.2, seed=seed)
        delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec)
        ready = delivery.deliver()
        azure_emulator.emulator.rules.clear()
        assert pieces(azure_emulator) == whole, seed
        assert list(azure.inventory()) == [ready], seed
        met += len(delivery.met)
    assert met


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_while_the_cloud_is_away_forgets_nothing(azure, azure_emulator, cases, kind):
    delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    azure_emulator.fault(match=".*", kind="reset", times=None)
    for _ in range(2):
        with pytest.raises(Unavailable):
            azure.delete(ready.ref)
        with pytest.raises(Unavailable):
            azure.read(ready.ref)
        with pytest.raises(Unavailable):
            list(azure.inventory())
    azure_emulator.emulator.rules.clear()
    assert azure.read(ready.ref) == ready
    delivery.remove(ready)
    assert pieces(azure_emulator) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["quota", "no-capacity"])
def test_what_stays_refused_has_its_remedy_and_can_be_given_up(
    azure, azure_emulator, cases, kind, fault
):
    """Held for want of room, and then cancelled: nothing is left."""
    azure_emulator.fault(match=cases[kind].create, kind=fault, times=None)
    delivery = Delivery(azure, azure_emulator.settle, cases[kind].spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == EXPECTED[fault]
    azure_emulator.emulator.rules.clear()
    for left in list(azure.inventory()):
        assert left.instance == delivery.spec.instance
        delivery.remove(left)
    assert pieces(azure_emulator) == {}
    assert list(azure.inventory()) == []


def test_what_arrives_late_makes_nothing_again(azure, azure_emulator, cases):
    """A request that comes when its resource has been removed finds no place to build in."""
    delivery = Delivery(azure, azure_emulator.settle, cases["virtual-machine"].spec)
    ready = delivery.deliver()
    machines = azure_emulator.client("compute").virtual_machines
    name = ready.ref.id.rsplit("/", 1)[1]
    late = machines.get(name, name)
    delivery.remove(ready)
    with pytest.raises(Exception, match="ResourceGroupNotFound"):
        machines.begin_create_or_update(name, name, late, polling=False)
    assert pieces(azure_emulator) == {}


def test_another_process_goes_on_where_one_died(azure_emulator, azure, cases, monkeypatch):
    """What only memory knew is not needed: a new connection finds everything by tag and name."""
    regions = "GRUNNMUR_ACCOUNT_SANDBOX_AZURE_REGIONS"
    for number, kind in enumerate(KINDS):
        spec = replace(cases[kind].spec, instance=f"{number:032x}")
        for step in range(STEPS):
            monkeypatch.setenv(regions, f"{REGION},elsewhere{number}-{step}")
            fresh = connect("azure", "sandbox")
            if fresh.apply(spec).status is Status.READY:
                break
            azure_emulator.settle()
        assert fresh is not azure
        assert [r.instance for r in azure.inventory()].count(spec.instance) == 1
