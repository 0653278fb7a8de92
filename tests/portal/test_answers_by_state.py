"""The API's answer in every state an order can be in: TMF641's shape, and the truth."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from fixtures.portal_house import API, NOW, PortalHouse, wish
from fixtures.portal_served import on_item
from fixtures.tmf641 import DESCRIPTION, schema
from orders import events as e
from orders import service
from orders.model import DELIVERY, Cleanup, Party, ResourceRef, Stage, WaitingOn

MACHINE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")
ASKED = WaitingOn(
    party=Party.CUSTOMER,
    role="orderer",
    person="Kari Nordmann",
    question="Which network?",
    since=NOW,
    deadline=NOW + timedelta(days=1),
)
BEGUN = [
    on_item(e.ItemStarted),
    on_item(e.RunTaken, run="0b1c"),
    on_item(e.StageReached, stage=Stage.CHECK),
    on_item(e.StageReached, stage=Stage.CREATE),
    on_item(e.ResourceRecorded, resource=MACHINE),
    on_item(e.StageReached, stage=Stage.BUILD),
]
DONE = [
    *BEGUN,
    *(on_item(e.StageReached, stage=stage) for stage in DELIVERY[3:]),
    on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}),
]
LEFT = {"cleanup": Cleanup.MANUAL_REQUIRED, "leftovers": ("i-0abc",)}
UNDOING = [*BEGUN, on_item(e.CancellationRequested), on_item(e.CancellationAccepted)]
WAYS: dict[str, list[Callable[..., e.ItemEvent]]] = {
    "acknowledged": [],
    "inProgress": BEGUN,
    "held": [*BEGUN, on_item(e.ItemHeld, reason="QuotaExceeded: no vCPU left")],
    "pending": [on_item(e.QuestionAsked, waiting_on=ASKED)],
    "rejected": [on_item(e.ItemRejected, reason="The classification is not allowed there.")],
    "completed": DONE,
    "failed": [*BEGUN, on_item(e.ItemFailed, reason="BuildFailed: no image", **LEFT)],
    "assessingCancellation": [*BEGUN, on_item(e.CancellationRequested)],
    "pendingCancellation": UNDOING,
    "cancelled": [
        *UNDOING,
        on_item(e.ResourceRemoved),
        on_item(e.ItemCancelled, cleanup=Cleanup.DONE),
    ],
}


def moved(portal: PortalHouse, state: str) -> dict[str, Any]:
    """An order brought to `state`, as the API shows it."""
    number = portal.post(wish()).json()["id"]
    portal.record(number, *WAYS[state])
    answer = portal.get(f"{API}/{number}")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("state", WAYS)
def test_every_state_is_said_word_for_word_and_in_shape(portal: PortalHouse, state: str) -> None:
    order = moved(portal, state)
    assert order["state"] == state
    assert order["serviceOrderItem"][0]["state"] == state
    if not DESCRIPTION.exists():
        pytest.skip(f"TM Forum's description is not at {DESCRIPTION}")
    jsonschema.validate(order, schema("ServiceOrder"))
    listed = portal.get(API, state=state).json()
    assert listed == [order]


def test_stages_are_milestones_with_dates(portal: PortalHouse) -> None:
    milestones = moved(portal, "inProgress")["milestone"]
    assert [one["name"] for one in milestones] == [stage.value for stage in DELIVERY]
    assert [one["status"] for one in milestones] == [
        "done", "done", "current", "waiting", "waiting",
    ]  # fmt: skip
    assert ["milestoneDate" in one for one in milestones] == [True, True, True, False, False]


def test_a_delivered_order_says_when_and_what(portal: PortalHouse) -> None:
    order = moved(portal, "completed")
    assert order["completionDate"] == "2026-11-23T09:04:30Z"
    service = order["serviceOrderItem"][0]["service"]
    assert service["state"] == "active"
    said = {one["name"]: one["value"] for one in service["serviceCharacteristic"]}
    assert said["output.private_ip"] == "10.0.0.7"
    assert said["plan"] == "small"
    assert service["supportingResource"][0]["id"] == "i-0abc"


def test_a_failed_order_says_why_and_what_is_left(portal: PortalHouse) -> None:
    order = moved(portal, "failed")
    [error] = order["errorMessage"]
    assert error["reason"] == "BuildFailed: no image"
    assert "i-0abc" in error["message"]
    assert order["serviceOrderItem"][0]["errorMessage"][0]["code"] == "failed"
    assert "completionDate" not in order


def test_a_held_order_alerts_with_its_reason(portal: PortalHouse) -> None:
    [alert] = moved(portal, "held")["jeopardyAlert"]
    assert (alert["name"], alert["message"]) == ("held", "QuotaExceeded: no vCPU left")


def test_a_question_is_a_note_with_its_deadline(portal: PortalHouse) -> None:
    [note] = moved(portal, "pending")["note"]
    assert note["author"] == "Kari Nordmann"
    assert note["text"] == "Which network? (answer by 2026-11-24T09:00:00Z)"


def test_a_promise_that_is_missed_is_an_alert(portal: PortalHouse) -> None:
    number = portal.post(wish()).json()["id"]
    assert "jeopardyAlert" not in portal.get(f"{API}/{number}").json()
    portal.moment[0] = NOW + timedelta(hours=5)
    [alert] = portal.get(f"{API}/{number}").json()["jeopardyAlert"]
    assert (alert["name"], alert["jeopardyType"]) == ("late", "Critical")


def test_an_order_in_danger_alerts_and_a_moved_promise_is_told(portal: PortalHouse) -> None:
    number = portal.post(wish()).json()["id"]
    service.record(portal.ledger, number, e.JeopardyRaised(at=NOW, by="flow", probability=0.72))
    answer = portal.get(f"{API}/{number}").json()
    [alert] = answer["jeopardyAlert"]
    assert (alert["name"], alert["jeopardyType"]) == ("jeopardy", "Hazard")
    assert "72%" in alert["message"]
    assert answer["expectedCompletionDate"] == "2026-11-23T13:00:00Z"
    portal.moment[0] = NOW + timedelta(hours=5)
    said = e.PromiseRestated(
        at=portal.moment[0],
        by="flow",
        probable_at=None,
        promised_at=NOW + timedelta(hours=8),
        basis={"level": "stated"},
    )
    service.record(portal.ledger, number, said)
    answer = portal.get(f"{API}/{number}").json()
    assert answer["expectedCompletionDate"] == "2026-11-23T17:00:00Z"
    assert {one["name"] for one in answer["jeopardyAlert"]} == {"jeopardy", "late"}


def test_a_date_that_cannot_be_met_is_an_alert_at_once(portal: PortalHouse) -> None:
    soon = (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    order = portal.post(wish() | {"requestedCompletionDate": soon}).json()
    assert order["requestedCompletionDate"] == soon
    assert [alert["name"] for alert in order["jeopardyAlert"]] == ["requested"]
    portal.sign_in("kari")
    assert "senere enn dere ba om" in portal.client.get(f"/orders/{order['id']}").text


def two(external_id: str = "two") -> dict[str, Any]:
    body = wish(external_id)
    other = json.loads(json.dumps(body["serviceOrderItem"][0]))
    other["id"] = "2"
    other["service"]["serviceCharacteristic"][1]["value"] = "second"
    return body | {"serviceOrderItem": [*body["serviceOrderItem"], other]}


def test_an_order_of_two_shows_each_and_becomes_partial(portal: PortalHouse) -> None:
    placed = portal.post(two()).json()
    assert [item["id"] for item in placed["serviceOrderItem"]] == ["1", "2"]
    number = placed["id"]
    portal.record(number, *DONE)
    portal.record(number, lambda at: e.ItemRejected(at=at, by="flow", item="2", reason="No."))
    order = portal.get(f"{API}/{number}").json()
    assert order["state"] == "partial"
    assert [item["state"] for item in order["serviceOrderItem"]] == ["completed", "rejected"]
    if DESCRIPTION.exists():
        jsonschema.validate(order, schema("ServiceOrder"))
    portal.sign_in("kari")
    page = portal.client.get(f"/orders/{number}").text
    for text in ("fagsystem, second", "Delvis levert", "ssh admin@10.0.0.7", "No."):
        assert text in page


def test_two_items_cannot_share_an_id(portal: PortalHouse) -> None:
    body = two()
    body["serviceOrderItem"][1]["id"] = "1"
    answer = portal.post(body)
    assert answer.json()["errors"] == [
        {"pointer": "/serviceOrderItem/1/id", "reason": "stands on an earlier item too"}
    ]
    assert portal.rows() == 0


def test_a_description_comes_back(portal: PortalHouse) -> None:
    order = portal.post(wish() | {"description": "  For the map.  "}).json()
    assert order["description"] == "For the map."


def test_the_name_may_stand_on_the_service_instead(portal: PortalHouse) -> None:
    body = wish()
    service = body["serviceOrderItem"][0]["service"]
    service["name"] = "fagsystem"
    assert portal.post(body).status_code == 201
    del service["serviceCharacteristic"][1]
    assert portal.post(body).status_code == 200
    service["serviceCharacteristic"].append({"name": "name", "value": "another"})
    answer = portal.post(body | {"externalId": "b"})
    assert [one["pointer"] for one in answer.json()["errors"]] == [
        "/serviceOrderItem/0/service/name"
    ]
