"""Which cloud, the rules and the prices in a real browser: live, accessible, on any width."""

import pytest
from playwright.sync_api import Page

from fixtures.browser import NARROW, TIGHT, WIDE, assert_accessible, expect, sign_in
from fixtures.forbidding import forbid
from fixtures.portal_served import ServedPortal

PATHS = (
    "/cloud?tag_person=on&vcpus=4&memory=16&machines=1&block=200",
    "/cloud/policy",
    "/cloud/policy/cell/person/eea_us_owner",
    "/cloud/prices",
)


@pytest.mark.parametrize("path", PATHS)
def test_the_pages_are_accessible_on_every_width(
    page: Page, served: ServedPortal, path: str
) -> None:
    sign_in(page, served.url, "Amina Yusuf")
    page.goto(served.url + path)
    for size in (WIDE, NARROW, TIGHT):
        page.set_viewport_size(size)
        assert_accessible(page)


def test_the_places_follow_what_is_ticked(page: Page, served: ServedPortal) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/cloud")
    expect(page.locator("#side")).to_contain_text("Kryss av for hva slags data det er")
    page.locator("#tag-intern").check()
    expect(page.locator("#side .place").first).to_contain_text("Anbefalt")
    page.locator("#tag-fortrolig_adresse").check()
    expect(page.locator("#side .place")).to_have_count(2)
    expect(page.locator("#side-say")).to_contain_text("Først:")


def test_the_form_says_which_place_is_recommended(page: Page, served: ServedPortal) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/order/linux-server")
    page.locator("input[name=plan][value=large]").check()
    page.locator("input[name=classification][value=internal]").check()
    expect(page.locator("#side")).to_contain_text("er det anbefalte stedet for disse dataene")
    page.locator("input[name=place][value='gcp/europe-north1']").check()
    expect(page.locator("#side")).to_contain_text("er anbefalt. Velg det, eller skriv hvorfor")
    assert_accessible(page)


def test_each_place_says_at_its_name_what_the_data_mean_for_it(
    page: Page, served: ServedPortal
) -> None:
    forbid(served, "person_saerlig", "eea_us_owner")
    sign_in(page, served.url)
    page.goto(f"{served.url}/order/linux-server")
    own, barred = page.locator("label[for=place-4]"), page.locator("label[for=place-2]")
    page.locator("input[name=plan][value=medium]").check()
    expect(own).not_to_contain_text("Anbefalt")
    page.locator("input[name=classification][value=strictly-confidential]").check()
    expect(own).to_contain_text("Anbefalt")
    expect(barred).to_contain_text("Kan ikke brukes for disse dataene")
    expect(page.locator("#place-2")).to_be_disabled()
    for size in (WIDE, NARROW, TIGHT):
        page.set_viewport_size(size)
        assert_accessible(page)
    page.locator("input[name=classification][value=open]").check()
    expect(barred).not_to_contain_text("Kan ikke brukes")
    expect(page.locator("#place-2")).to_be_enabled()


def test_the_data_are_asked_before_the_place_and_each_place_has_its_price(
    page: Page, served: ServedPortal
) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/order/linux-server")
    asked = ["classification", "plan", "place", "cost_centre"]
    tops = [page.locator(f"#field-{name}").bounding_box()["y"] for name in asked]
    assert tops == sorted(tops)
    card = page.locator("label[for=place-4]")
    expect(card).not_to_contain_text("kr per måned")
    page.locator("input[name=plan][value=medium]").check()
    expect(card).to_contain_text("980 kr per måned")
    page.locator("input[name=plan][value=large]").check()
    expect(card).to_contain_text("1 950 kr per måned")
