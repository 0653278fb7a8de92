"""The pages as HTTP: what they say, who may see them, that every step checks again."""

import re
from datetime import datetime

import pytest

from fixtures.portal_house import PortalHouse, wish
from orders import events as e
from orders.model import DELIVERY, Party, ResourceRef, Stage, WaitingOn

FORM = {
    "plan": "small",
    "name": "fagsystem",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
    "_key": "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11",
}
REF = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-1")


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def send(portal: PortalHouse, step: str = "send", **changes: str):
    return portal.client.post("/order/linux-server", data=FORM | {"_step": step} | changes)


def test_the_form_shows_price_and_date_before_anything_is_sent(kari: PortalHouse) -> None:
    page = kari.client.get("/order/linux-server")
    assert page.status_code == 200
    assert "190 kr" in page.text
    assert "Mandag 23. november 2026" in page.text
    assert kari.rows() == 0


def test_review_shows_every_answer_and_sends_nothing(kari: PortalHouse) -> None:
    page = send(kari, "review")
    assert page.status_code == 200
    for answer in ("fagsystem", "410123", "Intern"):
        assert answer in page.text
    assert kari.rows() == 0


def test_what_it_means_to_leave_a_key_out_is_said_before_it_is_sent(kari: PortalHouse) -> None:
    warning = "Uten nøkkel slipper vi ingen inn på serveren"
    assert f'id="ssh_key-open">{warning}' in kari.client.get("/order/linux-server").text
    assert warning in send(kari, "review").text
    assert warning not in send(kari, "review", ssh_key="ssh-ed25519 " + "A" * 68).text
    send(kari, "add")
    assert warning in kari.client.get("/basket").text


def test_sending_makes_an_order_and_shows_it(kari: PortalHouse) -> None:
    answer = send(kari)
    assert (answer.status_code, answer.headers["location"]) == (303, "/orders/1001?placed")
    page = kari.client.get("/orders/1001")
    assert "fagsystem" in page.text
    assert "Kari Nordmann" in page.text


def test_sending_twice_makes_one_order(kari: PortalHouse) -> None:
    first, again = send(kari), send(kari)
    assert first.headers["location"] == again.headers["location"]
    assert kari.rows() == 1


def test_going_back_and_changing_asks_before_a_second_order(kari: PortalHouse) -> None:
    send(kari)
    page = send(kari, name="another")
    assert page.status_code == 409
    assert "1001" in page.text
    assert kari.rows() == 1


def test_review_cannot_be_skipped_with_wrong_answers(kari: PortalHouse) -> None:
    page = send(kari, name="no spaces allowed", cost_centre="12", environment="moon")
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') >= 3
    assert 'value="no spaces allowed"' in page.text  # nothing typed is lost
    assert kari.rows() == 0


def test_a_needed_by_date_that_is_too_early_is_said_at_once(kari: PortalHouse) -> None:
    kari.moment[0] = datetime.fromisoformat("2026-11-23T14:30:00+00:00")
    late = kari.client.post("/order/linux-server/side", data=FORM | {"needed_by": "23.11.2026"})
    timely = kari.client.post("/order/linux-server/side", data=FORM | {"needed_by": "24.12.2026"})
    assert "senere enn dere trenger den" in late.text
    assert "senere enn dere trenger den" not in timely.text


def test_the_language_switch_keeps_the_page_and_is_remembered(kari: PortalHouse) -> None:
    page = kari.client.get("/order/linux-server?lang=en")
    assert '<html lang="en"' in page.text
    assert "NOK 190" in page.text
    assert '<html lang="en"' in kari.client.get("/help").text


def test_typed_answers_survive_the_language_switch(kari: PortalHouse) -> None:
    page = kari.client.post("/order/linux-server?lang=en", data=FORM | {"_step": "edit"})
    assert page.status_code == 200
    assert 'value="fagsystem"' in page.text


def placed(portal: PortalHouse) -> str:
    return str(portal.post(wish()).json()["id"])


def moved(make, **more):
    return lambda at: make(at=at, by="flow", item="1", **more)


