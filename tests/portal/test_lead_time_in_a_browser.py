"""The pages of lead times in a real Chromium: wide and narrow, in both languages."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from fixtures.browser import TIGHT, WIDE, assert_accessible, sign_in
from fixtures.delivered import HOUR, Past, deliver
from fixtures.portal_house import NOW
from fixtures.portal_served import ServedPortal

PAST = Past(placed=NOW - timedelta(days=4), lasting=HOUR)


@pytest.fixture(scope="module")
def late(served: ServedPortal) -> str:
    """Months with deliveries in them; the number of one that came too late."""
    for number in range(6):
        placed = NOW - timedelta(days=4 + 17 * number)
        deliver(served.ledger, replace(PAST, placed=placed, lasting=(number + 1) * HOUR / 2))
    slow = replace(PAST, lasting=timedelta(days=1), asked=3 * HOUR)
    return deliver(served.ledger, slow)


@pytest.mark.parametrize(("size", "language"), [(WIDE, "nb"), (TIGHT, "en")])
def test_the_pages_can_be_read_by_everybody(
    served: ServedPortal, late: str, page: Page, size, language: str
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(forced_colors="active" if size is TIGHT else "none")
    page.goto(f"{served.url}/lead-time?lang={language}")
    assert_accessible(page)
    sign_in(page, served.url)
    for path in ("/lead-time", "/lead-time/orders", f"/orders/{late}"):
        page.goto(f"{served.url}{path}?lang={language}")
        assert_accessible(page)


def test_from_a_figure_to_the_order_and_where_its_time_went(
    served: ServedPortal, late: str, page: Page
) -> None:
    sign_in(page, served.url)
    page.goto(f"{served.url}/lead-time?lang=en")
    page.get_by_label("Product", exact=True).select_option("linux-server")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("img", name="Kept promises month by month")).to_be_visible()
    page.get_by_text("Show the months as a table").click()
    expect(page.get_by_role("row", name="September 2026")).to_contain_text("100%")
    page.get_by_role("link", name="see the others").click()
    page.get_by_role("link", name=late).click()
    table = page.get_by_role("table", name="Where the time went")
    rows = table.get_by_role("row")
    expect(rows.filter(has_text="Waiting for you")).to_contain_text("3 hours")
    # each strip begins where the one before it ended, and together they fill the whole
    strips = table.locator("rect[class^=strip__]:not(.strip__whole)")
    places = strips.evaluate_all(
        "all => all.map(one => [+one.getAttribute('x'), +one.getAttribute('width')])"
    )
    for (left, width), (following, _) in pairwise(places):
        assert left + width == pytest.approx(following, abs=0.3)
    assert sum(places[-1]) == pytest.approx(1000, abs=0.3)
