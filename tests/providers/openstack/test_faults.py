"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.deliveries import Delivery, check_struck
from fixtures.openstack_emulator import OpenstackEmulator
from providers.errors import QuotaExceeded, Unavailable

KINDS = ("virtual-machine", "database", "object-storage", "network")
AT_ONCE = ("throttle", "error", "reset", "lost", "delay", "quota")
READING = (".list", ".get", ".head", ".version", "tokens.create")
SHORT = ("lost", "throttle", "quota")
EVERY = [False, pytest.param(True, marks=pytest.mark.long)]


def titles(cloud: OpenstackEmulator) -> list[str]:
    """What was called since the last count, each title once; then count from nothing."""
    called = cloud.emulator.calls.titles()
    cloud.emulator.calls.clear()
    return [one for one in dict.fromkeys(called) if not one.startswith("identity.")]


def faults(called: list[str], case, late: str, *, every: bool) -> list[dict[str, object]]:
    """Every rule that makes a difference: a read that fails has only not been answered.

    Unless `every`, the main call meets one kind of each sort, other writes lose their answer, and
    the first read is cut off: what a refusal comes to is the table's matter, and tested there.
    """
    rules: list[dict[str, object]] = []
    for nth, title in enumerate(called):
        reads = title.endswith(READING)
        main = title in {case.create, case.delete}
        if every:
            kinds = (("throttle", "reset")[nth % 2],) if reads else AT_ONCE
        else:
            first = ("reset",) if nth == 0 else ()
            kinds = first if reads else SHORT if main else SHORT[:1]
        rules += [{"match": title, "kind": kind} for kind in kinds]
        if title == late:
            rules += [{"match": title, "kind": kind} for kind in ("async-error", "no-capacity")]
    return [rule | {"seconds": 0.001} if rule["kind"] == "delay" else rule for rule in rules]


@pytest.fixture
def tried(openstack, openstack_emulator, cases):
    """The provider, its cloud, and the case of a kind."""
    return lambda kind: (openstack, openstack_emulator, cases[kind])


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(tried, pieces, kind, every):
    openstack, cloud, case = tried(kind)
    before = Delivery(openstack, cloud.settle, case.spec)
    before.deliver()
    called, whole = titles(cloud), pieces()
    assert case.create in called
    before.remove(before.made)
    for number, rule in enumerate(faults(called, case, case.late, every=every)):
        cloud.fault(**rule)
        delivery = Delivery(openstack, cloud.settle, replace(case.spec, instance=f"{number:032x}"))
        ready = delivery.deliver()
        check_struck(cloud.emulator.rules.report(), delivery, rule)
        assert pieces() == whole, rule
        assert list(openstack.by_kind[kind].inventory()) == [ready], rule
        assert list(openstack.preview(delivery.spec)) == [], rule
        cloud.emulator.rules.clear()
        delivery.remove(ready)
        assert pieces() == {}, rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(tried, pieces, kind, every):
    openstack, cloud, case = tried(kind)
    spec = case.spec
    delivery = Delivery(openstack, cloud.settle, spec)
    ready = delivery.deliver()
    titles(cloud)
    delivery.remove(ready)
    rules = faults(titles(cloud), case, "", every=every)
    removing = [rule for rule in rules if rule["kind"] != "quota"]
    for number, rule in enumerate(removing):
        spec = replace(spec, instance=f"{number:032x}")
        ready = Delivery(openstack, cloud.settle, spec).deliver()
        cloud.emulator.rules.clear()
        cloud.fault(**rule)
        delivery = Delivery(openstack, cloud.settle, spec)
        delivery.remove(ready)
        check_struck(cloud.emulator.rules.report(), delivery, rule)
        assert pieces() == {}, rule


@pytest.mark.parametrize("kind", KINDS)
def test_a_storm_of_lost_answers_never_makes_a_second(
    openstack, openstack_emulator, cases, pieces, kind
):
    met = 0
    openstack_emulator.emulator.calls.clear()
    whole = Delivery(openstack, openstack_emulator.settle, cases[kind].spec)
    whole.remove(whole.deliver())
    for seed in range(3):
        spec = replace(cases[kind].spec, instance=f"{seed:032x}")
        lost = {"match": "(compute|network|object).*", "kind": "lost"}
        openstack_emulator.fault(**lost, probability=0.15, seed=seed)
        delivery = Delivery(openstack, openstack_emulator.settle, spec)
        ready = delivery.deliver()
        openstack_emulator.emulator.rules.clear()
        assert list(openstack.by_kind[kind].inventory()) == [ready], seed
        met += len(delivery.met)
        delivery.remove(ready)
        assert pieces() == {}
    assert met


def test_a_delete_while_the_cloud_is_away_forgets_nothing(
    openstack, openstack_emulator, cases, pieces
):
    for kind in KINDS:
        delivery = Delivery(openstack, openstack_emulator.settle, cases[kind].spec)
        ready = delivery.deliver()
        openstack_emulator.fault(match=".*", kind="reset", times=None)
        for verb in (openstack.delete, openstack.read):
            with pytest.raises(Unavailable):
                verb(ready.ref)
        with pytest.raises(Unavailable):
            list(openstack.inventory())
        openstack_emulator.emulator.rules.clear()
        assert openstack.read(ready.ref) == ready
        delivery.remove(ready)
        assert pieces() == {}


def test_what_is_found_late_to_be_too_much_waits_for_somebody(openstack, openstack_emulator, cases):
    words = "Build of instance aborted: VolumeSizeExceedsAvailableQuota: exceeds gigabytes quota."
    openstack_emulator.fault(match="compute.servers.create", kind="async-error", message=words)
    ref = openstack.apply(cases["virtual-machine"].spec).ref
    openstack_emulator.settle()
    with pytest.raises(QuotaExceeded, match="gigabytes quota"):
        openstack.read(ref)


def test_what_finds_no_room_is_cleared_away_and_asked_for_anew(
    openstack, openstack_emulator, cases, pieces
):
    cloud, spec = openstack_emulator, cases["virtual-machine"].spec
    cloud.fault(match="compute.servers.create", kind="no-capacity", times=None)
    delivery = Delivery(openstack, cloud.settle, spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == {"NoCapacity"}
    assert "No valid host" in str(delivery.met[-1])
    cloud.emulator.rules.clear()
    for left in list(openstack.inventory()):
        delivery.remove(left)
    assert pieces() == {}


def test_the_laws_of_faults_look_at_every_kind(cases):
    assert set(KINDS) == set(cases)
