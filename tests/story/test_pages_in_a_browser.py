"""Every page in a real Chromium: accessible, both languages, every width, without a mouse."""

import pytest
from playwright.sync_api import Browser, Page

from fixtures.browser import (
    NARROW,
    TIGHT,
    WIDE,
    assert_accessible,
    expect,
    fill_order,
    review_and_send,
    sign_in,
)
from fixtures.stack import Stack

PATHS = ("/", "/order/linux-server", "/orders", "/orders/1001", "/help", "/nowhere")
SIZES = {"wide": WIDE, "narrow": NARROW, "tight": TIGHT}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_page_is_accessible(stack: Stack, page: Page, language: str, size: str) -> None:
    page.set_viewport_size(SIZES[size])
    sign_in(page, stack.address("portal"))
    for path in PATHS:
        page.goto(f"{stack.address('portal')}{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert_accessible(page)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_sign_in_page_is_accessible(stack: Stack, page: Page, language: str) -> None:
    page.goto(f"{stack.address('portal')}/signin?lang={language}")
    page.set_viewport_size(NARROW)
    assert_accessible(page)


def test_every_mistake_is_listed_focused_and_linked(stack: Stack, page: Page) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    fill_order(page, portal, name="no spaces", cost_centre="12")
    page.locator("#order button[name=_step][value=review]").click()
    summary = page.locator("#summary")
    expect(summary).to_be_focused()
    links = summary.get_by_role("link")
    assert links.count() == 2
    links.first.click()
    expect(page.locator("#name")).to_be_focused()
    assert page.locator("#name").input_value() == "no spaces"
    assert "name-error" in (page.locator("#name").get_attribute("aria-describedby") or "")
    assert_accessible(page)


def test_price_and_date_follow_the_choice_without_losing_what_was_typed(
    stack: Stack, page: Page
) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    fill_order(page, portal)
    expect(page.locator("#side")).to_contain_text("190 kr")
    page.locator("input[name=plan][value=large]").check()
    expect(page.locator("#side")).to_contain_text("1 420 kr")
    assert page.locator("#name").input_value() == "kart-for-byplan"


def test_an_order_can_be_placed_with_the_keyboard_alone(stack: Stack, page: Page) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    page.goto(f"{portal}/order/linux-server")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Hopp til innhold")).to_be_focused()
    reach(page, "input[name=plan]:first-of-type")
    page.keyboard.press("Space")
    type_into(page, "#name", "bare-tastatur")
    reach(page, "input[name=environment]")
    page.keyboard.press("ArrowDown")
    reach(page, "input[name=classification]")
    page.keyboard.press("ArrowDown")
    type_into(page, "#cost_centre", "410123")
    page.keyboard.press("Enter")
    expect(page.locator("button[name=_step][value=send]")).to_be_visible()
    reach(page, "button[name=_step][value=send]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")


def reach(page: Page, selector: str) -> None:
    """Tab until the focus is on it; giving up means that it cannot be reached."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


def type_into(page: Page, selector: str, text: str) -> None:
    reach(page, selector)
    page.keyboard.type(text)


def test_everything_works_without_javascript(stack: Stack, chromium: Browser) -> None:
    portal = stack.address("portal")
    with chromium.new_context(java_script_enabled=False, locale="nb-NO") as context:
        page = context.new_page()
        sign_in(page, portal)
        fill_order(page, portal, name="uten-skript")
        number = review_and_send(page)
        expect(page.get_by_role("heading", name="uten-skript")).to_be_visible()
        assert number.isdecimal()


def test_signing_out_ends_the_session(stack: Stack, page: Page) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    page.goto(f"{portal}/orders")
    page.get_by_role("button", name="Logg ut").click()
    page.goto(f"{portal}/orders")
    expect(page.get_by_role("heading", name="Hvem vil du være?")).to_be_visible()
