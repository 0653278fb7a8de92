"""Nothing that people or programs can send is our failure: forms, addresses, headers."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.portal_house import API, PortalHouse

ROOT = Path(__file__).parents[2]
FORM = {
    "plan": "small",
    "name": "fagsystem",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
    "needed_by": "",
    "_key": "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11",
}
WORDS = st.text(max_size=30) | st.sampled_from(
    ["", " ", "small", "31.12.9999", "0.0.0000", "1e400", "\x00", "'; --", "<script>", "%00"]
)
bounded = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@bounded
@given(
    changes=st.dictionaries(st.sampled_from([*FORM, "_step", "other", ""]), WORDS, max_size=4),
    step=st.sampled_from(["send", "review", "edit", "x"]),
)
def test_no_form_is_our_failure(portal: PortalHouse, changes: dict[str, str], step: str) -> None:
    portal.sign_in("kari")
    before = portal.rows()
    for path in ("/order/linux-server", "/order/linux-server/side"):
        answer = portal.client.post(path, data=FORM | {"_step": step} | changes)
        assert answer.status_code < 500, answer.text
        for name, value in changes.items():
            if name in FORM and "<" in value and not name.startswith("_"):
                assert value not in answer.text
    assert portal.rows() - before in {0, 1}


@bounded
@given(body=st.binary(max_size=200))
def test_no_bytes_for_a_form_are_our_failure(portal: PortalHouse, body: bytes) -> None:
    portal.sign_in("kari")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = portal.client.post("/order/linux-server", content=body, headers=kind)
    assert answer.status_code < 500
    assert portal.rows() == 0


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain"]
)
def test_a_form_of_another_kind_is_refused(portal: PortalHouse, kind: str) -> None:
    portal.sign_in("kari")
    answer = portal.client.post("/order/linux-server", content=b"x", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert "Det klarte vi ikke å lese" in answer.text


def test_a_form_with_a_thousand_fields_is_refused(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    many = {f"f{number}": "x" for number in range(1000)}
    assert portal.client.post("/order/linux-server", data=many).status_code == 400


def test_a_form_of_ten_megabytes_is_refused_with_a_page(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    answer = portal.client.post("/order/linux-server", data=FORM | {"purpose": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "Det ble for mye" in answer.text


@bounded
@given(part=WORDS, query=st.dictionaries(WORDS, WORDS, max_size=2))
def test_no_address_is_our_failure(portal: PortalHouse, part: str, query: dict[str, str]) -> None:
    portal.sign_in("per")
    encoded = quote(part.encode("utf-8", "replace"), safe="")
    for path in (f"/orders/{encoded}", f"/order/{encoded}", f"{API}/{encoded}", "/orders", API):
        answer = portal.client.get(path, params=query)
        assert answer.status_code < 500, (path, query)


@pytest.mark.parametrize("name", ["externalId", "state", "fields", "limit", "offset"])
@pytest.mark.parametrize("value", ["\x00", "\u2028", "x" * 5000, "9" * 400, "-1", "", "²"])
def test_no_filter_is_our_failure(portal: PortalHouse, name: str, value: str) -> None:
    assert portal.get(API, **{name: value}).status_code in {200, 400}


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e9", "99999999999999999999", ""])
def test_a_page_of_the_list_that_is_none_is_told(portal: PortalHouse, page: str) -> None:
    portal.sign_in("kari")
    answer = portal.client.get("/orders", params={"page": page})
    assert answer.status_code == 422
    assert "Det klarte vi ikke å lese" in answer.text


FAR = "0001-01-01T00:00:00+14:00~1001"  # before time began, in UTC
DIGITS = "0000" + "9" * 5000  # more than Python makes a number of


@pytest.mark.parametrize(
    ("name", "path", "query"),
    [
        ("per", "/audit", {"first": "01.01.0001", "last": "31.12.9999"}),
        ("per", "/audit.csv", {"first": "0001-01-01", "last": "9999-12-31"}),
        ("per", "/lead-time", {"bar": DIGITS, "month": "0001-01"}),
        ("ola", "/approvals", {"after": FAR}),
        ("amina", "/desk", {"after": FAR}),
        ("amina", "/findings", {"after": FAR}),
        ("amina", "/adoption", {"after": FAR, "adopted": DIGITS, "late": "²"}),
    ],
)
def test_no_day_number_or_place_in_a_list_is_our_failure(
    portal: PortalHouse, name: str, path: str, query: dict[str, str]
) -> None:
    portal.sign_in(name)
    assert portal.client.get(path, params=query).status_code == 200


@pytest.mark.parametrize("held", [5, [5], ["\ud800", "a", "b", "/"], None])
def test_a_sign_in_cookie_that_is_none_begins_anew(portal: PortalHouse, held: object) -> None:
    packed = urlsafe_b64encode(json.dumps(held).encode()).decode()
    answer = portal.client.get("/signin/callback?state=x", headers={"Cookie": f"signin={packed}"})
    assert answer.status_code == 400
    assert "Innloggingen lyktes ikke" in answer.text


@pytest.mark.parametrize("cookie", ["", "x", "å", "a" * 5000])
def test_a_session_cookie_that_is_none_means_sign_in(portal: PortalHouse, cookie: str) -> None:
    portal.client.cookies.clear()
    answer = portal.client.get("/orders", headers={"Cookie": f"session={cookie}".encode()})
    assert answer.status_code == 303


def test_the_documented_order_is_accepted(portal: PortalHouse) -> None:
    text = (ROOT / "docs/api.md").read_text("utf8")
    body = json.loads(text.partition("-d '")[2].partition("'\n")[0])
    answer = portal.post(body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["externalId"] == body["externalId"]
