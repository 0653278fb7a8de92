"""The basket in a real Chromium, with and without JavaScript."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.browser import ANSWERS, TIGHT, WIDE, assert_accessible, sign_in
from fixtures.portal_served import ServedPortal

PUT = "#order button[name=_step][value=add]"


def put(page: Page, portal: str, offering: str, **more: str) -> None:
    page.goto(f"{portal}/order/{offering}?lang=nb")
    for name, value in (ANSWERS | more).items():
        page.locator(f"#{name}").fill(value)
    page.locator("input[name=plan]").first.check()
    page.locator("input[name=environment][value=test]").check()
    page.locator("input[name=classification][value=internal]").check()
    page.locator(PUT).click()
    page.wait_for_url("**/basket?added")


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_several_things_are_ordered_at_once(
    served: ServedPortal, chromium: Browser, *, script: bool
) -> None:
    before = served.ledger.count()
    with chromium.new_context(java_script_enabled=script, locale="nb-NO", viewport=WIDE) as context:
        page = context.new_page()
        sign_in(page, served.url)
        put(page, served.url, "linux-server")
        put(page, served.url, "landing-zone", name="kartnett", address_range="10.20.0.0/24")
        page.get_by_label("Koble til").select_option(label="Eget nett (landingssone): kartnett")
        page.get_by_role("button", name="Koble til kart-for-byplan").click()
        expect(page.locator("#thing-1")).to_contain_text("tirsdag 24. november 2026")
        send = page.get_by_role("button", name="Send bestillingen")
        if script:
            send.dblclick()
        else:
            send.click()
        page.wait_for_url("**/orders/*")
        expect(page.locator("h1")).to_have_text("kart-for-byplan, kartnett")
    assert served.ledger.count() == before + 1


def test_the_basket_is_accessible_empty_full_and_with_what_is_wrong(
    served: ServedPortal, page: Page
) -> None:
    sign_in(page, served.url)
    for size in (WIDE, TIGHT):
        page.set_viewport_size(size)
        page.goto(f"{served.url}/basket?lang=nb")
        assert_accessible(page)
    put(page, served.url, "linux-server")
    put(page, served.url, "landing-zone", name="kartnett", address_range="10.20.0.0/24")
    (row, *_) = served.ledger.drafts.of("kari")
    broken = {**row.body, "cost_centre": "x", "_version": "0"}
    served.ledger.drafts.save(replace(row, body=broken))
    page.get_by_role("button", name="Send bestillingen").click()
    expect(page.locator("#summary")).to_be_focused()
    for language, size in (("nb", TIGHT), ("en", WIDE)):
        page.set_viewport_size(size)
        page.goto(f"{served.url}/basket?lang={language}")
        assert_accessible(page)
