"""CancelServiceOrder: asked for once, followed to its end, refused where it cannot be."""

from __future__ import annotations

from datetime import datetime

import jsonschema
import pytest

from fixtures.portal_house import API, PortalHouse, wish
from fixtures.tmf641 import DESCRIPTION, schema
from orders import events as e
from orders.model import Cleanup

CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"


def asked(order: str, why: str = "ordered by mistake", **more):
    return {"serviceOrder": {"id": order}, "cancellationReason": why} | more


def post(portal: PortalHouse, body):
    sent = {"Authorization": f"Bearer {portal.token()}"}
    return portal.client.post(CANCEL, json=body, headers=sent)


@pytest.fixture
def placed(portal: PortalHouse) -> str:
    return str(portal.post(wish()).json()["id"])


@pytest.fixture
def begun(portal: PortalHouse, placed: str) -> str:
    portal.record(placed, lambda at: e.ItemStarted(at=at, by="flows", item="1"))
    return placed


def test_what_no_work_was_begun_on_is_cancelled_at_once(portal: PortalHouse, placed: str):
    answer = post(portal, asked(placed))
    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == told["href"]
    assert (told["id"], told["state"]) == (f"{placed}.1", "done")
    assert told["cancellationReason"] == "ordered by mistake"
    assert told["effectiveCancellationDate"]
    assert portal.get(f"{API}/{placed}").json()["state"] == "cancelled"


def test_what_is_under_way_is_followed_to_its_end(portal: PortalHouse, begun: str):
    told = post(portal, asked(begun)).json()
    assert told["state"] == "accepted"
    portal.record(begun, lambda at: e.CancellationAccepted(at=at, by="flows", item="1"))
    assert portal.get(told["href"]).json()["state"] == "inProgress"

    def undone(at: datetime):
        return e.ItemCancelled(at=at, by="flows", item="1", cleanup=Cleanup.DONE)

    portal.record(begun, undone)
    assert portal.get(told["href"]).json()["state"] == "done"


def test_a_refusal_says_why_and_the_next_request_is_another(portal: PortalHouse, begun: str):
    told = post(portal, asked(begun)).json()

    def refused(at: datetime):
        return e.CancellationRefused(at=at, by="flows", item="1", reason="It is handed over.")

    portal.record(begun, refused)
    first = portal.get(told["href"]).json()
    assert first["state"] == "terminatedWithError"
    assert first["errorMessage"]["reason"] == "It is handed over."
    second = post(portal, asked(begun, "still")).json()
    assert (second["id"], second["state"]) == (f"{begun}.2", "accepted")
    assert portal.get(told["href"]).json()["state"] == "terminatedWithError"


@pytest.mark.skipif(not DESCRIPTION.exists(), reason=f"no description at {DESCRIPTION}")
def test_answers_are_as_the_description_says(portal: PortalHouse, begun: str):
    told = post(portal, asked(begun)).json()
    jsonschema.validate(told, schema("CancelServiceOrder"))
    portal.record(
        begun, lambda at: e.CancellationRefused(at=at, by="flows", item="1", reason="Too late.")
    )
    jsonschema.validate(portal.get(told["href"]).json(), schema("CancelServiceOrder"))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/serviceOrder"),
        (asked("1001", ""), "/cancellationReason"),
        (asked("1001", "x" * 1001), "/cancellationReason"),
        (asked("1001", state="done"), "/state"),
        (asked("1001", requestedCancellationDate="2027-01-01T00:00:00Z"), None),
        (asked("1001", requestedCancellationDate="soon"), "/requestedCancellationDate"),
        ({"serviceOrder": "1001", "cancellationReason": "x"}, "/serviceOrder"),
        ({"serviceOrder": {"id": 7}, "cancellationReason": "x"}, "/serviceOrder/id"),
        (asked("1001") | {"@type": "Cat"}, "/@type"),
    ],
)
def test_what_is_wrong_is_told_on_its_place(portal: PortalHouse, placed: str, body, place):
    before = portal.rows()
    answer = post(portal, body)
    assert answer.status_code == 400
    places = {one["pointer"] for one in answer.json()["errors"]}
    assert (place or "/requestedCancellationDate") in places
    assert portal.rows() == before


def test_what_has_ended_is_not_cancelled(portal: PortalHouse, placed: str):
    post(portal, asked(placed))
    before = portal.rows()
    answer = post(portal, asked(placed))
    assert answer.status_code == 409
    assert "1 is cancelled" in answer.json()["reason"]
    assert portal.rows() == before


@pytest.mark.parametrize("id_", ["9999.1", "1001.2", "1001", "1001.", "1001.x", "%2e.1"])
def test_what_was_not_asked_for_is_not_there(portal: PortalHouse, placed: str, id_):
    post(portal, asked(placed))
    assert portal.get(f"{CANCEL}/{id_}").status_code == 404


def test_another_agencys_order_is_not_there(portal: PortalHouse, placed: str):
    told = post(portal, asked(placed)).json()
    portal.sign_in("siri")
    assert portal.client.get(told["href"]).status_code == 404
    portal.sign_in("kari")
    assert portal.client.get(told["href"]).status_code == 200
    assert portal.client.post(CANCEL, json=asked(placed)).status_code == 401
