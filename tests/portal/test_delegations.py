"""Who decides in an approver's place: given for some days, taken back, gone with the role."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fixtures.own_things import place, server
from fixtures.portal_house import PortalHouse
from orders.approval import Rule

CEILING = Rule(id="ceiling", steps=("approver",), above=1000)
FORM = {"text": "", "_price-1": "1420"}


def dear(portal: PortalHouse, by: str = "kari") -> str:
    item = server(plan="large", monthly_price=1420)
    return place(portal.ledger, portal.moment[0], item, rules=(CEILING,), by=by)


def delegate(portal: PortalHouse, to: str, first: str, last: str):
    form = {"delegate": to, "first": first, "last": last}
    return portal.client.post("/approvals/delegate", data=form)


def test_a_stand_in_decides_for_some_days_and_not_on_their_own_orders(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    portal.sign_in("ola")
    assert delegate(portal, "kari", "23.11.2026", "24.11.2026").status_code == 303
    own, other = dear(portal), dear(portal, by="per-b")
    portal.sign_in("kari")
    assert portal.client.get("/approvals").status_code == 200
    assert portal.client.post(f"/orders/{own}/approve", data=FORM).status_code == 403
    assert portal.client.post(f"/orders/{other}/approve", data=FORM).status_code == 303
    late = dear(portal, by="per-b")
    portal.moment[0] += timedelta(days=3)
    portal.sign_in("kari")
    assert portal.client.post(f"/orders/{late}/approve", data=FORM).status_code == 403
    assert portal.client.get("/approvals").status_code == 403


@pytest.mark.parametrize(
    ("to", "first", "last"),
    [
        ("siri", "23.11.2026", "24.11.2026"),  # another agency's
        ("ola", "23.11.2026", "24.11.2026"),  # oneself
        ("kari", "24.11.2026", "23.11.2026"),
        ("kari", "31.02.2027", "01.03.2027"),
        ("kari", "23.11.2026", "23.11.2027"),
        ("kari", "01.11.2026", "02.11.2026"),
        ("kari", "9" * 50, "\N{BELL}"),
        ("kari", "31.12.9999", "31.12.9999"),
    ],
)
def test_a_delegation_that_cannot_be_is_told(
    portal: PortalHouse, to: str, first: str, last: str
) -> None:
    for name in ("siri", "kari", "ola"):
        portal.sign_in(name)
    page = delegate(portal, to, first, last)
    assert page.status_code == 422
    assert 'class="error"' in page.text
    assert portal.ledger.delegations.by("ola", portal.moment[0]) == []


def test_a_delegation_is_taken_back_by_whoever_gave_it(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    portal.sign_in("ola")
    delegate(portal, "kari", "23.11.2026", "24.11.2026")
    (made,) = portal.ledger.delegations.by("ola", portal.moment[0])
    portal.client.post(f"/approvals/delegations/{made.id}/end")
    assert portal.ledger.delegations.by("ola", portal.moment[0]) == []


@pytest.mark.parametrize("lost", [{"roles": frozenset({"orderer"})}, {"agency": "PBE"}])
def test_nobody_decides_in_the_place_of_who_may_not_decide_any_more(
    portal: PortalHouse, lost: dict[str, Any]
) -> None:
    portal.sign_in("kari")
    portal.sign_in("ola")
    delegate(portal, "kari", "23.11.2026", "24.11.2026")
    waiting = dear(portal, by="per-b")
    portal.sign_in("kari")
    assert portal.client.get("/approvals").status_code == 200
    assert f"/orders/{waiting}/approve" in portal.client.get(f"/orders/{waiting}").text
    ola = portal.ledger.people.named(["ola"])["ola"]
    portal.ledger.people.seen(replace(ola, **lost))  # as his next sign-in tells
    assert portal.client.get("/approvals").status_code == 403
    assert f"/orders/{waiting}/approve" not in portal.client.get(f"/orders/{waiting}").text
    assert portal.client.post(f"/orders/{waiting}/approve", data=FORM).status_code == 403
    portal.ledger.people.seen(ola)
    assert portal.client.post(f"/orders/{waiting}/approve", data=FORM).status_code == 303
