"""TMF638: what an agency has, as far as it has been delivered and not removed."""

from __future__ import annotations

import pytest

from fixtures.portal_house import PortalHouse, wish
from fixtures.portal_served import on_item
from orders import events as e
from orders.model import DELIVERY, ResourceRef, Stage

BASE = "/tmf-api/serviceInventory/v4/service"
MACHINE = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")


@pytest.fixture
def delivered(portal: PortalHouse) -> str:
    order = portal.post(wish()).json()
    made = [
        on_item(e.ItemStarted),
        on_item(e.StageReached, stage=Stage.CREATE),
        on_item(e.ResourceRecorded, resource=MACHINE),
        *(on_item(e.StageReached, stage=stage) for stage in DELIVERY[2:]),
        on_item(e.ItemCompleted, outputs={"private_ip": "10.0.0.7"}),
    ]
    portal.record(order["id"], *made)
    return str(order["id"])


def test_nothing_is_there_before_it_is_delivered(portal: PortalHouse):
    portal.post(wish())
    assert portal.get(BASE).json() == []


def test_a_thing_tells_what_it_is_where_and_by_which_order(portal: PortalHouse, delivered: str):
    (found,) = portal.get(BASE).json()
    assert portal.get(found["href"]).json() == found
    assert (found["name"], found["state"]) == ("fagsystem", "active")
    assert found["serviceSpecification"]["id"] == "linux-server"
    told = {one["name"]: one["value"] for one in found["serviceCharacteristic"]}
    assert told["plan"] == "small"
    assert told["output.private_ip"] == "10.0.0.7"
    assert found["supportingResource"][0]["id"] == "i-0abc"
    assert found["place"][0]["id"] == "aws/eu-north-1"
    assert found["relatedParty"][0]["id"] == "BYM"
    assert [one["serviceOrderId"] for one in found["serviceOrderItem"]] == [delivered]


def test_it_is_found_by_offering_and_cut_to_fields(portal: PortalHouse, delivered: str):
    assert len(portal.get(BASE, serviceType="linux-server").json()) == 1
    answer = portal.get(BASE, serviceType="no-such-offering")
    assert (answer.json(), answer.headers["x-total-count"]) == ([], "0")
    (cut,) = portal.get(BASE, fields="name").json()
    assert set(cut) == {"@type", "id", "href", "name"}


def test_another_agency_does_not_learn_of_it(portal: PortalHouse, delivered: str):
    (found,) = portal.get(BASE).json()
    portal.sign_in("siri")
    assert portal.client.get(BASE).json() == []
    assert portal.client.get(found["href"]).status_code == 404


def test_an_id_that_is_none_is_404_whatever_it_is(portal: PortalHouse):
    for id_ in ("x", "%00", "%F0%9F%92%A9", "0" * 200):
        assert portal.get(f"{BASE}/{id_}").status_code == 404
