"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

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
from fixtures.google_emulator import REGION, GoogleEmulator
from fixtures.prefect_server import until
from providers import connect
from providers.errors import Unavailable
from providers.types import Status

READING = {"get", "list", "aggregatedList"}
AT_ONCE = ("throttle", "error", "reset", "lost", "delay")
LATE = ("quota", "no-capacity", "async-error")
PIECES = (
    "instances",
    "disks",
    "networks",
    "subnetworks",
    "firewalls",
    "routers",
    "interconnectAttachments",
    "addresses",
    "forwardingRules",
    "sql",
    "buckets",
)
WHOLE = {
    "virtual-machine": {"instances": 1, "disks": 1},
    "object-storage": {"buckets": 1},
    "network": {"networks": 1, "subnetworks": 1, "firewalls": 1},
    "database": {"sql": 1, "addresses": 1, "forwardingRules": 1},
    "private-connection": {"routers": 1, "interconnectAttachments": 1},
}


def pieces(google: GoogleEmulator) -> dict[str, int]:
    """What there is in the cloud itself, whoever owns it, but for the default network."""
    store = google.emulator.store
    found = {
        name: [p for p, _ in store.among(name, "") if not p.endswith("/default")] for name in PIECES
    }
    return {name: len(paths) for name, paths in found.items() if paths}


def called(google: GoogleEmulator) -> list[str]:
    """The titles of what was called since the last count; then count from nothing."""
    titles = google.emulator.calls.titles()
    google.emulator.calls.clear()
    return titles


def faults(titles: list[str]) -> Faults:
    return Faults(titles, lambda title: title.rpartition(".")[2] in READING, kinds)


def kinds(title: str) -> tuple[str, ...]:
    """A removal knows neither quota nor capacity."""
    verb = title.rpartition(".")[2]
    late = LATE[-1:] if verb == "delete" else LATE
    if title.startswith("storage."):  # does all at once, and has room for ever
        late = ("quota",) if verb == "insert" else ()
    return (*AT_ONCE, *late)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", list(WHOLE))
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(
    gcp, google_emulator, cases, kind, every
):
    spec = cases[kind].spec
    # some things are asked for once per account
    Delivery(gcp, google_emulator.settle, spec).deliver()
    google_emulator.emulator.empty()
    Delivery(gcp, google_emulator.settle, spec).deliver()
    for rule in faults(called(google_emulator)).each(every=every):
        google_emulator.emulator.empty()
        google_emulator.fault(**rule)
        delivery = Delivery(gcp, google_emulator.settle, spec)
        ready = delivery.deliver()
        told = str(rule["match"]).endswith("insert")
        check_struck(google_emulator.emulator.rules.report(), delivery, rule, told=told)
        assert pieces(google_emulator) == WHOLE[kind], rule
        assert list(gcp.inventory()) == [ready], rule
        assert list(gcp.preview(delivery.spec)) == [], rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", list(WHOLE))
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(
    gcp, google_emulator, cases, kind, every
):
    delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    delivered = google_emulator.emulator.copy()
    called(google_emulator)
    delivery.remove(ready)
    for rule in faults(called(google_emulator)).each(every=every):
        google_emulator.emulator.restore(delivered)
        google_emulator.fault(**rule)
        delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
        delivery.remove(ready)
        check_struck(google_emulator.emulator.rules.report(), delivery, rule, told=False)
        assert pieces(google_emulator) == {}, rule
        assert list(gcp.inventory()) == [], rule


