"""Access data at the portal: who may ask, what they see, and that they see it once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from fixtures.own_things import moved, owned, place, server
from fixtures.portal_house import PortalHouse
from ledger.envelopes import KEPT, Asked, Reply
from ledger.sealing import seal
from orders import events as e
from orders.model import ResourceRef, Stage, Target

SECRET = "Zq7$planted-at-the-supplier"  # noqa: S105 - of no cloud
VALUES = {"user": "grunnmur", "password": SECRET}
AWS = Target(provider="aws", account="sandbox", region="eu-north-1")


def database(portal: PortalHouse, **more) -> str:
    found = {"kind": "database", "offering": "postgres-database", "target": AWS}
    return owned(portal, **{**found, **more})


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def asked_for(portal: PortalHouse, instance: str) -> str:
    """The address at which what was asked for is awaited."""
    answer = portal.client.post(f"/things/{instance}/access")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def filled(portal: PortalHouse, reply: Reply | None = None) -> Asked:
    """As a worker answers."""
    now = portal.moment[0]
    (asked,) = portal.ledger.envelopes.waiting(now)
    assert portal.ledger.envelopes.take(asked, now)
    sealed = Reply(sealed=seal(VALUES, asked.public_key, asked.about))
    portal.ledger.envelopes.answer(asked, now, reply or sealed, now)
    return asked


def test_it_is_said_beforehand_what_it_does(kari: PortalHouse) -> None:
    instance = database(kari)
    thing = kari.client.get(f"/things/{instance}").text
    assert f'href="/things/{instance}/access"' in thing
    page = kari.client.get(f"/things/{instance}/access").text
    assert "Ingenting endres" in page
    assert "Vises én gang" in thing
    assert "Sist bedt om" not in page


def test_it_is_shown_once_and_never_again(kari: PortalHouse) -> None:
    instance = database(kari)
    address = asked_for(kari, instance)
    assert "Vi spør leverandøren" in kari.client.get(address).text
    filled(kari)
    for _ in range(2):  # looking, or a browser that fetches ahead, takes nothing out
        waiting = kari.client.get(address)
        assert "De har kommet" in waiting.text
        assert SECRET not in waiting.text

    shown = kari.client.post(address)

    assert shown.status_code == 200
    assert f'<code id="secret-password">{SECRET}</code>' in shown.text
    assert shown.headers["cache-control"] == "no-store"
    for again in (kari.client.get(address), kari.client.post(address)):
        assert again.status_code == 410
        assert SECRET not in again.text
        assert "Her er det ikke noe lenger" in again.text


def test_the_key_is_with_the_browser_for_this_address_alone(kari: PortalHouse) -> None:
    instance = database(kari)
    answer = kari.client.post(f"/things/{instance}/access")
    cookie = answer.headers["set-cookie"]
    assert f"Path={answer.headers['location']}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"Max-Age={int(KEPT.total_seconds())}" in cookie
    private = re.match(r"access=\"?([\w=-]+)", cookie)
    assert private
    assert private[1].encode() not in kari.file.read_bytes()
    filled(kari)
    ended = kari.client.post(answer.headers["location"]).headers["set-cookie"]
    assert "Max-Age=0" in ended
    assert f"Path={answer.headers['location']}" in ended


def test_it_is_written_down_who_asked_and_when_and_nothing_of_what_came(kari: PortalHouse) -> None:
    instance = database(kari)
    address = asked_for(kari, instance)
    filled(kari)
    kari.client.post(address)
    thing = kari.ledger.thing(instance)
    assert thing is not None
    (event,) = [x for x in kari.ledger.history(thing.order) if isinstance(x, e.AccessAsked)]
    assert event.by == "kari"
    assert event.at == kari.moment[0]
    assert SECRET not in str(kari.ledger.history(thing.order))
    page = kari.client.get(f"/things/{instance}/access").text
    assert "Sist bedt om av Kari Nordmann" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("ola", 403), ("eva", 403), ("amina", 403), ("per", 403), ("tor", 403)],
)
def test_only_who_orders_for_the_agency_may_ask(portal: PortalHouse, who: str, status: int) -> None:
    instance = database(portal)
    portal.sign_in(who)
    before = portal.rows()
    for method, path in (("GET", "access"), ("POST", "access"), ("POST", f"access/{'e' * 32}")):
        assert portal.client.request(method, f"/things/{instance}/{path}").status_code == status
    assert portal.rows() == before
    assert "/access" not in portal.client.get(f"/things/{instance}").text


def test_another_agencys_thing_is_not_there(portal: PortalHouse) -> None:
    instance = database(portal)
    portal.sign_in("siri")
    for method, path in (("GET", "access"), ("POST", "access"), ("POST", f"access/{'e' * 32}")):
        assert portal.client.request(method, f"/things/{instance}/{path}").status_code == 404


def test_what_no_secret_opens_has_no_such_page(kari: PortalHouse) -> None:
    server = owned(kari)
    assert kari.client.get(f"/things/{server}/access").status_code == 404
    oslo = Target(provider="openstack", account="sandbox", region="oslo-1")
    own = database(kari, target=oslo, name="egen")
    assert "SSH-nøkkelen" in kari.client.get(f"/things/{own}").text
    assert kari.client.post(f"/things/{own}/access").status_code == 404


def test_somebody_else_of_the_agency_cannot_open_what_i_asked_for(kari: PortalHouse) -> None:
    instance = database(kari)
    address = asked_for(kari, instance)
    asked = filled(kari)
    assert kari.ledger.envelopes.find(asked.id, "ola", kari.moment[0]) is None
    other = database(kari, name="annen")
    swapped = address.replace(instance, other)
    assert kari.client.get(swapped).status_code == 410


def test_in_another_browser_it_says_to_ask_again_and_keeps_it_for_the_first(
    kari: PortalHouse,
) -> None:
    address = asked_for(kari, database(kari))
    filled(kari)
    session = kari.client.cookies["session"]
    kari.client.cookies.clear()
    kari.client.cookies.set("session", session)
    lost = kari.client.post(address)
    assert lost.status_code == 410
    assert "nettleseren" in lost.text
    assert SECRET not in lost.text


@pytest.mark.parametrize("bent", ["AAAA", "", "\N{SNOWMAN}"])
def test_what_was_tampered_with_is_not_shown_and_an_error_says_so(
    kari: PortalHouse, bent: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = asked_for(kari, database(kari))
    (asked,) = kari.ledger.envelopes.waiting(kari.moment[0])
    sealed = seal(VALUES, asked.public_key, asked.about)
    filled(kari, Reply(sealed=f"{sealed[:-12]}{bent}" if bent else sealed[:-4]))
    page = kari.client.post(address)
    assert page.status_code == 410
    assert "endret underveis" in page.text
    assert "did not open" in caplog.text
    assert SECRET not in page.text


def test_what_the_supplier_said_no_to_is_told(kari: PortalHouse) -> None:
    address = asked_for(kari, database(kari))
    filled(kari, Reply(problem="NotAuthorised: may not read secrets"))
    page = kari.client.get(address)
    assert "may not read secrets" in page.text
    assert "Be på nytt" in page.text
    assert kari.client.post(address).status_code == 410


def test_what_waits_for_a_carrier_is_opened_from_its_order(kari: PortalHouse) -> None:
    google = Target(provider="gcp", account="sandbox", region="europe-north1")
    item = server("linje", kind="private-connection", target=google)
    number = place(kari.ledger, kari.moment[0], item)
    path = f"/orders/{number}/items/1/access"
    assert kari.client.get(path).status_code == 404, "nothing is there yet"
    kari.record(
        number,
        moved(e.ItemStarted),
        moved(e.StageReached, stage=Stage.CREATE),
        moved(e.ResourceRecorded, resource=ResourceRef(kind=item.kind, region="x", id="gm-x-1")),
        moved(e.ItemHeld, reason="waiting for the partner"),
    )
    assert f'href="{path}"' in kari.client.get(f"/orders/{number}").text
    assert "Gi den til teleoperatøren" in kari.client.get(path).text
    waiting = kari.client.post(path).headers["location"]
    assert waiting.startswith(f"{path}/")
    filled(kari)
    assert SECRET in kari.client.post(waiting).text
    assert SECRET not in kari.client.post(waiting).text
    assert f'href="/orders/{number}"' in kari.client.get(path).text
    for who, status in (("siri", 404), ("amina", 403)):
        kari.sign_in(who)
        assert kari.client.post(path).status_code == status
        assert f'href="{path}"' not in kari.client.get(f"/orders/{number}").text


def test_after_ten_minutes_it_is_gone(kari: PortalHouse) -> None:
    address = asked_for(kari, database(kari))
    filled(kari)
    kari.moment[0] += KEPT + timedelta(seconds=1)
    assert kari.client.get(address).status_code == 410
    late = kari.client.post(address)
    assert late.status_code == 410
    assert SECRET not in late.text


def test_nothing_is_asked_for_under_an_invented_id(kari: PortalHouse) -> None:
    instance = database(kari)
    for id_ in (uuid4().hex, "x", "\N{SNOWMAN}", "%00"):
        assert kari.client.get(f"/things/{instance}/access/{id_}").status_code == 410
