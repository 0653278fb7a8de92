"""Whatever is sent: a clear 4xx, each problem on its own place, the ledger unchanged."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.portal_house import API, PortalHouse, wish

ITEM = "/serviceOrderItem/0"
SERVICE = f"{ITEM}/service"


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good order with one thing put or replaced; `...` takes it away."""
    body = wish()
    *steps, last = [int(s) if s.isdigit() else s for s in path.strip("/").split("/")]
    place: Any = body
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


CHARACTERISTIC = f"{SERVICE}/serviceCharacteristic"
WRONG = {
    "unknown offering": (f"{SERVICE}/serviceSpecification/id", "mainframe"),
    "offering of a wrong type": (f"{SERVICE}/serviceSpecification/id", 7),
    "unknown plan": (f"{CHARACTERISTIC}/0/value", "gigantic"),
    "plan of a wrong type": (f"{CHARACTERISTIC}/0/value", ["small"]),
    "a name with spaces": (f"{CHARACTERISTIC}/1/value", "my server"),
    "unknown environment": (f"{CHARACTERISTIC}/2/value", "moon"),
    "a number for a text": (f"{CHARACTERISTIC}/4/value", 410123),
    "null for an answer": (f"{CHARACTERISTIC}/4/value", None),
    "an unknown question": (f"{CHARACTERISTIC}/4/name", "favourite_colour"),
    "an unknown field": ("/serviceOrderItem/0/service/colour", "red"),
    "an unknown field of the order": ("/colour", "red"),
    "no items": ("/serviceOrderItem", []),
    "items of a wrong type": ("/serviceOrderItem", {"id": "1"}),
    "no external id": ("/externalId", ...),
    "an external id of a wrong type": ("/externalId", 12),
    "an action that is none": (f"{ITEM}/action", "explode"),
    "two of them": (f"{ITEM}/quantity", 2),
    "a date that has passed": ("/requestedCompletionDate", "2020-01-01T00:00:00Z"),
    "a date that is none": ("/requestedCompletionDate", "soon"),
    "a forged state": ("/state", "completed"),
    "a forged state of the item": (f"{ITEM}/state", "completed"),
    "a forged id": ("/id", "1"),
    "a forged date of completion": ("/completionDate", "2026-11-23T10:00:00Z"),
    "a promise of one's own": ("/expectedCompletionDate", "2026-11-23T10:00:00Z"),
}


@pytest.mark.parametrize("case", WRONG, ids=list(WRONG))
def test_what_is_wrong_is_told_on_its_own_place(portal: PortalHouse, case: str) -> None:
    path, value = WRONG[case]
    answer = portal.post(changed(path, value))
    assert answer.status_code == 400
    places = {one["pointer"] for one in answer.json()["errors"]}
    assert any(path.startswith(place) or place.startswith(path) for place in places), places
    assert all(one["reason"] for one in answer.json()["errors"])
    assert portal.rows() == 0


def test_all_problems_come_at_once(portal: PortalHouse) -> None:
    body = wish(plan="gigantic", name="x", cost_centre="12") | {"state": "completed"}
    errors = portal.post(body).json()["errors"]
    assert {one["pointer"] for one in errors} == {
        "/state",
        f"{CHARACTERISTIC}/0/value",
        f"{CHARACTERISTIC}/1/value",
        f"{CHARACTERISTIC}/4/value",
    }


GOOD = json.dumps(wish()).encode()
RAW = {
    "no body": b"",
    "no JSON": b"externalId=1",
    "half of it": GOOD[:-5],
    "invalid UTF-8": GOOD.replace(b"fagsystem", b"\xff\xfe\xfd"),
    "half a character": GOOD.replace(b"fagsystem", b"\\ud800"),
    "a null character": GOOD.replace(b"fagsystem", b"a\\u0000b"),
    "a key twice": GOOD.replace(b'"externalId"', b'"externalId": "x", "externalId"', 1),
    "not a number": GOOD.replace(b'"a-1"', b"NaN"),
    "infinity": GOOD.replace(b'"a-1"', b"-Infinity"),
    "a huge number": GOOD.replace(b'"a-1"', b"9" * 5000),
    "a huge exponent": GOOD.replace(b'"a-1"', b"1e999999"),
    "a list": b"[]",
    "a word": b'"order"',
    "nested deep": b'{"externalId":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
}


@pytest.mark.parametrize("case", RAW, ids=list(RAW))
def test_a_body_that_is_no_order_is_refused(portal: PortalHouse, case: str) -> None:
    answer = portal.post(RAW[case])
    assert answer.status_code == 400
    assert answer.json()["reason"]
    assert portal.rows() == 0


@pytest.mark.parametrize("size", [300_000, 10_000_000])
def test_a_body_that_is_too_large_is_refused(portal: PortalHouse, size: int) -> None:
    answer = portal.post(b'{"description": "' + b"x" * size + b'"}')
    assert answer.status_code == 413
    assert "256 KiB" in answer.json()["reason"]
    assert portal.rows() == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", ""])
def test_a_body_of_another_kind_is_refused(portal: PortalHouse, kind: str) -> None:
    answer = portal.post(GOOD, **{"Content-Type": kind})
    assert answer.status_code == 415
    assert portal.rows() == 0


def test_methods_that_are_not_there_say_which_are(portal: PortalHouse) -> None:
    answer = portal.client.put(f"{API}/1001")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
PLACES = ["/externalId", "/serviceOrderItem", ITEM, f"{ITEM}/id", SERVICE, CHARACTERISTIC]
PLACES += [f"{CHARACTERISTIC}/{n}/{key}" for n in range(5) for key in ("name", "value")]


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_nothing_that_can_be_sent_is_our_failure(
    portal: PortalHouse, place: str, value: object
) -> None:
    before = portal.rows()
    answer = portal.post(json.dumps(changed(place, value)).encode())
    assert answer.status_code < 500, answer.text
    assert portal.rows() == before + (answer.status_code == 201)
