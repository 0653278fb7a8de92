"""The main act of each page by Tab, Enter, Space and arrows alone; one always sees where one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from emulators.signin.people import PEOPLE
from fixtures.browser import TIGHT, WIDE, sign_in
from fixtures.own_things import moved
from fixtures.portal_served import ServedPortal
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import Stage

MOST = 150  # steps of the Tab key on one page
# What is focused can be seen: itself, or the card that its link fills, has an outline or a shadow.
SEEN = """() => {
    const one = document.activeElement;
    const lines = [one, one.closest(".card")].filter(Boolean).map(each => getComputedStyle(each));
    return lines.some(line => line.boxShadow !== "none"
        || (line.outlineStyle !== "none" && parseFloat(line.outlineWidth) >= 1));
}"""
NOWHERE = "document.activeElement === null || document.activeElement === document.body"


@dataclass
class Keys:
    """Somebody without a mouse."""

    page: Page
    url: str

    def go(self, address: str) -> None:
        self.page.goto(f"{self.url}{address}")

    def to(self, wanted: Locator) -> None:
        """Tab until it is focused; each stop on the way can be seen."""
        expect(wanted).to_have_count(1)
        for _ in range(MOST):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(NOWHERE) or self.page.evaluate(SEEN), self.where()
        pytest.fail(f"{wanted} is not reached by Tab")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.to(wanted)
        self.page.keyboard.press(key)

    def write(self, wanted: Locator, text: str) -> None:
        self.to(wanted)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def where(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@pytest.fixture
def keys(served: ServedPortal, chromium: Browser, who: str) -> Iterator[Keys]:
    with chromium.new_context(viewport=WIDE, locale="nb-NO", timezone_id="Europe/Oslo") as visit:
        page = visit.new_page()
        sign_in(page, served.url, PEOPLE[who].name)
        yield Keys(page, served.url)


def send_basket(keys: Keys, _at: dict[str, str]) -> None:
    keys.go("/basket")
    keys.press(keys.button("Send bestillingen"))
    expect(keys.page.get_by_text("Vi har mottatt bestillingen")).to_be_visible()


def move(keys: Keys, at: dict[str, str]) -> None:
    keys.go(f"{at['files']}/move")
    keys.press(keys.page.locator("input[name=place]:checked"), "ArrowDown")
    keys.write(keys.page.locator("#why"), "Nærmere brukerne.")
    keys.press(keys.button("Bestill flyttingen"))
    expect(keys.page.locator("h1")).to_contain_text("Flytting av byarkivets-filer")


def open_thing(keys: Keys, at: dict[str, str]) -> None:
    keys.go(f"{at['database']}/access")
    keys.press(keys.button("Hent tilgangsdata"))
    expect(keys.page.get_by_text("Vi spør leverandøren")).to_be_visible()


def adopt(keys: Keys, _at: dict[str, str]) -> None:
    keys.go("/adoption")
    keys.press(keys.page.get_by_role("checkbox", name="parkering-web"), "Space")
    keys.press(keys.button("Se hva et ja vil gjøre"))
    keys.write(keys.page.locator("#why"), "Det er deres.")
    keys.press(keys.button("Ja, overta den"))
    expect(keys.page.get_by_role("status")).to_be_visible()


def decide_finding(keys: Keys, _at: dict[str, str]) -> None:
    keys.go("/findings")
    first = keys.page.locator("li[id^=f-]").first
    keys.press(first.locator("summary"))
    keys.write(first.locator("input[name=why]"), "Det er en prøve.")
    keys.press(first.get_by_role("button", name="La det være slik"))
    expect(keys.page.get_by_role("status")).to_be_visible()


def take_over(keys: Keys, at: dict[str, str]) -> None:
    keys.go("/desk")
    number = at["held"].rpartition("/")[2]
    keys.press(keys.page.locator(f"input[name=order][value='{number}']"), "Space")
    keys.press(keys.button("Ta over"))
    expect(keys.page.get_by_role("status")).to_contain_text("Gjort med én bestilling")


def approve(keys: Keys, _at: dict[str, str]) -> None:
    keys.go("/approvals")
    keys.press(keys.page.get_by_role("link", name="dyr", exact=True))
    keys.press(keys.button("Godkjenn"))
    expect(keys.page.get_by_text("Du har godkjent bestillingen")).to_be_visible()


def edit(keys: Keys, at: dict[str, str]) -> None:
    keys.go(f"{at['own']}/edit/about")
    keys.write(keys.page.locator("[name='title.nb']"), "Kartserver")
    keys.press(keys.button("Lagre utkastet"))
    expect(keys.page.locator("h1")).to_have_text("Kartserver")


ACTS: dict[Callable[[Keys, dict[str, str]], None], str] = {
    send_basket: "kari",
    move: "kari",
    open_thing: "kari",
    adopt: "amina",
    decide_finding: "amina",
    take_over: "amina",
    approve: "ola",
    edit: "eva",
}


@pytest.mark.parametrize(
    ("act", "who"), ACTS.items(), ids=lambda one: getattr(one, "__name__", one)
)
def test_the_main_act_needs_no_mouse(
    keys: Keys, full: dict[str, str], act: Callable[[Keys, dict[str, str]], None]
) -> None:
    act(keys, full)


@pytest.mark.parametrize("who", ["kari"])
def test_with_colours_of_ones_own_focus_is_seen_and_nothing_is_wider(
    keys: Keys, full: dict[str, str]
) -> None:
    keys.page.emulate_media(forced_colors="active")
    keys.page.set_viewport_size(TIGHT)
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    for address in ("/", "/basket", "/order/linux-server", full["under_way"], full["thing"]):
        keys.go(address)
        assert not keys.page.evaluate(wider), address
        for _ in range(12):
            keys.page.keyboard.press("Tab")
            assert keys.page.evaluate(SEEN), f"{address}: {keys.where()}"


@pytest.mark.parametrize("who", ["kari"])
def test_news_does_not_take_the_focus_away(
    keys: Keys, served: ServedPortal, full: dict[str, str]
) -> None:
    address = full["acknowledged"]
    number = address.rpartition("/")[2]
    keys.go(address)
    keys.to(keys.page.locator("#panel [data-part=notices] a"))
    for event in (moved(e.ItemStarted), moved(e.StageReached, stage=Stage.CHECK)):
        served.record(number, event)
    expect(keys.page.locator("#panel")).to_contain_text("Vi arbeider med dette nå")
    assert not keys.page.evaluate(NOWHERE)
    assert keys.page.evaluate(SEEN), keys.where()
    question = service.Question(text="Hvilket nett?", deadline=served.moment[0])
    service.ask(served.ledger, number, Stamp(by="amina", at=served.moment[0]), question)
    keys.to(keys.page.locator("#answer-text"))
    service.answer(served.ledger, number, Stamp(by="kari", at=served.moment[0]), "Det grønne.")
    expect(keys.page.locator("#answer-text")).to_have_count(0)
    assert not keys.page.evaluate(NOWHERE)
