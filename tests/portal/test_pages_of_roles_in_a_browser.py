"""The pages of agencies, approvers, operators and auditors in a real Chromium."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fixtures.browser import TIGHT, WIDE, assert_accessible, sign_in
from fixtures.busy_portal import CEILING, PEOPLE
from fixtures.own_things import place, server
from fixtures.portal_served import ServedPortal
from ledger.previews import Answer, Difference
from orders import service
from orders.entry import Stamp


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
