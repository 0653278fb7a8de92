"""Drafts that are kept, notices of operations, and what waits for somebody on the front page."""

from datetime import timedelta

import pytest

from fixtures.own_things import place, server
from fixtures.portal_house import PortalHouse
from orders import service
from orders.approval import Rule
from orders.entry import Stamp

KEY = "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11"
NOTICE = {
    "sort": "outage",
    "title_nb": "AWS er nede",
    "title_en": "AWS is down",
    "text_nb": "Vi følger med.",
    "text_en": "We follow it.",
}


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def keep(portal: PortalHouse, **typed: str):
    form = {"_key": KEY, "_step": "keep", "name": "halvferdig"} | typed
    return portal.client.post("/order/linux-server", data=form)


def test_a_kept_form_is_found_again_as_it_was_left(kari: PortalHouse) -> None:
    answer = keep(kari, cost_centre="wrong yet", plan="large")
    page = kari.client.get(answer.headers["location"]).text
    assert "Den er lagret" in page
    assert 'value="wrong yet"' in page
    assert 'value="large" checked' in page
    front = kari.client.get("/").text
    assert "halvferdig" in front
    assert kari.rows() == 0


def test_a_draft_is_its_owners_alone(kari: PortalHouse) -> None:
    keep(kari)
    kari.sign_in("siri")
    assert "halvferdig" not in kari.client.get("/").text
    assert "halvferdig" not in kari.client.get(f"/order/linux-server?draft={KEY}").text
    kari.client.post(f"/drafts/{KEY}/delete")
    assert len(kari.ledger.drafts.of("kari")) == 1


def test_a_draft_ends_when_it_is_sent_or_deleted(kari: PortalHouse) -> None:
    keep(kari)
    sent = {
        "_key": KEY,
        "_step": "send",
        "plan": "small",
        "name": "ferdig",
        "environment": "test",
        "classification": "open",
        "cost_centre": "410123",
    }
    answer = kari.client.post("/order/linux-server", data=sent)
    assert answer.status_code == 303, answer.text
    assert kari.ledger.drafts.of("kari") == []
    keep(kari)
    kari.client.post(f"/drafts/{KEY}/delete")
    assert kari.ledger.drafts.of("kari") == []


def test_a_draft_too_long_to_keep_is_not_lost(kari: PortalHouse) -> None:
    page = keep(kari, purpose="x" * 100_001)
    assert "kunne ikke lagres" in page.text
    assert "x" * 1000 in page.text


def test_an_outage_is_told_to_everybody_and_on_the_orders_it_touches(portal: PortalHouse) -> None:
    number = place(portal.ledger, portal.moment[0])
    elsewhere = place(portal.ledger, portal.moment[0], server(offering="other"))
    portal.sign_in("amina")
    sent = NOTICE | {"offering": "linux-server"}
    assert portal.client.post("/status", data=sent).status_code == 303
    portal.sign_in("kari")
    for path in ("/", "/status", f"/orders/{number}"):
        assert "AWS er nede" in portal.client.get(path).text
    assert "AWS er nede" not in portal.client.get(f"/orders/{elsewhere}").text
    assert "AWS is down" in portal.client.get("/status?lang=en").text
    (made,) = portal.ledger.notices.current(portal.moment[0])
    portal.sign_in("amina")
    portal.client.post(f"/status/{made.id}/over")
    assert "AWS er nede" not in portal.client.get("/").text
    assert "Tidligere" in portal.client.get("/status?lang=nb").text


def test_planned_work_is_told_before_it_starts(portal: PortalHouse) -> None:
    portal.sign_in("amina")
    sent = NOTICE | {
        "sort": "maintenance",
        "starts_at": "24.12.2026 14.30",
        "ends_at": "24.12.2026 16.00",
    }
    assert portal.client.post("/status", data=sent).status_code == 303
    portal.client.cookies.clear()  # everybody may read it
    page = portal.client.get("/status").text
    assert "Planlagt" in page
    assert "24. des." in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title_en": " "},
        {"text_nb": "x" * 2001},
        {"starts_at": "soon"},
        {"starts_at": "24.12.2026 14.30", "ends_at": "24.12.2026 14.00"},
        {"ends_at": "99.99.9999 99.99"},
    ],
)
def test_a_notice_that_cannot_be_is_not_told(portal: PortalHouse, wrong: dict[str, str]) -> None:
    portal.sign_in("amina")
    page = portal.client.post("/status", data=NOTICE | wrong)
    assert page.status_code == 422
    assert "AWS er nede" in page.text
    assert portal.ledger.notices.current(portal.moment[0]) == []


def test_only_operators_tell(portal: PortalHouse) -> None:
    for name in ("kari", "ola", "per"):
        portal.sign_in(name)
        assert portal.client.post("/status", data=NOTICE).status_code == 403
        assert portal.client.post("/status/x/over").status_code == 403


def test_the_front_page_says_what_waits_for_whom(portal: PortalHouse) -> None:
    asked = place(portal.ledger, portal.moment[0], server("spurt"))
    question = service.Question(text="Hva?", deadline=portal.moment[0] + timedelta(days=1))
    service.ask(portal.ledger, asked, Stamp(by="amina", at=portal.moment[0]), question)
    rule = Rule(id="ceiling", steps=("approver",), above=1000)
    place(portal.ledger, portal.moment[0], server("dyr", monthly_price=2000), rules=(rule,))
    portal.sign_in("kari")
    page = portal.client.get("/").text
    assert "spurt</a>: vi trenger et svar" in page
    assert "til godkjenning" not in page.lower().partition("<main")[2]
    portal.sign_in("ola")
    page = portal.client.get("/").text
    assert "Én bestilling til godkjenning" in page
    portal.sign_in("siri")
    assert "Venter på deg" not in portal.client.get("/").text
