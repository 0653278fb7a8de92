"""Offerings that are delivered at several places, and how long what they deliver lives."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from catalog import messages
from catalog.form import Checked, check, from_form
from catalog.items import Placement, items
from catalog.load import load
from catalog.offering import Offering
from fixtures.offerings import KINDS, NOW, SERVER, SEVERAL, SMALL, TODAY, problems, refused
from orders.model import OrderItem, Target

Several = Mapping[str, Offering]
Complaints = Callable[..., list[str]]


def checked(offering: Offering, **answers: object) -> Checked:
    found = check(offering, None, {"name": "web", **answers}, today=TODAY)
    assert isinstance(found, Checked), found
    return found


def made(offering: Offering, answers: Checked) -> OrderItem:
    placement = Placement(line="1", at=NOW, instance=lambda: "0" * 32)
    (item,) = items(offering, answers, placement)
    return item


def test_the_usual_place_is_the_first() -> None:
    assert SERVER.usual_place == next(iter(SERVER.places))


def test_one_place_is_not_asked_for(write: Callable[..., Path]) -> None:
    small = load(write(SMALL))["small"]
    assert list(small.places) == ["aws/eu-north-1"]
    assert list(small.parameters) == ["name"]
    assert checked(small).place == "aws/eu-north-1"
    assert small.price("one") == small.price("one", "aws/eu-north-1") == 10


def test_where_is_the_first_question_when_there_is_a_choice(several: Several) -> None:
    question = next(iter(several["several"].parameters.items()))
    assert question[0] == "place"
    assert question[1].default == "aws/eu-north-1"
    assert [one.title.en for one in question[1].choices.values()] == ["Stockholm", "Oslo"]


def test_a_plan_has_its_terms_at_every_place(several: Several) -> None:
    offering = several["several"]
    assert (offering.price("one"), offering.price("one", "azure/norwayeast")) == (10, 12)
    assert offering.terms("one").fixed == {"image": "a", "disk": 5, "size": "s"}
    there = offering.terms("one", "azure/norwayeast").fixed
    assert there == {"disk": 5, "size": "Z1", "image": "z"}


def test_an_order_goes_where_its_answer_says(several: Several) -> None:
    offering = several["several"]
    here = made(offering, checked(offering))
    assert here.target == Target(provider="aws", account="sandbox", region="eu-north-1")
    assert (here.parameters["size"], here.monthly_price) == ("s", 10)
    there = made(offering, checked(offering, place="azure/norwayeast", subnet="x"))
    assert there.target == Target(provider="azure", account="azure-box", region="norwayeast")
    assert there.parameters == {"disk": 5, "size": "Z1", "image": "z", "subnet": "x"}
    assert there.monthly_price == 12
    assert there.answers["place"] == "azure/norwayeast"


@pytest.mark.parametrize("place", ["azure/norwaywest", "azure", 5, ["aws/eu-north-1"], True])
def test_a_place_that_is_not_there_is_refused(several: Several, place: object) -> None:
    (found,) = problems(several["several"], {"name": "web", "place": place}, plan=None)
    assert (found.field, found.msgid) == ("place", messages.CHOICE)


def test_what_only_one_place_needs_is_asked_only_there(several: Several) -> None:
    offering = several["several"]
    (missing,) = problems(offering, {"name": "web", "place": "azure/norwayeast"}, plan=None)
    assert (missing.field, missing.msgid) == ("subnet", messages.MISSING)
    (extra,) = problems(offering, {"name": "web", "subnet": "x"}, plan=None)
    assert extra.english == "Subnet: is only for azure/norwayeast. Leave it empty."


def test_a_form_may_hold_what_another_place_asked_for(several: Several) -> None:
    answers = from_form(several["several"], {"name": "web", "subnet": "x", "plan": "one"})
    assert answers == {"name": "web"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: virtual-machine\n", "", "1: the file: `kind` is missing"),
        ("icon: box", "icon: box\nregion: x", "6: region: is for offerings with one place"),
        ("  azure/norwayeast: {mon", "  azure/norwaywest: {mon", "18: plans.one: has no price at"),
        ("  azure/norwayeast: {mon", "  azure/norwaywest: {mon", "23: plans.one.places.azure/no"),
        ("    fixed: {disk: 5}", "    monthly_price: 5", "20: plans.one.monthly_price: stands un"),
        ("{disk: 5}", "{image: b}", "20: plans.one.fixed.image: is fixed by place 'aws/eu-north-1"),
        ("{size: s}", "{disk: 7}", "22: plans.one.places.aws/eu-north-1.fixed.disk: is fixed by t"),
        ("maps_to: subnet", "maps_to: image", "34: parameters.subnet.maps_to: 'image' is fixed by"),
        (
            "maps_to: subnet",
            "maps_to: size",
            "34: parameters.subnet.maps_to: 'size' is fixed by pl",
        ),
        ("[azure/norwayeast]", "[gcp/x]", "35: parameters.subnet.only_at: 'gcp/x' is no place"),
        ("[azure/norwayeast]", "[]", "35: parameters.subnet.only_at: is empty"),
        (
            "  azure/norwayeast:\n",
            "  norwayeast:\n",
            "12: places.norwayeast: write a place as its provider",
        ),
        ("  azure/norwayeast:\n", "  ibm/oslo:\n", "12: places.ibm/oslo: no provider is called"),
        ("  azure/norwayeast:\n", "  fake/x:\n", "12: places.fake/x: fake does not deliver 'virt"),
        (
            "    account: sandbox",
            "    acount: sandbox",
            "10: places.aws/eu-north-1.acount: unknown",
        ),
        ("  subnet:\n", "  place:\n", "30: parameters.place: is the form's own word"),
    ],
)
def test_wrong_places_are_told_with_their_line(
    write: Callable[..., Path], old: str, new: str, said: str
) -> None:
    assert old in SEVERAL
    found = refused(write(SEVERAL.replace(old, new, 1), "several.yaml"), kinds=KINDS)
    assert any(one.startswith(f"several.yaml:{said}") for one in found), found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("expires: {after: P30D, warn: [P7D, P30D]}\n", "21: expires.warn: P30D before the end is"),
        ("expires: {after: PT4H}\n", "21: expires.after: write whole days, like P30D"),
        ("expires: {after: P0D}\n", "21: expires.after: must be from P1D to P3650D"),
        ("expires: {warn: [P7D]}\n", "21: expires: `after` is missing"),
        ("grace: soon\n", "21: grace: write whole days, like P30D"),
    ],
)
def test_an_end_that_cannot_be_is_refused(complaints: Complaints, more: str, said: str) -> None:
    (found,) = complaints(more=more)
    assert found.startswith(f"small.yaml:{said}")


def test_what_expires_has_its_end_from_the_start(write: Callable[..., Path]) -> None:
    more = "expires: {after: P30D, warn: [P7D, P1D]}\ngrace: P7D\n"
    small = load(write(SMALL + more))["small"]
    assert made(small, checked(small)).expires_at == NOW + timedelta(days=30)
    assert small.expires is not None
    assert [before.days for before in small.expires.warn] == [7, 1]
    assert small.grace == timedelta(days=7)
    for_ever = load(write(SMALL))["small"]
    assert made(for_ever, checked(for_ever)).expires_at is None
