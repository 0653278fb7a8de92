"""TMF641: what a program posts, what it gets back, and that nothing is made twice."""

import re
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

from fixtures.portal_house import API, PortalHouse, wish
from fixtures.tmf641 import DESCRIPTION, schema
from orders.lifecycle import replay


def test_a_good_order_is_acknowledged_with_a_date(portal: PortalHouse) -> None:
    answer = portal.post(wish())
    order = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == order["href"]
    assert order["id"] == "1001"
    assert order["externalId"] == "a-1"
    assert order["state"] == "acknowledged"
    assert order["serviceOrderItem"][0]["state"] == "acknowledged"
    # Ordered Monday 10.00 in Oslo, four hours of opening time.
    assert order["expectedCompletionDate"] == "2026-11-23T13:00:00Z"
    assert portal.rows() == 1


def test_what_is_ordered_has_an_id_that_every_provider_can_make_names_of(
    portal: PortalHouse,
) -> None:
    number = portal.post(wish()).json()["id"]
    (item,) = replay(portal.ledger.history(number)).items.values()
    assert re.fullmatch("[0-9a-f]{32}", item.instance)


def test_the_same_order_again_is_the_same_order(portal: PortalHouse) -> None:
    first, again = portal.post(wish()), portal.post(wish())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert portal.rows() == 1


def test_the_order_of_keys_does_not_make_another_order(portal: PortalHouse) -> None:
    body = wish()
    portal.post(body)
    turned = dict(reversed(body.items()))
    turned["serviceOrderItem"][0]["service"]["serviceCharacteristic"].reverse()
    assert portal.post(turned).status_code == 200
    assert portal.rows() == 1


def test_the_same_id_with_another_content_is_a_conflict(portal: PortalHouse) -> None:
    portal.post(wish())
    answer = portal.post(wish(name="another"))
    assert answer.status_code == 409
    assert "1001" in answer.json()["reason"]
    assert portal.rows() == 1


def test_ten_posts_at_once_make_one_order(portal: PortalHouse) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(portal.post, [wish()] * 10))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert portal.rows() == 1


def test_orders_are_listed_counted_and_filtered(portal: PortalHouse) -> None:
    for number in range(3):
        portal.post(wish(f"a-{number}"))
    answer = portal.get(API, limit="2", fields="id,state")
    assert [order["id"] for order in answer.json()] == ["1003", "1002"]
    assert set(answer.json()[0]) == {"id", "href", "state", "@type"}
    assert answer.headers["x-total-count"] == "3"
    assert answer.headers["x-result-count"] == "2"
    assert [o["id"] for o in portal.get(API, externalId="a-0").json()] == ["1001"]
    assert portal.get(API, state="completed").json() == []


@pytest.mark.parametrize(
    "params", [{"limit": "0"}, {"offset": "-1"}, {"state": "done"}, {"colour": "red"}]
)
def test_a_filter_that_is_none_is_refused(portal: PortalHouse, params: dict[str, str]) -> None:
    answer = portal.get(API, **params)
    assert answer.status_code == 400
    assert next(iter(params)) in answer.json()["reason"]


def test_one_order_is_read_by_its_id(portal: PortalHouse) -> None:
    placed = portal.post(wish()).json()
    assert portal.get(f"{API}/{placed['id']}").json() == placed
    assert portal.get(f"{API}/4711").status_code == 404


def test_an_answer_is_what_the_standard_describes(portal: PortalHouse) -> None:
    if not DESCRIPTION.exists():
        pytest.skip(f"TM Forum's description is not at {DESCRIPTION}")
    jsonschema.validate(portal.post(wish()).json(), schema("ServiceOrder"))
    refusal = portal.post({"serviceOrderItem": []}).json()
    assert refusal.pop("errors")  # ours, beside the standard's fields
    jsonschema.validate(refusal, schema("Error"))


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": ""}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}],
)
def test_without_a_good_token_nothing_is_placed(portal: PortalHouse, headers: dict) -> None:
    answer = portal.post(wish(), **headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert portal.rows() == 0


def test_a_tampered_token_does_not_open_the_api(portal: PortalHouse) -> None:
    token = portal.token()
    head, body, signature = token.split(".")
    forged = f"{head}.{body[:-2]}AA.{signature}"
    assert portal.post(wish(), Authorization=f"Bearer {forged}").status_code == 401
    assert portal.rows() == 0


def test_a_browser_session_may_read_but_not_post(portal: PortalHouse) -> None:
    portal.post(wish())
    portal.sign_in("kari")
    assert portal.client.get(f"{API}/1001").status_code == 200
    assert portal.client.post(API, json=wish("b")).status_code == 401


def test_another_agency_does_not_learn_that_the_order_exists(portal: PortalHouse) -> None:
    portal.post(wish())
    portal.sign_in("siri")
    assert portal.client.get(f"{API}/1001").status_code == 404
    assert portal.client.get(API).json() == []