@pytest.mark.parametrize("kind", list(WHOLE))
def test_every_fault_at_every_call_on_one_way_and_back_ends_as_one_and_as_nothing(
    gcp, google_emulator, cases, kind
):
    Delivery(gcp, google_emulator.settle, cases[kind].spec).deliver()
    google_emulator.emulator.empty()
    first = Delivery(gcp, google_emulator.settle, cases[kind].spec)
    ready = first.deliver()
    way = faults(called(google_emulator))
    first.remove(ready)
    back = faults(called(google_emulator))
    google_emulator.emulator.empty()
    delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec, steps=MANY)
    google_emulator.emulator.rules.add(way.together())
    ready = delivery.deliver()
    # an insert asked for again is answered as the first was, whatever strikes it
    check_all_struck(google_emulator.emulator.rules.report(), delivery, told=False)
    assert pieces(google_emulator) == WHOLE[kind]
    assert list(gcp.inventory()) == [ready]
    google_emulator.emulator.rules.clear()
    delivery.met.clear()
    google_emulator.emulator.rules.add(back.together())
    delivery.remove(ready)
    check_all_struck(google_emulator.emulator.rules.report(), delivery)
    assert pieces(google_emulator) == {}


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_storm_of_lost_answers_never_makes_a_second(gcp, google_emulator, cases, kind):
    met = 0
    for seed in range(3):
        google_emulator.emulator.empty()
        google_emulator.fault(match=".*", kind="lost", probability=0.2, seed=seed)
        delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
        ready = delivery.deliver()
        google_emulator.emulator.rules.clear()
        assert pieces(google_emulator) == WHOLE[kind], seed
        assert list(gcp.inventory()) == [ready], seed
        met += len(delivery.met)
    assert met


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_delete_while_the_cloud_is_away_forgets_nothing(gcp, google_emulator, cases, kind):
    delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    google_emulator.fault(match=".*", kind="reset", times=None)
    for _ in range(3):
        with pytest.raises(Unavailable):
            gcp.delete(ready.ref)
        with pytest.raises(Unavailable):
            gcp.read(ready.ref)
        with pytest.raises(Unavailable):
            list(gcp.inventory())
    google_emulator.emulator.rules.clear()
    assert gcp.read(ready.ref) == ready
    delivery.remove(ready)
    assert pieces(google_emulator) == {}


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if kind != "object-storage"])
@pytest.mark.parametrize("fault", ["quota", "no-capacity"])
def test_what_google_finds_out_late_has_its_remedy_and_can_be_given_up(
    gcp, google_emulator, cases, kind, fault
):
    """Held for want of room, and then cancelled: nothing is left, and nothing is told any more."""
    case = cases[kind]
    google_emulator.fault(match=case.create, kind=fault, times=None)
    delivery = Delivery(gcp, google_emulator.settle, case.spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == EXPECTED[fault]
    if delivery.made:  # Cloud SQL refuses at once what is over the quota
        delivery.remove(delivery.made)
        assert gcp.read(delivery.made.ref) is None
    assert pieces(google_emulator) == {}
    assert list(gcp.inventory()) == []


def test_another_process_goes_on_where_one_died(gcp, google_emulator, cases, monkeypatch):
    """What only memory knew is not needed: a new connection finds everything by label and name."""
    regions = "GRUNNMUR_ACCOUNT_SANDBOX_GCP_REGIONS"
    for number, kind in enumerate(WHOLE):
        spec = replace(cases[kind].spec, instance=f"{number:032x}")
        for step in range(STEPS):
            monkeypatch.setenv(regions, f"{REGION},elsewhere{number}-{step}")
            fresh = connect("gcp", "sandbox")
            if fresh.apply(spec).status is Status.READY:
                break
            google_emulator.settle()
        assert fresh is not gcp
        assert [r.instance for r in gcp.inventory()].count(spec.instance) == 1


def test_a_disk_that_another_request_has_grown_meanwhile_is_as_wanted(gcp, cases, google_emulator):
    """As when the worker died after it had asked, and the next one asks while that is under way."""
    spec = cases["virtual-machine"].spec
    gcp.apply(spec)
    google_emulator.settle()
    larger = replace(spec, parameters={**spec.parameters, "disk_gb": 40})
    google_emulator.fault(match="compute.disks.resize", kind="delay", seconds=2.0)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(gcp.apply, larger)
        until(lambda: google_emulator.emulator.rules.report()[0]["struck"], "it is under way")
        gcp.apply(larger)
        google_emulator.settle()
        assert late.result().status is Status.PENDING
    google_emulator.settle()
    assert list(gcp.preview(larger)) == []
