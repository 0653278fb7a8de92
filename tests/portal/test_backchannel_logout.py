"""Somebody signs out at the provider: whatever sessions they have here end, and only theirs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import RSAKey

from emulators.signin import keys
from emulators.signin.tokens import sign
from fixtures.portal_house import ISSUER, PortalHouse

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATH = "/signin/backchannel-logout"


@pytest.fixture
def house(portal: PortalHouse):
    """The portal on today's clock: the library that checks tokens reads it too."""
    portal.moment[0] = datetime.now(UTC)
    return portal


def told(key, **changed):
    claims = {
        "iss": ISSUER,
        "aud": "portal",
        "sub": "kari",
        "jti": "one",
        "events": {EVENT: {}},
    } | changed
    kept = {key: value for key, value in claims.items() if value is not None}
    return sign(key, kept, time.time(), "logout+jwt")


@pytest.fixture
def key(signing_key):
    return keys.signing_key(signing_key)


def session(house: PortalHouse, subject: str) -> str:
    person = {"subject": subject, "name": subject, "agency": "BYM", "roles": ["orderer"]}
    return house.ledger.open_session(person, house.moment[0], house.moment[0] + timedelta(hours=8))


def post(house: PortalHouse, token: str):
    return house.client.post(PATH, data={"logout_token": token})


def test_every_session_of_theirs_ends_and_nobody_elses(house, key):
    first, second, other = (session(house, who) for who in ("kari", "kari", "ola"))
    answer = post(house, told(key))
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["cache-control"] == "no-store"
    now = house.moment[0]
    assert house.ledger.session(first, now) is None
    assert house.ledger.session(second, now) is None
    assert house.ledger.session(other, now)


def test_telling_twice_is_fine(house, key):
    token = told(key)
    assert [post(house, token).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "does not hold"),
        ({"aud": "somebody-else"}, "does not hold"),
        ({"jti": None}, "does not hold"),
        ({"events": None}, "no logout"),
        ({"events": {"http://other": {}}}, "no logout"),
        ({"events": [EVENT]}, "no logout"),
        ({"nonce": "n"}, "another kind of token"),
        ({"sub": None, "sid": "s"}, "names nobody"),
        ({"sub": ""}, "names nobody"),
    ],
)
def test_what_is_no_logout_token_ends_nothing(house, key, changed, why):
    kept = session(house, "kari")
    answer = post(house, told(key, **changed))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert why in answer.json()["error_description"]
    assert house.ledger.session(kept, house.moment[0])


def test_an_old_one_is_refused(house, key):
    token = told(key)
    house.moment[0] += timedelta(minutes=6)
    kept = session(house, "kari")
    answer = post(house, token)
    assert "too old" in answer.json()["error_description"]
    assert house.ledger.session(kept, house.moment[0])


@pytest.mark.parametrize("token", ["", "no-token", "a.b.c"])
def test_what_the_provider_has_not_signed_is_refused(house, token):
    assert post(house, token).status_code == 400


def test_another_key_is_refused(house):
    stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
    assert post(house, told(stranger)).status_code == 400
