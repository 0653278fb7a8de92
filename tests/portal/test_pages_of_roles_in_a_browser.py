"""The pages of agencies, approvers, operators and auditors in a real Chromium."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from catalog.load import written
from fixtures.adoption_pages import met
from fixtures.adoption_pages import tell as tell_candidates
from fixtures.browser import TIGHT, WIDE, assert_accessible, sign_in
from fixtures.own_things import delivery, place, server
from fixtures.portal_served import ServedPortal
from ledger.notices import Notice, Sort
from ledger.own_offerings import Done, Entry, Own
from ledger.previews import Answer, Difference
from orders import service
from orders.approval import Rule
from orders.entry import Stamp
from orders.findings import Decision, Scope, Seen
from orders.reconcile import Verdict

CEILING = Rule(id="ceiling", steps=("approver",), above=1000)
PEOPLE = {
    "kari": "Kari Nordmann",
    "ola": "Ola Hansen",
    "amina": "Amina Yusuf",
    "per": "Per Revisor",
    "eva": "Eva Lie",
    "tor": "Tor Aas",
}


@pytest.fixture(scope="module")
def busy(served: ServedPortal) -> dict[str, str]:
    """A little of everything; addresses by what stands there."""
    ledger, now = served.ledger, served.moment[0]
    item = server("eget", expires_at=now + timedelta(days=9))
    number = place(ledger, now, item)
    served.record(number, *delivery())
    dear = place(ledger, now, server("dyr", plan="large", monthly_price=1420), rules=(CEILING,))
    asked = place(ledger, now, server("spurt"))
    question = service.Question(text="Hvilket nett?", deadline=now + timedelta(days=2))
    service.ask(ledger, asked, Stamp(by="amina", at=now), question)
    ledger.notices.save(
        Notice(
            id="a",
            sort=Sort.OUTAGE,
            title_nb="AWS svarer tregt",
            title_en="AWS is slow",
            text_nb="Vi følger med.",
            text_en="We follow it.",
            starts_at=now,
            ends_at=None,
            by="amina",
            changed_at=now,
        )
    )
    seen = Seen(
        verdict=Verdict.ORPHAN,
        provider="aws",
        account="sandbox",
        region="eu-north-1",
        kind="virtual-machine",
        instance="f" * 32,
        resource="i-0123456789abcdef0",
    )
    strays = [seen, replace(seen, resource="i-1"), replace(seen, resource="i-2")]
    where = Scope(provider="aws", account="sandbox")
    ledger.findings.tell(where, strays, now)
    ledger.findings.tell(where, strays[:2], now + timedelta(minutes=1))
    left = next(one for one in ledger.findings.open() if one.seen.resource == "i-1")
    ledger.findings.decide(left.id, Stamp(by="amina", at=now), Decision.LEAVE, "en prøve")
    candidates = tell_candidates(served, met("i-0new"), met("i-0other", tags={}, name=""))
    thing = f"/things/{item.instance}"
    own = Own(id="map-server", texts={})
    text = written("linux-server").replace("id: linux-server", "id: map-server")
    acts = {"offering": own.id, "agency": "BYM", "version": 1, "by": "eva", "at": now}
    for act in (Done.DRAFTED, Done.USED, Done.PROPOSED):
        body = text if act is Done.DRAFTED else ""
        own = ledger.own_offerings.append(own, Entry(act=act, body=body, why="For alle.", **acts))
    return {
        "own": "/offerings/map-server",
        "candidate": f"/adoption/{candidates['i-0new']}",
        "thing": thing,
        "dear": f"/orders/{dear}",
        "asked": f"/orders/{asked}",
    }


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("kari", ("/", "/things", "{thing}", "{thing}/change", "{thing}/terminate", "{asked}")),
        ("kari", ("{asked}/cancel", "/order/application-environment", "/?q=zzz")),
        ("kari", ("/help", "/help?q=linux", "/tour")),
        ("ola", ("/approvals", "{dear}")),
        ("amina", ("/desk", "/findings", "/questions", "/status", "{asked}")),
        ("amina", ("/adoption", "{candidate}")),
        ("per", ("/audit",)),
        ("eva", ("/offerings", "/offerings/new", "{own}", "{own}/edit/about", "{own}/edit/sizes")),
        ("eva", ("{own}/edit/ask", "{own}/edit/ask-name", "{own}/edit/file", "{own}/form/1")),
        ("tor", ("/offerings", "{own}", "{own}/changes", "/offerings/linux-server")),
    ],
)
def test_every_page_is_accessible_wide_and_tight(
    served: ServedPortal, busy: dict[str, str], page: Page, who: str, paths: tuple[str, ...]
) -> None:
    sign_in(page, served.url, PEOPLE[who])
    for path in paths:
        for language, size in (("nb", WIDE), ("en", TIGHT)):
            page.set_viewport_size(size)
            page.goto(f"{served.url}{path.format(**busy)}?lang={language}")
            assert_accessible(page)


def test_news_never_takes_what_one_is_writing(served: ServedPortal, page: Page) -> None:
    number = place(served.ledger, served.moment[0])
    sign_in(page, served.url)
    page.goto(f"{served.url}/orders/{number}?lang=nb")
    page.locator("#message-text").fill("Halvferdig melding")
    question = service.Question(text="Hvilket nett?", deadline=served.moment[0] + timedelta(days=2))
    service.ask(served.ledger, number, Stamp(by="amina", at=served.moment[0]), question)
    expect(page.get_by_role("heading", name="Vi trenger et svar fra dere")).to_be_visible()
    expect(page.locator("#message-text")).to_have_value("Halvferdig melding")
    page.locator("#answer-text").fill("Det grønne.")
    service.post(served.ledger, number, Stamp(by="amina", at=served.moment[0]), "Ingen hast.")
    expect(page.locator(".thread")).to_contain_text("Ingen hast.")
    expect(page.locator("#answer-text")).to_have_value("Det grønne.")
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Svaret er sendt")).to_be_visible()


def test_questions_and_prices_follow_the_place(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/order/application-environment?lang=nb")
    heading = page.get_by_role("heading", name="Om databasen")
    expect(heading).to_be_hidden()  # it is asked at Azure alone
    before = page.locator("[data-price]").first.inner_text()
    page.get_by_label("Azure, Oslo").check()
    expect(heading).to_be_visible()
    expect(page.locator("[data-price]").first).not_to_have_text(before)


def test_the_answer_about_a_change_comes_by_itself(
    served: ServedPortal, busy: dict[str, str], page: Page
) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}{busy['thing']}/change?lang=nb")
    page.locator("input[name=plan][value=large]").check()
    page.locator("#order button[name=_step][value=review]").click()
    expect(page.get_by_text("Vi spør leverandøren")).to_be_visible()
    (asked,) = served.ledger.previews.waiting(served.moment[0])
    changes = (Difference(field="size", actual="t3.small", wanted="t3.xlarge"),)
    served.ledger.previews.answer(asked.id, Answer(changes=changes), served.moment[0])
    expect(page.get_by_text("t3.small → t3.xlarge")).to_be_visible()
    assert_accessible(page)


def test_approving_works_without_javascript(
    served: ServedPortal, visit: BrowserContext, chromium
) -> None:
    rules = (CEILING,)
    dear = place(served.ledger, served.moment[0], server(monthly_price=1420), rules=rules)
    with chromium.new_context(java_script_enabled=False, locale="nb-NO") as context:
        page = context.new_page()
        sign_in(page, served.url, PEOPLE["ola"])
        page.goto(f"{served.url}/orders/{dear}")
        page.get_by_role("button", name="Godkjenn", exact=True).click()
        expect(page.get_by_text("Du har godkjent bestillingen")).to_be_visible()
