"""Access data in a real Chromium: asked for, come by itself, shown once, gone when one leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from fixtures.browser import TIGHT, WIDE, assert_accessible, keep_picture, sign_in
from fixtures.own_things import delivery, place, server
from fixtures.portal_served import ServedPortal
from ledger.envelopes import Reply
from ledger.sealing import seal
from orders.model import Target
from portal.access_words import way, without

SECRET = "Zq7$planted-at-the-supplier-and-quite-long-as-they-are"  # noqa: S105 - of no cloud
AWS = Target(provider="aws", account="sandbox", region="eu-north-1")
SAID = {"azure": "Storage Blob Data Contributor", "openstack": "SSH-nøkkelen som ble bestilt"}
PICTURES = os.environ.get("GRUNNMUR_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def database(served: ServedPortal) -> str:
    """The address of a delivered one."""
    item = server("saksbase", kind="database", offering="postgres-database", target=AWS)
    number = place(served.ledger, served.moment[0], item)
    served.record(number, *delivery())
    return f"{served.url}/things/{item.instance}"


def answer(served: ServedPortal, problem: str = "") -> None:
    """As a worker does."""
    book, now = served.ledger.envelopes, served.moment[0]
    (asked,) = book.waiting(now)
    assert book.take(asked, now)
    values = {"user": "grunnmur", "password": SECRET}
    sealed = "" if problem else seal(values, asked.public_key, asked.about)
    book.answer(asked, now, Reply(sealed=sealed, problem=problem), now)


def looked_at(page: Page, name: str) -> None:
    """Accessible wide and tight; kept as pictures where a person wants to look."""
    for size in (WIDE, TIGHT):
        page.set_viewport_size(size)
        assert_accessible(page)
        if PICTURES:
            keep_picture(page, Path(PICTURES), f"{name}-{size['width']}")
    page.set_viewport_size(WIDE)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_asked_for_shown_once_and_gone(
    served: ServedPortal, database: str, visit: BrowserContext, page: Page, language: str
) -> None:
    visit.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, served.url)
    page.goto(f"{database}?lang={language}")
    looked_at(page, f"thing-{language}")
    page.locator(f"a[href='{page.url.partition('?')[0].removeprefix(served.url)}/access']").click()
    looked_at(page, f"before-{language}")
    page.locator("form[action$='/access'] button").click()
    page.wait_for_url("**/access/*")
    expect(page.locator("#envelope[data-open]")).to_be_visible()
    looked_at(page, f"waiting-{language}")

    answer(served)
    show = page.locator("#envelope form button")
    expect(show).to_be_visible()
    looked_at(page, f"come-{language}")
    show.click()

    expect(page.locator("#secret-password")).to_have_text(SECRET)
    looked_at(page, f"shown-{language}")
    page.locator("[data-copy=secret-password]").click()
    expect(page.locator("#copied")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()") == SECRET
    assert "access" not in {one["name"] for one in visit.cookies(page.url)}


def test_whoever_goes_back_to_it_finds_nothing(
    served: ServedPortal, database: str, page: Page
) -> None:
    sign_in(page, served.url)
    page.goto(f"{database}/access?lang=nb")
    page.get_by_role("button", name="Hent tilgangsdata").click()
    answer(served)
    page.get_by_role("button", name="Vis dem nå").click()
    expect(page.locator("#secret-password")).to_have_text(SECRET)
    page.get_by_role("link", name="Tilbake til saksbase").click()
    page.wait_for_url(f"{database}*")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser has kept no copy of it
        page.go_back()


def test_what_the_supplier_refuses_is_told_and_can_be_asked_again(
    served: ServedPortal, database: str, page: Page
) -> None:
    sign_in(page, served.url)
    page.goto(f"{database}/access?lang=nb")
    page.get_by_role("button", name="Hent tilgangsdata").click()
    answer(served, "NotAuthorised: may not read secrets")
    expect(page.get_by_text("may not read secrets")).to_be_visible()
    looked_at(page, "refused")
    page.get_by_role("link", name="Be på nytt").click()
    expect(page.get_by_role("button", name="Hent tilgangsdata")).to_be_visible()


def test_it_works_without_javascript(served: ServedPortal, database: str, chromium) -> None:
    with chromium.new_context(java_script_enabled=False, locale="nb-NO") as context:
        page = context.new_page()
        sign_in(page, served.url)
        page.goto(f"{database}/access")
        page.get_by_role("button", name="Hent tilgangsdata").click()
        answer(served)
        page.get_by_role("link", name="Se om de har kommet").click()
        page.get_by_role("button", name="Vis dem nå").click()
        expect(page.locator("#secret-password")).to_have_text(SECRET)
        page.reload()
        expect(page.get_by_text("Her er det ikke noe lenger")).to_be_visible()
        assert SECRET not in page.content()


@pytest.mark.parametrize(
    ("provider", "region", "kind"),
    [
        ("azure", "norwayeast", "object-storage"),
        ("gcp", "europe-north1", "database"),
        ("openstack", "oslo-1", "database"),
        ("ibm", "ibm-no", "virtual-machine"),
    ],
)
def test_the_page_of_an_order_says_how_what_it_delivered_is_reached(
    served: ServedPortal, page: Page, provider: str, region: str, kind: str
) -> None:
    offering = {"database": "postgres-database", "virtual-machine": "linux-server"}.get(kind, kind)
    where = Target(provider=provider, account="sandbox", region=region)
    item = server(f"{provider}-sak", kind=kind, offering=offering, target=where)
    number = place(served.ledger, served.moment[0], item)
    served.record(number, *delivery())
    sign_in(page, served.url)
    page.goto(f"{served.url}/orders/{number}?lang=nb")
    looked_at(page, f"order-{provider}-{kind}")
    link = page.locator(f"a[href='/things/{item.instance}/access']")
    expect(link).to_have_count(1 if way(provider, kind) else 0)
    assert bool(without(provider, kind)) == (provider in SAID)
    if provider in SAID:
        expect(page.get_by_text(SAID[provider])).to_be_visible()
