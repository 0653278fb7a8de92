"""One order through the whole house: a person's form, a Prefect flow, an SDK call, a delivery."""

import httpx
from playwright.sync_api import BrowserContext, Page

from fixtures.browser import (
    NARROW,
    assert_accessible,
    expect,
    fill_order,
    review_and_send,
    sign_in,
)
from fixtures.stack import Stack

PATIENCE = 60_000  # milliseconds; a machine under load is no failure


def test_a_person_orders_a_server_and_sees_it_delivered(stack: Stack, page: Page) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    fill_order(page, portal)
    assert_accessible(page)
    page.locator("#order button[name=_step][value=review]").click()
    assert_accessible(page)
    page.locator("button[name=_step][value=send]").click()
    page.wait_for_url("**/orders/*")

    # Nobody reloads: the page follows the order by itself.
    expect(page.get_by_text("Levert før lovet tid")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Privat adresse")).to_be_visible()
    expect(page.get_by_text("Hit gikk tiden")).to_be_visible()
    assert_accessible(page)


def test_the_operator_finds_the_same_order_as_a_run_in_prefect(
    stack: Stack, page: Page, visit: BrowserContext
) -> None:
    portal = stack.address("portal")
    sign_in(page, portal)
    fill_order(page, portal, name="til-drift")
    number = review_and_send(page)
    expect(page.get_by_text("Levert før lovet tid")).to_be_visible(timeout=PATIENCE)

    visit.clear_cookies()
    sign_in(page, portal, "Amina Yusuf")
    page.goto(f"{portal}/orders/{number}")
    run = page.get_by_role("link", name="Prefect").get_attribute("href")
    assert run is not None
    found = flow_run(stack, run.rpartition("/")[2])
    assert found["name"] == f"{number}-1 linux-server"
    assert {"agency:BYM", "provider:aws", "offering:linux-server"} <= set(found["tags"])
    page.goto(run)
    expect(page.get_by_text(f"{number}-1 linux-server").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Completed").first).to_be_visible(timeout=PATIENCE)


def test_what_the_run_made_is_kept_as_artifacts(stack: Stack) -> None:
    prefect = f"{stack.address('prefect')}/api"
    answer = httpx.post(f"{prefect}/artifacts/filter", json={}, trust_env=False)
    kinds = {one["key"]: one for one in answer.json() if one["key"].startswith("order-1001-1")}
    assert f"{stack.address('portal')}/orders/1001" in kinds["order-1001-1-page"]["data"]
    assert "eu-north-1" in kinds["order-1001-1-delivered"]["data"]


def test_the_whole_way_fits_a_telephone(stack: Stack, page: Page) -> None:
    page.set_viewport_size(NARROW)
    portal = stack.address("portal")
    sign_in(page, portal)
    fill_order(page, portal, name="i-lomma")
    assert_accessible(page)
    review_and_send(page)
    expect(page.get_by_text("Levert før lovet tid")).to_be_visible(timeout=PATIENCE)
    assert_accessible(page)


def flow_run(stack: Stack, run: str) -> dict:
    address = f"{stack.address('prefect')}/api/flow_runs/{run}"
    return httpx.get(address, trust_env=False).json()
