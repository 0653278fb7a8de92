"""How it went, answered and looked at in a real Chromium."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from fixtures.browser import TIGHT, WIDE, assert_accessible, sign_in
from fixtures.own_things import delivery, place, server
from fixtures.portal_served import ServedPortal
from orders import service
from orders.entry import Stamp
from portal.survey_links import survey_link


def test_an_answer_takes_two_taps_and_a_low_one_is_followed_up(
    served: ServedPortal, page: Page
) -> None:
    number = place(served.ledger, served.moment[0], server("treg"))
    served.record(number, *delivery())
    link = survey_link(served.settings, served.ledger.order_row(number), "nb")
    looked_at(page, link, served)
    page.get_by_label("2").check()
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Du svarte 2 av 5")).to_be_visible()
    looked_at(page, link, served)
    sign_in(page, served.url, "Amina Yusuf")
    page.goto(f"{served.url}/desk?lang=nb")
    page.get_by_role("link", name="Lave svar").click()
    page.get_by_role("link", name=f"Bestilling {number}").first.click()
    looked_at(page, page.url, served)
    page.locator("#follow-text").fill("Vakttelefonen er bemannet")
    page.locator("#follow button").click()
    expect(page.get_by_text("Nå kan alle lese hva som er gjort")).to_be_visible()
    more = place(served.ledger, served.moment[0], server("treg"))
    served.record(more, *delivery())
    stamp = Stamp(by="kari", at=served.moment[0])
    service.answer_survey(served.ledger, more, stamp, 1, "Ingen svarte")
    looked_at(page, f"{served.url}/surveys", served)


def looked_at(page: Page, address: str, served: ServedPortal) -> None:
    path = urlsplit(address).path
    for language, size in (("en", TIGHT), ("nb", WIDE)):
        page.set_viewport_size(size)
        page.goto(f"{served.url}{path}?lang={language}")
        assert_accessible(page)
