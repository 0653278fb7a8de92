"""axe over every page that the application has: both languages, wide and tight, right and wrong.

The pages are read from the application: one without an example in `fixtures.every_page` fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from catalog.load import load
from emulators.signin.people import PEOPLE
from fixtures.browser import TIGHT, WIDE, sign_in
from fixtures.every_page import NO_PAGES, PAGES, REFUSED, WRONG, looked_at, pages_of
from fixtures.portal_served import ServedPortal, listening, serving
from ledger import LedgerUnavailable
from portal.app import create_app

LANGUAGES = ("nb", "en")
# Colours are the same at every width: they are looked at in the wide one.
ONCE = {"color-contrast": {"enabled": False}}
AXE = """rules => axe.run({resultTypes: ["violations"], rules}).then(found =>
    found.violations.map(one => `${one.id}: ${one.help}: ` +
        one.nodes.map(node => `${node.html} ${node.failureSummary}`).join("; ")))"""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SEND = """([address, fields]) => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: address});
    for (const [name, value] of Object.entries(fields))
        form.append(Object.assign(document.createElement("input"), {name, value}));
    document.body.append(form); form.submit();
}"""


@dataclass
class Walk:
    """What was found wrong, by address."""

    page: Page
    url: str
    flaws: list[str] = field(default_factory=list)

    def look(self, address: str) -> None:
        """In both languages, at two widths of one load."""
        for language in LANGUAGES:
            with_ = "&" if "?" in address else "?"
            self.page.goto(f"{self.url}{address}{with_}lang={language}")
            self.judge(f"{address} in {language}")

    def judge(self, what: str) -> None:
        self.page.evaluate(AXE_SCRIPT)
        for size in (WIDE, TIGHT):
            self.page.set_viewport_size(size)
            found = self.page.evaluate(AXE, {} if size is WIDE else ONCE)
            self.flaws += [f"{what}, {size['width']} wide: {one}" for one in found]
            if self.page.evaluate(WIDER):
                self.flaws.append(f"{what}, {size['width']} wide: has to be scrolled sideways")
        self.page.set_viewport_size(WIDE)


@pytest.fixture
def walk(served: ServedPortal, chromium: Browser, who: str) -> Iterator[Walk]:
    with chromium.new_context(viewport=WIDE, locale="nb-NO", timezone_id="Europe/Oslo") as visit:
        page = visit.new_page()
        sign_in(page, served.url, PEOPLE[who].name)
        yield Walk(page, served.url)


def test_every_page_has_an_example(served: ServedPortal) -> None:
    app = create_app(served.ledger, load(), served.settings)
    assert set(pages_of(app.routes)) - NO_PAGES == set(PAGES)


@pytest.mark.parametrize("who", sorted({who for who, _ in looked_at()}))
def test_no_page_has_a_flaw_for(walk: Walk, full: dict[str, str], who: str) -> None:
    for address in [address for looks, address in looked_at() if looks == who]:
        walk.look(address.format(**full))
    assert not walk.flaws, "\n".join(walk.flaws)


@pytest.mark.parametrize("who", REFUSED)
def test_no_refusal_has_a_flaw_for(walk: Walk, full: dict[str, str], who: str) -> None:
    for address in REFUSED[who]:
        walk.look(address.format(**full))
    assert not walk.flaws, "\n".join(walk.flaws)


@pytest.mark.parametrize("who", sorted({who for who, _ in WRONG.values()}))
def test_no_page_with_errors_has_a_flaw(walk: Walk, full: dict[str, str], who: str) -> None:
    for address, (person, fields) in WRONG.items():
        if person != who:
            continue
        for language in LANGUAGES:
            walk.page.goto(f"{walk.url}/help?lang={language}")
            with walk.page.expect_navigation():
                walk.page.evaluate(SEND, [address.format(**full), fields])
            walk.judge(f"{address}, sent wrong, in {language}")
    assert not walk.flaws, "\n".join(walk.flaws)


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (LedgerUnavailable("away"), "Vi når ikke registeret vårt"),
        (RuntimeError("ours"), "Noe gikk galt"),
    ],
    ids=["503", "500"],
)
def test_the_pages_of_our_own_failures_have_no_flaw(
    served: ServedPortal, chromium: Browser, error: Exception, heading: str
) -> None:
    app = create_app(served.ledger, load(), served.settings)

    @app.get("/failing")
    def failing() -> None:
        raise error

    bound, url = listening()
    with serving(app, bound), chromium.new_context(viewport=WIDE) as visit:
        walk = Walk(visit.new_page(), url)
        walk.look("/failing")
        assert heading in walk.page.goto(f"{url}/failing?lang=nb").text()
    assert not walk.flaws, "\n".join(walk.flaws)
