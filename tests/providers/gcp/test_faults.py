"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.deliveries import EXPECTED, STEPS, Delivery, some
from fixtures.google_emulator import REGION, GoogleEmulator
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
EVERY = [pytest.param(False, id="some"), pytest.param(True, id="every", marks=pytest.mark.long)]
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


def titles(google: GoogleEmulator) -> list[str]:
    """What was called since the last count, each title once; then count from nothing."""
    recent = google.emulator.calls.report()["recent"]
    google.emulator.calls.clear()
    return list(dict.fromkeys(call["operation"] for call in recent))


def faults(called: list[str]) -> list[dict[str, object]]:
    """Every rule that makes a difference, once.

    A read that fails has only not been answered, and a removal knows neither quota nor capacity.
    """
    rules: list[dict[str, object]] = []
    for title in called:
        verb = title.rsplit(".", 1)[-1]
        late = LATE[-1:] if verb == "delete" else LATE
        if title.startswith("storage."):  # does all at once, and has room for ever
            late = ("quota",) if verb == "insert" else ()
        kinds = ("reset",) if verb in READING else (*AT_ONCE, *late)
        rules += [{"match": title.replace(".", r"\."), "kind": kind} for kind in kinds]
    return [rule | {"seconds": 0.001} if rule["kind"] == "delay" else rule for rule in rules]


def check_struck(google: GoogleEmulator, delivery: Delivery, rule: dict[str, object]) -> None:
    """The rule struck, and all that was told is what such a fault means."""
    assert google.emulator.rules.report()[0]["struck"] == 1, rule
    met = {type(error).__name__ for error in delivery.met}
    assert met <= EXPECTED[str(rule["kind"])], rule
    insert = str(rule["match"]).endswith("insert")
    assert met or not insert or not EXPECTED[str(rule["kind"])], rule


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
    rules = faults(titles(google_emulator))
    for rule in rules if every else some(rules, cases[kind].insert):
        google_emulator.emulator.empty()
        google_emulator.fault(**rule)
        delivery = Delivery(gcp, google_emulator.settle, spec)
        ready = delivery.deliver()
        check_struck(google_emulator, delivery, rule)
        assert pieces(google_emulator) == WHOLE[kind], rule
        assert list(gcp.inventory()) == [ready], rule
        assert list(gcp.preview(delivery.spec)) == [], rule


@pytest.mark.parametrize("kind", list(WHOLE))
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(gcp, google_emulator, cases, kind):
    delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
    ready = delivery.deliver()
    delivered = google_emulator.emulator.copy()
    titles(google_emulator)
    delivery.remove(ready)
    for rule in faults(titles(google_emulator)):
        google_emulator.emulator.restore(delivered)
        google_emulator.fault(**rule)
        delivery = Delivery(gcp, google_emulator.settle, cases[kind].spec)
        delivery.remove(ready)
        check_struck(google_emulator, delivery, rule)
        assert pieces(google_emulator) == {}, rule
        assert list(gcp.inventory()) == [], rule


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
    google_emulator.fault(match=case.insert, kind=fault, times=None)
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
