"""TMF645 checkServiceQualification: candidates, exclusions, alternatives, and what is refused."""

import pytest

from fixtures.portal_house import PortalHouse
from portal.rightcloud_api import BASE

NEED = {"tags": ["person"], "vcpus": 4, "memory_gib": 16, "block_gb": 200}


def asked(**changes: object):
    need = {key: value for key, value in (NEED | changes).items() if value is not None}
    said = [{"name": name, "value": value} for name, value in need.items()]
    return {"serviceQualificationItem": [{"id": "1", "service": {"serviceCharacteristic": said}}]}


def post(portal: PortalHouse, body: object):
    headers = {"Authorization": f"Bearer {portal.token()}"}
    return portal.client.post(BASE, json=body, headers=headers)


def test_every_place_is_a_candidate_or_left_out_with_its_reason(portal: PortalHouse) -> None:
    found = post(portal, asked() | {"externalId": "x-1"})
    assert found.status_code == 201, found.text
    body = found.json()
    assert (body["state"], body["qualificationResult"], body["externalId"]) == (
        *("done", "qualified"),
        "x-1",
    )
    (item,) = body["serviceQualificationItem"]
    places = {one["place"]["id"] for one in item["candidates"]}
    left = {place for one in item["eligibilityUnavailabilityReason"] for place in one["places"]}
    known = portal.client.app.state.house.counsel.facts().atlas.places
    assert places | left == set(known)
    assert not places & left
    assert all(one["code"] and one["label"] for one in item["eligibilityUnavailabilityReason"])


def test_a_candidate_says_price_delivery_trust_and_until_when(portal: PortalHouse) -> None:
    (item,) = post(portal, asked()).json()["serviceQualificationItem"]
    for one in item["candidates"]:
        assert one["serviceabilityConfidence"] in {"green", "yellow", "red"}
        assert one["serviceConfidenceReason"] or one["serviceabilityConfidence"] == "green"
        total = sum(line["nok"] for line in one["lines"] if line["nok"] is not None)
        assert one["price"]["value"] == round(total, 2)
    sold = next(one for one in item["candidates"] if one["place"]["id"] == "aws/eu-north-1")
    assert sold["delivery"]["p50"] <= sold["delivery"]["p90"]
    assert item["priceRun"]
    assert item["policy"]


def test_wishes_have_alternatives(portal: PortalHouse) -> None:
    (item,) = post(portal, asked(country_group="norway")).json()["serviceQualificationItem"]
    assert [one["place"] for one in item["alternateServiceProposal"]]


def test_where_no_place_may_be_used_that_is_the_answer(portal: PortalHouse) -> None:
    body = post(portal, asked(vcpus=100_000)).json()
    assert body["qualificationResult"] == "unqualified"
    assert body["serviceQualificationItem"][0]["candidates"] == []


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"tags": ["moon"]}, 0, "unknown tag `moon`"),
        ({"vcpus": -1}, 1, "greater than 0"),
        ({"vcpus": "4"}, 1, "valid number"),
        ({"moon": 1}, 4, "Extra inputs"),
        ({"agency": "PBE"}, 4, "is not yours"),
        ({"country_group": "moon"}, 4, "unknown group"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(portal: PortalHouse, changes, place, words) -> None:
    found = post(portal, asked(**changes))
    assert found.status_code == 400
    wrong = found.json()["errors"][0]
    where = f"/serviceQualificationItem/0/service/serviceCharacteristic/{place}/value"
    assert wrong["pointer"] == where
    assert words in wrong["reason"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"serviceQualificationItem": []},
        {"serviceQualificationItem": [1]},
        {"serviceQualificationItem": [{"id": "1"}]},
        {"serviceQualificationItem": [{"id": "1", "service": {}}]},
        {"serviceQualificationItem": [{"id": "1", "service": {"serviceCharacteristic": [1]}}]},
        {"serviceQualificationItem": [{"id": "1", "service": {"serviceCharacteristic": []}}]},
        {**asked(), "moon": 1},
    ],
)
def test_a_body_of_another_shape_is_refused_with_pointers(portal: PortalHouse, body) -> None:
    found = post(portal, body)
    assert found.status_code == 400
    assert found.json()["errors"]


def test_nobody_in_particular_needs_a_token(portal: PortalHouse) -> None:
    assert portal.client.post(BASE, json=asked()).status_code == 401
