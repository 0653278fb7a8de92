"""Orders with action modify and delete: what an agency has is changed and removed by programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.forbidding import forbid
from fixtures.own_things import removal
from fixtures.portal_house import API, PortalHouse, wish
from fixtures.portal_served import on_item
from orders import events as e
from orders.lifecycle import replay
from orders.model import DELIVERY, Action, ResourceRef, Stage

INVENTORY = "/tmf-api/serviceInventory/v4/service"
MACHINE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")


def deliver(portal: PortalHouse, order: str) -> None:
    made = [
        on_item(e.ItemStarted),
        on_item(e.StageReached, stage=Stage.CREATE),
        on_item(e.ResourceRecorded, resource=MACHINE),
        *(on_item(e.StageReached, stage=stage) for stage in DELIVERY[2:]),
        on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}),
    ]
    portal.record(order, *made)


@pytest.fixture
def instance(portal: PortalHouse) -> str:
    deliver(portal, portal.post(wish()).json()["id"])
    return str(portal.get(INVENTORY).json()[0]["id"])


def change(instance: str, action: str, external_id: str = "c-1", **said: Any) -> dict[str, Any]:
    service: dict[str, Any] = {"id": instance}
    if said:
        service["serviceCharacteristic"] = [{"name": n, "value": v} for n, v in said.items()]
    item = {"id": "1", "action": action, "service": service}
    return {"externalId": external_id, "serviceOrderItem": [item]}


def test_a_modify_of_what_is_answered_once_is_refused(portal: PortalHouse, instance: str):
    key = "ssh-ed25519 " + "A" * 68
    answer = portal.post(change(instance, "modify", ssh_key=key))
    assert answer.status_code == 400
    assert "ssh_key cannot be changed once it is ordered" in answer.text
    again = portal.post(change(instance, "modify", plan="large", name="kart-for-byplan"))
    assert again.status_code == 201


def test_a_modify_says_only_what_is_to_be_another(portal: PortalHouse, instance: str):
    answer = portal.post(change(instance, "modify", plan="large"))
    assert answer.status_code == 201
    (item,) = answer.json()["serviceOrderItem"]
    assert (item["action"], item["service"]["id"]) == ("modify", instance)
    told = {one["name"]: one["value"] for one in item["service"]["serviceCharacteristic"]}
    assert (told["plan"], told["cost_centre"]) == ("large", "410123")
    placed = replay(portal.ledger.history(answer.json()["id"])).items["1"]
    assert placed.action is Action.MODIFY
    assert placed.former is not None
    assert placed.former.plan == "small"
    (thing,) = portal.get(INVENTORY).json()
    roles = {one["role"]: one["serviceOrderId"] for one in thing["serviceOrderItem"]}
    assert roles["changing"] == answer.json()["id"]


def test_a_delete_names_the_thing_and_nothing_else(portal: PortalHouse, instance: str):
    answer = portal.post(change(instance, "delete"))
    assert answer.status_code == 201
    (item,) = answer.json()["serviceOrderItem"]
    assert (item["action"], item["service"]["id"]) == ("delete", instance)


def test_one_change_at_a_time(portal: PortalHouse, instance: str):
    first = portal.post(change(instance, "modify", plan="large")).json()["id"]
    answer = portal.post(change(instance, "delete", "c-2"))
    assert answer.status_code == 409
    assert first in answer.json()["reason"]


def test_the_same_again_is_the_same_order_though_the_thing_is_gone(
    portal: PortalHouse, instance: str
):
    first = portal.post(change(instance, "delete")).json()
    portal.moment[0] += timedelta(days=8)  # its grace has passed
    portal.record(first["id"], *removal())
    assert portal.get(INVENTORY).json() == []
    again = portal.post(change(instance, "delete"))
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert portal.post(change(instance, "delete", "c-9")).status_code == 400


@pytest.mark.parametrize(
    ("made", "place"),
    [
        (lambda i: change("no-such-thing", "modify", plan="large"), "/service/id"),
        (lambda i: change(i, "modify", plan="enormous"), "/service/serviceCharacteristic/0/value"),
        (lambda i: change(i, "modify", colour="red"), "/service/serviceCharacteristic/0/value"),
        (lambda i: change(i, "modify", place="gcp/x"), "/service/serviceCharacteristic"),
        (lambda i: change(i, "delete", plan="large"), "/service/serviceCharacteristic"),
        (lambda i: change(i, "replace"), "/action"),
    ],
)
def test_what_is_wrong_is_told_on_its_place(portal: PortalHouse, instance: str, made, place):
    before = portal.rows()
    answer = portal.post(made(instance))
    assert answer.status_code == 400, answer.text
    assert f"/serviceOrderItem/0{place}" in {one["pointer"] for one in answer.json()["errors"]}
    assert portal.rows() == before


def test_adding_and_removing_are_two_orders(portal: PortalHouse, instance: str):
    body = change(instance, "delete")
    body["serviceOrderItem"].append(wish()["serviceOrderItem"][0] | {"id": "2"})
    answer = portal.post(body)
    assert answer.status_code == 400
    assert "an order for each" in answer.text


def test_another_agencys_thing_is_not_there(portal: PortalHouse, instance: str):
    thing = portal.ledger.thing(instance)
    assert thing is not None
    assert portal.post(change("0" * 36, "delete")).status_code == 400
    assert portal.client.post(API, json=change(instance, "delete")).status_code == 401


def test_a_thing_may_not_stay_where_its_new_data_may_not_be(portal: PortalHouse, instance: str):
    forbid(portal, "person", "eea_us_owner")
    before = portal.rows()
    answer = portal.post(change(instance, "modify", classification="confidential"))
    assert answer.status_code == 400
    assert "Not here." in answer.json()["reason"]
    assert portal.rows() == before
    assert portal.post(change(instance, "modify", plan="large")).status_code == 201
