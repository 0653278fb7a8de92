"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulators.ibm.faults import LASTING, STARTS
from emulators.ibm.landing_zone import NAME, WORKLOADS
from fixtures.deliveries import EXPECTED, STEPS, Delivery, some
from fixtures.ibm_emulator import IbmEmulator
from providers import connect
from providers.errors import QuotaExceeded, Unavailable
from providers.types import Status

READING = ("get_", "list_", "head_")
AT_ONCE = ("throttle", "error", "reset", "lost", "delay")
PIECES = ("instances", "volumes", "vpcs", "subnets", "gateways", "connections", "buckets")
STANDING = {NAME, WORKLOADS}  # the landing zone's own
EVERY = [pytest.param(False, id="some"), pytest.param(True, id="every", marks=pytest.mark.long)]
WHOLE = {
    "virtual-machine": {"instances": 1, "volumes": 1},
    "object-storage": {"buckets": 1},
    "network": {"vpcs": 1, "subnets": 2},
    "private-connection": {"gateways": 1, "connections": 1},
}


def pieces(cloud: IbmEmulator) -> dict[str, int]:
    """What there is in the cloud itself, whoever owns it, but for the landing zone."""
    cloud.emulator.store.settle(cloud.clock())
    found = {
        name: [one for one in cloud.emulator.store.among(name) if one["name"] not in STANDING]
        for name in PIECES
    }
    return {name: len(things) for name, things in found.items() if things}


def fresh(cloud: IbmEmulator) -> None:
    cloud.emulator.empty()
    cloud.furnish()
    cloud.emulator.calls.clear()


def titles(cloud: IbmEmulator) -> list[str]:
    """What was called since the last count, each title once; then count from nothing."""
    recent = cloud.emulator.calls.report()["recent"]
    cloud.emulator.calls.clear()
    return list(dict.fromkeys(call["operation"] for call in recent))


def faults(called: list[str]) -> list[dict[str, object]]:
    """Every rule that makes a difference, once.

    A read that fails has only not been answered, and a removal knows neither quota nor capacity.
    """
    rules: list[dict[str, object]] = []
    for title in called:
        kinds = ["reset"] if title.split(".")[1].startswith(READING) else list(AT_ONCE)
        if ".create_" in title and not title.endswith(("_rule", "_prefix")):
            kinds.append("quota")
        kinds += ["async-error"] if title in LASTING and title not in STARTS else []
        kinds += ["no-capacity", "async-error"] if title == "vpc.create_instance" else []
        rules += [{"match": title.replace(".", r"\."), "kind": kind} for kind in kinds]
    return [rule | {"seconds": 0.001} if rule["kind"] == "delay" else rule for rule in rules]


def check_struck(cloud: IbmEmulator, delivery: Delivery, rule: dict[str, object]) -> None:
    """The rule struck, and all that was told is what such a fault means."""
    assert cloud.emulator.rules.report()[0]["struck"] == 1, rule
    met = {type(error).__name__ for error in delivery.met}
    assert met <= EXPECTED[str(rule["kind"])], rule
    insert = ".create_" in str(rule["match"])
    assert met or not insert or not EXPECTED[str(rule["kind"])], rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", list(WHOLE))
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(ibm, ibm_emulator, cases, kind, every):
    spec = cases[kind].spec
    # some things are asked for once per account
    Delivery(ibm, ibm_emulator.settle, spec).deliver()
    fresh(ibm_emulator)
    Delivery(ibm, ibm_emulator.settle, spec).deliver()
    rules = faults(titles(ibm_emulator))
    for rule in rules if every else some(rules, cases[kind].create):
        fresh(ibm_emulator)
        ibm_emulator.fault(**rule)
        delivery = Delivery(ibm, ibm_emulator.settle, spec)
        ready = delivery.deliver()
        check_struck(ibm_emulator, delivery, rule)
        assert pieces(ibm_emulator) == WHOLE[kind], rule
        assert list(ibm.inventory()) == [ready], rule
        assert list(ibm.preview(delivery.spec)) == [], rule


@pytest.mark.parametrize("kind", list(WHOLE))
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(ibm, ibm_emulator, cases, kind):
    delivery = Delivery(ibm, ibm_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    delivered = ibm_emulator.emulator.copy()
    titles(ibm_emulator)
    delivery.remove(ready)
    for rule in faults(titles(ibm_emulator)):
        ibm_emulator.emulator.restore(delivered)
        ibm_emulator.fault(**rule)
        delivery = Delivery(ibm, ibm_emulator.settle, cases[kind].spec)
        delivery.remove(ready)
        check_struck(ibm_emulator, delivery, rule)
        assert pieces(ibm_emulator) == {}, rule
        assert list(ibm.inventory()) == [], rule


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_storm_of_lost_answers_never_makes_a_second(ibm, ibm_emulator, cases, kind):
    met = 0
    for seed in range(3):
        fresh(ibm_emulator)
        ibm_emulator.fault(match=".*", kind="lost", probability=0.2, seed=seed)
        delivery = Delivery(ibm, ibm_emulator.settle, cases[kind].spec)
        ready = delivery.deliver()
        ibm_emulator.emulator.rules.clear()
        assert pieces(ibm_emulator) == WHOLE[kind], seed
        assert list(ibm.inventory()) == [ready], seed
        met += len(delivery.met)
    assert met


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_delete_while_the_cloud_is_away_forgets_nothing(ibm, ibm_emulator, cases, kind):
    delivery = Delivery(ibm, ibm_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    ibm_emulator.fault(match=".*", kind="reset", times=None)
    for _ in range(3):
        with pytest.raises(Unavailable):
            ibm.delete(ready.ref)
        with pytest.raises(Unavailable):
            ibm.read(ready.ref)
        with pytest.raises(Unavailable):
            list(ibm.inventory())
    ibm_emulator.emulator.rules.clear()
    assert ibm.read(ready.ref) == ready
    delivery.remove(ready)
    assert pieces(ibm_emulator) == {}


def test_a_zone_without_room_is_told_again_and_again_and_can_be_given_up(ibm, ibm_emulator, cases):
    """Held for want of room, and then cancelled: nothing is left."""
    ibm_emulator.fault(match="vpc.create_instance.*", kind="no-capacity", times=None)
    delivery = Delivery(ibm, ibm_emulator.settle, cases["virtual-machine"].spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == EXPECTED["no-capacity"]
    delivery.remove(delivery.made)
    assert pieces(ibm_emulator) == {}
    assert list(ibm.inventory()) == []


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_quota_is_told_at_once_and_leaves_nothing(ibm, ibm_emulator, cases, kind):
    ibm_emulator.fault(match=cases[kind].create, kind="quota")
    with pytest.raises(QuotaExceeded):
        ibm.apply(cases[kind].spec)
    assert pieces(ibm_emulator) == {}


def test_another_process_goes_on_where_one_died(ibm, ibm_emulator, cases, monkeypatch):
    """What only memory knew is not needed: a new connection finds everything by name."""
    setting = "GRUNNMUR_ACCOUNT_SANDBOX_IBM_IAM_ENDPOINT"
    for number, kind in enumerate(WHOLE):
        spec = replace(cases[kind].spec, instance=f"{number:032x}")
        for step in range(STEPS):
            monkeypatch.setenv(setting, f"{ibm_emulator.url}/{number}-{step}")
            other = connect("ibm", "sandbox")
            if other.apply(spec).status is Status.READY:
                break
            ibm_emulator.settle()
        assert other is not ibm
        assert [r.instance for r in ibm.inventory()].count(spec.instance) == 1