def test_the_panel_moves_with_the_order_and_else_says_nothing_new(kari: PortalHouse) -> None:
    order = placed(kari)
    first = kari.client.get(f"/orders/{order}/panel")
    same = kari.client.get(
        f"/orders/{order}/panel", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (first.status_code, same.status_code) == (200, 304)
    kari.record(order, moved(e.ItemStarted), moved(e.StageReached, stage=Stage.CHECK))
    after = kari.client.get(
        f"/orders/{order}/panel", headers={"If-None-Match": first.headers["etag"]}
    )
    assert after.status_code == 200
    assert 'aria-current="step"' in after.text


def test_a_held_order_says_why_and_that_it_is_our_turn(kari: PortalHouse) -> None:
    order = placed(kari)
    kari.record(order, moved(e.ItemStarted), moved(e.ItemHeld, reason="QuotaExceeded: 0 left"))
    page = kari.client.get(f"/orders/{order}").text
    assert "Vår tur" in page
    assert "Din tur" not in page


def test_a_question_says_that_it_is_the_customers_turn_and_shows_it(kari: PortalHouse) -> None:
    order = placed(kari)
    asked = WaitingOn(
        party=Party.CUSTOMER,
        role="orderer",
        person="Kari Nordmann",
        question="Hvilket nett skal den stå i?",
        since=kari.moment[0],
        deadline=kari.moment[0],
    )
    kari.record(order, moved(e.QuestionAsked, waiting_on=asked))
    assert "Hvilket nett skal den stå i?" in kari.client.get(f"/orders/{order}").text


def deliver(portal: PortalHouse, order: str) -> None:
    stages = [moved(e.StageReached, stage=stage) for stage in DELIVERY]
    portal.record(
        order,
        moved(e.ItemStarted),
        moved(e.RunTaken, run="0b1c"),
        *stages[:2],
        moved(e.ResourceRecorded, resource=REF),
        *stages[2:],
        moved(e.ItemCompleted, outputs={"private_ip": "10.0.0.7", "<b>": "<script>"}),
    )


def test_a_delivered_order_shows_what_how_to_reach_it_and_the_lead_time(kari: PortalHouse) -> None:
    order = placed(kari)
    deliver(kari, order)
    page = kari.client.get(f"/orders/{order}").text
    assert "10.0.0.7" in page
    assert "ssh " in page
    assert "4 minutter og 30 sekunder" in page  # nine events, thirty seconds each
    assert "<script>" not in re.sub(r"<script src[^>]*>", "", page)


def test_only_operators_get_the_link_to_the_run(kari: PortalHouse) -> None:
    order = placed(kari)
    deliver(kari, order)
    run = "http://127.0.0.1:8413/runs/flow-run/0b1c"
    assert run not in kari.client.get(f"/orders/{order}").text
    kari.sign_in("amina")
    assert run in kari.client.get(f"/orders/{order}").text


@pytest.mark.parametrize("path", ["/orders/1001", "/orders/1001/panel"])
def test_another_agencys_order_is_not_there(kari: PortalHouse, path: str) -> None:
    placed(kari)
    kari.sign_in("siri")
    assert kari.client.get(path).status_code == 404
    assert "fagsystem" not in kari.client.get("/orders").text


@pytest.mark.parametrize("name", ["ola", "per", "amina", "nils"])
def test_who_may_not_order_is_told_which_role_is_missing(portal: PortalHouse, name: str) -> None:
    portal.sign_in(name)
    answer = send(portal)
    assert answer.status_code == 403
    assert portal.rows() == 0


@pytest.mark.parametrize("path", ["/orders", "/orders/1001", "/order/linux-server"])
def test_without_a_session_one_is_sent_to_sign_in(portal: PortalHouse, path: str) -> None:
    answer = portal.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?next=%2Forder")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_another_sites_post_is_refused(kari: PortalHouse, headers: dict[str, str]) -> None:
    answer = kari.client.post("/order/linux-server", data=FORM | {"_step": "send"}, headers=headers)
    assert answer.status_code == 403
    assert kari.rows() == 0


@pytest.mark.parametrize("path", ["/", "/orders", "/help", "/nowhere", "/order/linux-server"])
def test_every_page_carries_the_security_headers(kari: PortalHouse, path: str) -> None:
    answer = kari.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<[^>]+ (style|on\w+)=", answer.text)
    assert not re.search(r"<script(?![^>]* src=)", answer.text)


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/order/mainframe", 404), ("/orders/'--", 404)]
)
def test_a_page_that_is_not_there_looks_like_ours(
    kari: PortalHouse, path: str, status: int
) -> None:
    answer = kari.client.get(path)
    assert answer.status_code == status
    assert "Bestilling og levering" in answer.text
