"""A move as people see it: chosen, followed, agreed to, in both languages and at every width."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fixtures.browser import NARROW, TIGHT, WIDE, assert_accessible, keep_picture, sign_in
from fixtures.moved_pages import ADDRESS, BUCKET, switched, until_the_switch
from fixtures.own_things import ANSWERS, delivery, place, server
from fixtures.portal_served import ServedPortal


@pytest.fixture
def store(served: ServedPortal) -> str:
    item = server(
        "byarkivets-filer",
        offering="object-storage",
        plan="often",
        kind="object-storage",
        parameters={"storage_class": "standard", "keep_days": 14},
        answers={**ANSWERS, "name": "byarkivets-filer"},
        monthly_price=30,
    )
    number = place(served.ledger, served.moment[0], item)
    served.record(number, *delivery(resource=BUCKET))
    return item.instance


def looked_at(page: Page, address: str, name: str, folder) -> None:
    """Both languages, wide and as narrow as a phone: accessible, and a picture to look at."""
    for language in ("nb", "en"):
        page.goto(f"{address}?lang={language}")
        for size, word in ((WIDE, "wide"), (NARROW, "narrow"), (TIGHT, "320")):
            page.set_viewport_size(size)
            assert_accessible(page)
            keep_picture(page, folder, f"{name}-{language}-{word}")
    page.set_viewport_size(WIDE)
    page.goto(f"{address}?lang=nb")


def test_a_move_is_chosen_followed_and_agreed_to(
    served: ServedPortal, page: Page, store: str, tmp_path
) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/things/{store}?lang=nb")
    page.get_by_role("link", name="Flytt den til et annet sted").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Flytt byarkivets-filer")
    looked_at(page, f"{served.url}/things/{store}/move", "move", tmp_path)

    page.get_by_label("Azure, Oslo").check()
    page.get_by_label("Hvorfor?").fill("Dataene skal ligge i Norge.")
    page.get_by_role("button", name="Bestill flyttingen").click()
    expect(page.locator("h1")).to_contain_text("Flytting av byarkivets-filer")
    number = page.url.rpartition("/")[2].partition("?")[0]

    served.record(number, *until_the_switch())
    expect(page.locator("#panel")).to_contain_text("Skal vi bytte til den?", timeout=15_000)
    looked_at(page, f"{served.url}/orders/{number}", "switch", tmp_path)
    page.get_by_role("button", name="Ja, bytt til den nye").click()
    expect(page.get_by_role("status").first).to_contain_text("Svaret er sendt")

    served.record(number, *switched(opens := served.moment[0] + timedelta(hours=1))[1:])
    expect(page.locator("#panel")).to_contain_text("Fra da av kan dere si ja her", timeout=15_000)
    expect(page.locator("#panel")).to_contain_text(ADDRESS)
    looked_at(page, f"{served.url}/orders/{number}", "kept", tmp_path)
    looked_at(page, f"{served.url}/things/{store}", "old", tmp_path)

    served.moment[0] = opens
    page.goto(f"{served.url}/orders/{number}?lang=nb")
    looked_at(page, f"{served.url}/orders/{number}", "remove", tmp_path)
    page.get_by_role("button", name="Ja, fjern den gamle").click()
    expect(page.get_by_role("status").first).to_contain_text("Svaret er sendt")
