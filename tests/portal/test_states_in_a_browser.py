"""The pages of an order in every state it can be in, alive in a real Chromium."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fixtures.browser import (
    NARROW,
    TIGHT,
    WIDE,
    assert_accessible,
    fill_order,
    let_pass,
    review_and_send,
    sign_in,
)
from fixtures.portal_served import ServedPortal, on_item
from orders import events as e
from orders.model import DELIVERY, Cleanup, Party, ResourceRef, Stage, WaitingOn

MACHINE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")
RUN = "0b1c2d3e"


def begin(served: ServedPortal, order: str, upto: Stage) -> None:
    served.record(order, on_item(e.ItemStarted), on_item(e.RunTaken, run=RUN))
    for stage in DELIVERY[: DELIVERY.index(upto) + 1]:
        served.record(order, on_item(e.StageReached, stage=stage))
        if stage is Stage.CREATE:
            served.record(order, on_item(e.ResourceRecorded, resource=MACHINE))


def held(served: ServedPortal, order: str) -> None:
    begin(served, order, Stage.CHECK)
    later = served.moment[0] + timedelta(hours=1)
    reason = "QuotaExceeded: 0 vCPU left"
    served.record(order, on_item(e.ItemHeld, reason=reason, resume_at=later))


def asked(served: ServedPortal, order: str) -> None:
    waiting = WaitingOn(
        party=Party.CUSTOMER,
        role="orderer",
        person="Kari Nordmann",
        question="Hvilket nett skal den stå i?",
        since=served.moment[0],
        deadline=served.moment[0] + timedelta(days=2),
    )
    served.record(order, on_item(e.QuestionAsked, waiting_on=waiting))


def failed(served: ServedPortal, order: str) -> None:
    begin(served, order, Stage.BUILD)
    served.record(
        order,
        on_item(
            e.ItemFailed,
            reason="InvalidSpec: no such image",
            cleanup=Cleanup.MANUAL_REQUIRED,
            leftovers=("i-0abc",),
        ),
    )


def delivered(served: ServedPortal, order: str) -> None:
    begin(served, order, Stage.HAND_OVER)
    served.record(order, on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}))


def late(served: ServedPortal, order: str) -> None:
    begin(served, order, Stage.BUILD)
    served.moment[0] += timedelta(hours=6)


STATES: dict[str, tuple[Callable[[ServedPortal, str], None], tuple[str, ...]]] = {
    "under way": (
        lambda served, order: begin(served, order, Stage.BUILD),
        ("Vår tur", "Steg 3 av 5", "Vi arbeider med dette nå"),
    ),
    "held": (held, ("Vår tur", "Kvoten vår hos leverandøren er brukt opp", "Vi prøver igjen")),
    "pending": (asked, ("Deres tur", "Hvilket nett skal den stå i?", "Svar innen")),
    "failed": (failed, ("Kunne ikke leveres", "Dette står igjen", "i-0abc")),
    "delivered": (delivered, ("Levert før lovet tid", "ssh admin@10.0.0.7", "Hit gikk tiden")),
    "late": (late, ("Leveringen var lovet", "Den lovede tiden er passert")),
}


def order(served: ServedPortal, page: Page, name: str = "kart-for-byplan") -> str:
    fill_order(page, served.url, name=name)
    return review_and_send(page)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_told_and_accessible(served: ServedPortal, page: Page, state: str) -> None:
    change, words = STATES[state]
    sign_in(page, served.url)
    number = order(served, page)
    change(served, number)
    page.goto(f"{served.url}/orders/{number}?lang=nb")
    for text in words:
        expect(page.locator("#panel")).to_contain_text(text)
    for language in ("nb", "en"):
        page.goto(f"{served.url}/orders/{number}?lang={language}")
        for size in (WIDE, NARROW, TIGHT):
            page.set_viewport_size(size)
            assert_accessible(page)


def test_the_open_page_follows_the_order_and_says_so(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    number = order(served, page)
    panel, status = page.locator("#panel"), page.locator("#panel-say")
    expect(panel).to_contain_text("Mottatt")
    begin(served, number, Stage.CREATE)
    expect(panel).to_contain_text("Steg 2 av 5")
    assert status.get_attribute("role") == "status"
    expect(status).to_have_text("Steg 2 av 5: Den bestilles hos leverandøren")
    for stage in DELIVERY[2:]:
        served.record(number, on_item(e.StageReached, stage=stage))
    served.record(number, on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}))
    expect(panel).to_contain_text("ssh admin@10.0.0.7")
    expect(status).to_have_text("Levert")


def test_an_order_that_has_ended_is_not_asked_for_again(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    number = order(served, page)
    delivered(served, number)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/panel" in one.url else None)
    page.goto(f"{served.url}/orders/{number}")
    page.clock.run_for(5000)
    assert asked == []


def test_after_a_while_people_hear_that_they_may_leave(served: ServedPortal, page: Page) -> None:
    page.clock.install()
    sign_in(page, served.url)
    number = order(served, page)
    note = page.locator("#panel-slow")
    expect(note).to_be_hidden()
    page.clock.run_for(9000)
    expect(note).to_be_visible()
    expect(note).to_contain_text("Du kan lukke siden")
    delivered(served, number)
    page.clock.run_for(2000)
    expect(note).to_be_hidden()


def test_a_lost_connection_is_told_and_mended(
    served: ServedPortal, page: Page, visit: BrowserContext
) -> None:
    page.clock.install()
    sign_in(page, served.url)
    order(served, page)
    lost = page.locator("#panel-lost")
    visit.set_offline(True)
    let_pass(page, lost.is_visible)
    visit.set_offline(False)
    let_pass(page, lambda: not lost.is_visible())


def test_a_session_that_ends_leads_to_the_sign_in(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    order(served, page)
    served.ledger.close_sessions_of("kari")
    expect(page.get_by_role("heading", name="Hvem vil du være?")).to_be_visible()


def test_two_hasty_clicks_send_one_order(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    before = served.ledger.count()
    fill_order(page, served.url)
    page.locator("form button[name=_step][value=review]").click()
    page.locator("button[name=_step][value=send]").dblclick()
    page.wait_for_url("**/orders/*")
    assert served.ledger.count() == before + 1


def test_changing_one_answer_keeps_the_others(served: ServedPortal, page: Page) -> None:
    sign_in(page, served.url)
    fill_order(page, served.url)
    page.locator("form button[name=_step][value=review]").click()
    page.get_by_role("button", name="Endre Koststed").click()
    assert page.url.endswith("#cost_centre")
    expect(page.locator("#name")).to_have_value("kart-for-byplan")
    expect(page.locator("input[name=plan][value=small]")).to_be_checked()


def test_the_operator_sees_the_run_and_all_that_has_happened(
    served: ServedPortal, page: Page, visit: BrowserContext
) -> None:
    sign_in(page, served.url)
    number = order(served, page, "til-drift")
    delivered(served, number)
    visit.clear_cookies()
    sign_in(page, served.url, "Amina Yusuf")
    page.goto(f"{served.url}/orders/{number}")
    run = page.get_by_role("link", name="Se kjøringen i Prefect")
    assert run.get_attribute("href") == f"http://127.0.0.1:8413/runs/flow-run/{RUN}"
    page.get_by_text("Alt som har skjedd").click()
    expect(page.get_by_role("cell", name="Bestillingen ble sendt inn")).to_be_visible()
    for size in (WIDE, TIGHT):
        page.set_viewport_size(size)
        assert_accessible(page)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_pages_for_those_who_lack_something_are_accessible(
    served: ServedPortal, page: Page, language: str
) -> None:
    page.goto(f"{served.url}/help?lang={language}")
    sign_in(page, served.url, "Nils Ny")
    expect(page.locator("h1")).to_have_text(
        "Du mangler tilgang" if language == "nb" else "You lack access"
    )
    assert_accessible(page)
    sign_in(page, served.url, "Per Revisor")
    page.goto(f"{served.url}/order/linux-server")
    expect(page.locator("main li")).to_have_text("bestiller" if language == "nb" else "orderer")
    assert_accessible(page)
    page.goto(f"{served.url}/signin/callback?state=wrong")
    assert_accessible(page)
    page.goto(f"{served.url}/orders")
    page.locator("form[action='/signout'] button").click()
    expect(page.locator("h1")).to_contain_text("logget ut" if language == "nb" else "signed out")
    assert_accessible(page)


def test_in_forced_colours_nothing_that_means_something_is_lost(
    served: ServedPortal, page: Page
) -> None:
    sign_in(page, served.url)
    number = order(served, page)
    begin(served, number, Stage.BUILD)
    page.emulate_media(forced_colors="active")
    page.goto(f"{served.url}/orders/{number}")
    colour = "e => getComputedStyle(e).backgroundColor"
    done = page.locator(".step--done .step__mark").first.evaluate(colour)
    assert done != page.locator(".step--waiting .step__mark").first.evaluate(colour)
    page.goto(f"{served.url}/order/linux-server")
    drawn = "e => getComputedStyle(e).appearance"
    assert page.locator("#plan-0").evaluate(drawn) == "auto"
