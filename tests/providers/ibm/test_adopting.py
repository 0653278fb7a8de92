"""What was adopted at IBM is known by its tag, which is told late: nothing is done on a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.deliveries import Delivery
from fixtures.ibm_emulator import REGION
from fixtures.ibm_strangers import NAME, Owner, strip
from fixtures.provider_cases import INSTANCE
from providers import connect
from providers.errors import Conflict, NotAuthorised, Unavailable
from providers.types import Ref

SETTING = "GRUNNMUR_ACCOUNT_SANDBOX_IBM_TAGGING_ENDPOINT"
KINDS = ("virtual-machine", "object-storage")


@pytest.fixture
def owner(ibm_emulator, ibm_sandbox):
    return Owner(ibm_emulator)


@pytest.fixture
def meet(owner, ibm, cases):
    """One of a kind that others made: where it is, and the spec of an order that adopts it."""

    def one(kind):
        made = owner.machine() if kind == "virtual-machine" else owner.bucket()
        ref = Ref(kind=kind, region=REGION, id=made)
        (met,) = [each for each in ibm.strangers() if each.ref == ref]
        return ref, replace(cases[kind].spec, parameters=met.parameters, stands=ref.id)

    return one


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_that_is_not_told_yet_is_no_tag_and_the_thing_is_not_gone(
    ibm, ibm_emulator, meet, kind
):
    ref, spec = meet(kind)
    assert ibm.adopt(ref, spec).instance == INSTANCE
    read = ibm.read(ref)
    assert read is not None
    assert (read.instance, read.detail) == ("", "carries neither a name nor a tag of ours")
    assert list(ibm.inventory()) == []
    with pytest.raises(Conflict, match="neither a name nor a tag"):
        ibm.delete(ref)
    assert ibm.adopt(ref, spec).instance == INSTANCE
    ibm_emulator.settle()
    read = ibm.read(ref)
    assert read is not None
    assert (read.instance, read.detail) == (INSTANCE, "")
    assert [one.instance for one in ibm.inventory()] == [INSTANCE]


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_taken_off_shows_late_as_taken_off_and_comes_back(
    ibm, ibm_emulator, meet, owner, kind
):
    ref, spec = meet(kind)
    ibm.adopt(ref, spec)
    strip(ibm_emulator, ref)
    read = ibm.read(ref)
    assert read is not None
    assert read.instance == ""
    assert list(ibm.inventory()) == []
    ibm.adopt(ref, spec)
    ibm_emulator.settle()
    assert [one.ref for one in ibm.inventory()] == [ref]
    assert set(owner.tags(owner.crn(ref))) > {"owner:bym", "pilot", f"grunnmur-instance:{INSTANCE}"}


def test_what_the_search_does_not_know_yet_is_neither_proposed_nor_touched(
    ibm, ibm_emulator, owner, cases
):
    """It may carry the tag of another, for all that anybody can tell."""
    ref = Ref(kind="virtual-machine", region=REGION, id=owner.machine(tags=[]))
    spec = replace(cases["virtual-machine"].spec, stands=ref.id)
    assert list(ibm.strangers()) == []
    read = ibm.read(ref)
    assert read is not None
    assert read.instance == ""
    for act in (lambda: ibm.adopt(ref, spec), lambda: ibm.delete(ref)):
        with pytest.raises(Unavailable, match="does not know parkering-web yet"):
            act()
    assert ibm_emulator.calls("tagging.attach_tag") == 0
    ibm_emulator.settle()
    assert [one.name for one in ibm.strangers()] == [NAME]


def test_of_two_who_adopt_at_once_one_has_it_and_the_other_is_told(ibm, ibm_emulator, meet):
    ref, spec = meet("virtual-machine")
    other = replace(spec, instance=INSTANCE[::-1])
    ibm.adopt(ref, spec)
    ibm.adopt(ref, other)  # nobody could tell yet
    ibm_emulator.settle()
    assert [one.instance for one in ibm.inventory()] == [other.instance]
    for act in (lambda: ibm.adopt(ref, spec), lambda: ibm.preview(spec), lambda: ibm.apply(spec)):
        with pytest.raises(Conflict, match="already"):
            act()


def test_a_search_that_fails_fails_the_listing_and_nothing_seems_gone(ibm, ibm_emulator, meet):
    ref, spec = meet("virtual-machine")
    ibm.adopt(ref, spec)
    ibm_emulator.settle()
    ibm_emulator.fault(match=r"search\.search", kind="error", times=3)
    for look in (lambda: list(ibm.inventory()), lambda: list(ibm.strangers())):
        with pytest.raises(Unavailable):
            look()
    with pytest.raises(Unavailable):
        ibm.read(ref)
    assert [one.ref for one in ibm.inventory()] == [ref]


def test_a_search_is_read_to_its_end(ibm, ibm_emulator, owner, meet, monkeypatch):
    monkeypatch.setattr("providers.ibm.clients.FOUND", 2)
    for number in range(3):
        owner.machine(f"app-{number}")
    ref, spec = meet("virtual-machine")
    ibm.adopt(ref, spec)
    ibm_emulator.settle()
    assert [one.ref for one in ibm.inventory()] == [ref]
    assert sorted(one.name for one in ibm.strangers()) == ["app-0", "app-1", "app-2"]


def test_a_platform_without_a_search_of_tags_adopts_nothing_and_asks_no_other_place(
    ibm_emulator, owner, cases, monkeypatch
):
    monkeypatch.setenv(SETTING, f"{ibm_emulator.url}/v3")
    ibm = connect("ibm", "sandbox")
    ref = Ref(kind="virtual-machine", region=REGION, id=owner.machine())
    ibm_emulator.emulator.calls.clear()
    assert list(ibm.strangers()) == []
    with pytest.raises(NotAuthorised, match=r"sandbox: .* set its IBM_SEARCH_ENDPOINT"):
        ibm.adopt(ref, replace(cases["virtual-machine"].spec, stands=ref.id))
    ready = Delivery(ibm, ibm_emulator.settle, cases["virtual-machine"].spec).deliver()
    assert list(ibm.inventory()) == [ready]
    assert ibm_emulator.calls("search.search") == 0


def test_what_we_made_costs_no_search(ibm, ibm_emulator, cases):
    for kind in KINDS:
        delivery = Delivery(ibm, ibm_emulator.settle, cases[kind].spec)
        ready = delivery.deliver()
        assert list(ibm.inventory()) == [ready]
        assert list(ibm.strangers()) == []
        delivery.remove(ready)
    assert ibm_emulator.calls("search.search") == 0


def test_a_machine_of_ours_that_somebody_renames_is_still_ours_by_its_tag(ibm, ibm_emulator, cases):
    delivery = Delivery(ibm, ibm_emulator.settle, cases["virtual-machine"].spec)
    ready = delivery.deliver()
    Owner(ibm_emulator).call("PATCH", f"instances/{ready.ref.id}", json={"name": "payroll"})
    spec = replace(cases["virtual-machine"].spec, stands=ready.ref.id)
    assert list(ibm.inventory()) == [ready]
    assert list(ibm.preview(spec)) == []
    assert ibm.apply(spec).ref == ready.ref
    delivery.remove(ready)
    assert list(ibm.inventory()) == []
