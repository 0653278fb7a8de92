"""Ten tabs of one order, while the portal is stopped and started again and the network is lost."""

import socket
import time
from contextlib import ExitStack
from dataclasses import replace

from playwright.sync_api import BrowserContext, Page, expect

from catalog.load import load
from fixtures.browser import fill_order, review_and_send, sign_in
from fixtures.portal_served import ServedPortal, on_item, serving
from orders import events as e
from orders.model import DELIVERY, ResourceRef
from portal.app import create_app

TABS = 10
# A headless browser calls every tab visible; these say what a real one says of those behind.
BEHIND = """
  let behind = true;
  Object.defineProperty(document, "hidden", { get: () => behind });
  window.show = () => { behind = false; document.dispatchEvent(new Event("visibilitychange")); };
  window.hide = () => { behind = true; document.dispatchEvent(new Event("visibilitychange")); };
"""


class Restarted:
    """One more portal over the same ledger, that can be stopped and started at its address."""

    def __init__(self, served: ServedPortal) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._served = served
        self._running = ExitStack()

    def start(self) -> None:
        settings = replace(self._served.settings, url=self.url)
        bound = socket.create_server(("127.0.0.1", self.port))
        app = create_app(self._served.ledger, load(), settings)
        self._running.enter_context(serving(app, bound))

    def stop(self) -> None:
        self._running.close()


def opened(visit: BrowserContext, address: str, asked: list[Page]) -> list[Page]:
    tabs = []
    for _ in range(TABS):
        tab = visit.new_page()
        tab.add_init_script(BEHIND)
        tab.on("request", lambda one, tab=tab: asked.append(tab) if "/panel" in one.url else None)
        tab.goto(address)
        tab.evaluate("window.here = true")  # gone after a reload
        tabs.append(tab)
    return tabs


def looked_at(tab: Page, text: str) -> None:
    """Brought to the front, it shows `text` and says nothing of being out of date; then back."""
    tab.evaluate("show()")
    expect(tab.locator("#panel")).to_contain_text(text, timeout=20_000)
    expect(tab.locator("#panel-lost")).to_be_hidden()
    tab.evaluate("hide()")


def test_ten_tabs_end_up_right_whatever_happens(
    served: ServedPortal, page: Page, visit: BrowserContext
) -> None:
    sign_in(page, served.url)
    fill_order(page, served.url)
    number = review_and_send(page)
    page.close()
    portal, asked, begun = Restarted(served), list[Page](), time.monotonic()
    portal.start()
    first, *others = tabs = opened(visit, f"{portal.url}/orders/{number}?lang=nb", asked)
    first.evaluate("show()")
    served.record(number, on_item(e.ItemStarted), on_item(e.StageReached, stage=DELIVERY[0]))
    expect(first.locator("#panel")).to_contain_text("Steg 1 av 5")

    portal.stop()
    served.record(number, on_item(e.StageReached, stage=DELIVERY[1]))
    assert_out_of_date(first, "Steg 1 av 5")
    portal.start()
    expect(first.locator("#panel-lost")).to_be_hidden(timeout=20_000)
    for tab in tabs:
        looked_at(tab, "Steg 2 av 5")
    first.evaluate("show()")

    visit.set_offline(True)
    deliver(served, number)
    assert_out_of_date(first, "Steg 2 av 5")
    visit.set_offline(False)
    for tab in tabs:
        looked_at(tab, "ssh admin@10.0.0.7")
    assert all(tab.evaluate("window.here") for tab in tabs)  # none was reloaded
    assert_few(asked, first, others, time.monotonic() - begun)
    portal.stop()


def deliver(served: ServedPortal, number: str) -> None:
    ref = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-1")
    served.record(
        number,
        on_item(e.ResourceRecorded, resource=ref),
        *(on_item(e.StageReached, stage=stage) for stage in DELIVERY[2:]),
        on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}),
    )


def assert_out_of_date(tab: Page, old: str) -> None:
    """It says so, while it shows what it knew last."""
    lost = tab.locator("#panel-lost")
    expect(lost).to_be_visible(timeout=20_000)
    expect(lost).to_contain_text("kan være utdatert")
    expect(tab.locator("#panel")).to_contain_text(old)


def assert_few(asked: list[Page], first: Page, others: list[Page], seconds: float) -> None:
    """No flood: the front tab asks each second, those behind when looked at, and seldom else."""
    assert asked.count(first) <= seconds + 10
    for tab in others:
        assert asked.count(tab) <= seconds / 15 + 6
    ended = len(asked)
    first.wait_for_timeout(2500)
    assert len(asked) == ended  # the order has ended
