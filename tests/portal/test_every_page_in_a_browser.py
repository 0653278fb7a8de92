"""axe over every page that the application has: both languages, wide and tight, right and wrong.

The pages are read from the application: one without an example here fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.routing import APIRoute
from playwright.sync_api import BrowserContext, Page

from catalog.load import load
from fixtures.browser import TIGHT, WIDE, sign_in
from fixtures.busy_portal import PEOPLE
from fixtures.portal_served import ServedPortal
from portal.app import create_app
from portal.survey_links import survey_link

# Not pages: files, parts of pages, what programs ask for, ways to somewhere else.
NO_PAGES = {
    "/signin",
    "/adoption.csv",
    "/audit.csv",
    "/cloud/policy/file",
    "/lead-time.csv",
    "/metrics",
    "/orders/{number}/files/{id}",
    "/orders/{number}/panel",
    "/things/{instance}/preview/{id}",
    "/offerings/{id}/{version}.yaml",
}
# Each page by its route: who looks, and at which addresses.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "/signin/callback": ("kari", ("/signin/callback?state=wrong",)),
    "/signed-out": ("kari", ("/signed-out",)),
    "/": ("kari", ("/", "/?q=zzz", "/?q=server")),
    "/help": ("kari", ("/help", "/help?q=linux", "/help?q=zzz")),
    "/tour": ("kari", ("/tour",)),
    "/order/{offering}": ("kari", ("/order/linux-server", "/order/application-environment")),
    "/basket": ("kari", ("/basket",)),
    "/orders": ("kari", ("/orders", "/orders?page=99")),
    "/orders/{number}": ("kari", ("{asked}", "{dear}")),
    "/orders/{number}/cancel": ("kari", ("{asked}/cancel",)),
    "/things": ("kari", ("/things",)),
    "/things/{instance}": ("kari", ("{thing}",)),
    "/things/{instance}/change": ("kari", ("{thing}/change",)),
    "/things/{instance}/terminate": ("kari", ("{thing}/terminate",)),
    "/things/{instance}/move": ("kari", ("{thing}/move",)),
    "/approvals": ("ola", ("/approvals",)),
    "/desk": ("amina", ("/desk", "/desk?q=zzz")),
    "/findings": ("amina", ("/findings",)),
    "/adoption": ("amina", ("/adoption",)),
    "/adoption/{id_}": ("amina", ("{candidate}",)),
    "/orders/{number}/items/{item}/access": ("kari", ("{asked}/items/1/access",)),
    "/orders/{number}/items/{item}/access/{id}": ("kari", ("{asked}/items/1/access/x",)),
    "/audit": ("per", ("/audit",)),
    "/questions": ("amina", ("/questions",)),
    "/surveys": ("kari", ("/surveys",)),
    "/survey/{number}/{token}": ("kari", ("{survey}",)),
    "/status": ("amina", ("/status",)),
    "/lead-time": ("kari", ("/lead-time",)),
    "/lead-time/orders": ("amina", ("/lead-time/orders",)),
    "/cloud": ("kari", ("/cloud", "/cloud?data=person&vcpu=x")),
    "/cloud/policy": ("amina", ("/cloud/policy",)),
    "/cloud/policy/cell/{tag}/{zone}": ("amina", ("/cloud/policy/cell/intern/eea_us_owner",)),
    "/cloud/policy/proposal/{number}": ("amina", ("/cloud/policy/proposal/9",)),
    "/cloud/prices": ("amina", ("/cloud/prices",)),
    "/cloud/prices/card/{card}": ("amina", ("/cloud/prices/card/x",)),
    "/offerings": ("eva", ("/offerings",)),
    "/offerings/new": ("eva", ("/offerings/new",)),
    "/offerings/{id}": ("eva", ("{own}",)),
    "/offerings/{id}/changes": ("tor", ("{own}/changes",)),
    "/offerings/{id}/edit/file": ("eva", ("{own}/edit/file",)),
    "/offerings/{id}/edit/{part}": ("eva", ("{own}/edit/about", "{own}/edit/sizes")),
    "/offerings/{id}/form/{version}": ("eva", ("{own}/form/1",)),
    "/things/{instance}/access": ("kari", ("{thing}/access",)),
    "/things/{instance}/access/{id}": ("kari", ("{thing}/access/x",)),
}
REFUSED = {"ola": ("/order/linux-server", "/basket"), "nils": ("/orders",), "siri": ("{asked}",)}
# Forms that are sent wrong: the page with its errors has to be as good.
WRONG = {
    "/order/linux-server": {"_step": "review", "name": "no good name", "cost_centre": "1"},
    "/basket": {"_key": "x", "_seen": "x"},
    "{asked}/answer": {"text": ""},
    "{thing}/terminate": {"_step": "send", "typed": "another"},
}


@dataclass
class Walk:
    """What was found wrong, by address."""

    page: Page
    url: str
    flaws: list[str]

    def look(self, address: str) -> None:
        for language in ("nb", "en"):
            with_ = "&" if "?" in address else "?"
            self.page.goto(f"{self.url}{address}{with_}lang={language}")
            self.judge(f"{address} in {language}")

    def judge(self, what: str) -> None:
        axe = Axe()
        for size in (WIDE, TIGHT):
            self.page.set_viewport_size(size)
            found = axe.run(self.page, options={"resultTypes": ["violations"]})
            if found.violations_count:
                self.flaws.append(f"{what}, {size['width']} wide: {found.generate_report()}")
            wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            if self.page.evaluate(wider):
                self.flaws.append(f"{what}, {size['width']} wide: has to be scrolled sideways")


def pages_of(routes: object) -> Iterator[str]:
    for route in routes:
        if isinstance(route, APIRoute):
            if "GET" in route.methods and not route.path.startswith("/tmf-api/"):
                yield route.path
        elif hasattr(route, "original_router"):
            yield from pages_of(route.original_router.routes)


def app_of(served: ServedPortal) -> FastAPI:
    return create_app(served.ledger, load(), served.settings)


@pytest.fixture(scope="module")
def places(served: ServedPortal, busy: dict[str, str]) -> dict[str, str]:
    row = served.ledger.orders(None, limit=1)[0]
    survey = survey_link(served.settings, row, "nb").removeprefix(served.url).partition("?")[0]
    return busy | {"survey": survey}


def test_every_page_has_an_example(served: ServedPortal) -> None:
    there = set(pages_of(app_of(served).routes)) - NO_PAGES
    assert there == set(PAGES)


def everybody(visit: BrowserContext, served: ServedPortal, who: str) -> Page:
    visit.clear_cookies()
    page = visit.new_page()
    name = PEOPLE.get(who) or {"nils": "Nils Ny", "siri": "Siri Berg"}[who]
    sign_in(page, served.url, name)
    return page


@pytest.mark.parametrize("who", sorted({who for who, _ in PAGES.values()}))
def test_no_page_has_a_flaw_for(
    served: ServedPortal, places: dict[str, str], visit: BrowserContext, who: str
) -> None:
    walk = Walk(page=everybody(visit, served, who), url=served.url, flaws=[])
    for looks, addresses in PAGES.values():
        for address in addresses if looks == who else ():
            walk.look(address.format(**places))
    assert not walk.flaws, "\n".join(walk.flaws)


@pytest.mark.parametrize("who", REFUSED)
def test_no_refusal_has_a_flaw_for(
    served: ServedPortal, places: dict[str, str], visit: BrowserContext, who: str
) -> None:
    walk = Walk(page=everybody(visit, served, who), url=served.url, flaws=[])
    for address in REFUSED[who]:
        walk.look(address.format(**places))
    assert not walk.flaws, "\n".join(walk.flaws)


@pytest.mark.parametrize("address", WRONG)
def test_no_page_with_errors_has_a_flaw(
    served: ServedPortal, places: dict[str, str], visit: BrowserContext, address: str
) -> None:
    walk = Walk(page=everybody(visit, served, "kari"), url=served.url, flaws=[])
    at = address.format(**places)
    send = """([address, fields]) => {
        const form = document.createElement("form");
        Object.assign(form, {method: "post", action: address});
        for (const [name, value] of Object.entries(fields))
            form.append(Object.assign(document.createElement("input"), {name, value}));
        document.body.append(form); form.submit();
    }"""
    for language in ("nb", "en"):
        walk.page.goto(f"{served.url}/?lang={language}")
        with walk.page.expect_navigation():
            walk.page.evaluate(send, [at, WRONG[address]])
        walk.judge(f"{address}, sent wrong, in {language}")
    assert not walk.flaws, "\n".join(walk.flaws)
