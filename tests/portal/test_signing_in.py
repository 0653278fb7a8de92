"""Signing in through the provider: what must come back, and what is not believed."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from fixtures.portal_house import ISSUER, URL, PortalHouse, wish
from ledger import Known
from ledger.delegations import Delegation
from portal.signin import local


def asked(portal: PortalHouse, path: str = "/signin") -> dict[str, str]:
    """What the portal asks the provider when somebody wants to sign in."""
    answer = portal.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{ISSUER}/authorize?")
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def chosen(portal: PortalHouse, question: dict[str, str], subject: str = "kari") -> str:
    """The address that the provider sends the chosen person back to."""
    answer = portal.signin.post(
        "/authorize", data=question | {"subject": subject}, follow_redirects=False
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_person_signs_in_and_lands_where_they_were_going(portal: PortalHouse) -> None:
    question = asked(portal, "/signin?next=/orders?page=1")
    assert question["code_challenge_method"] == "S256"
    assert question["redirect_uri"] == f"{URL}/signin/callback"
    answer = portal.client.get(chosen(portal, question))
    assert answer.headers["location"] == "/orders?page=1"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    page = portal.client.get("/orders")
    assert "Kari Nordmann, BYM" in page.text


def test_the_session_is_a_row_and_signing_out_deletes_it(portal: PortalHouse) -> None:
    portal.client.get(chosen(portal, asked(portal)))
    token = portal.client.cookies["session"]
    assert portal.ledger.session(token, portal.moment[0])
    answer = portal.client.post("/signout")
    assert answer.headers["location"] == "/signed-out"
    assert portal.ledger.session(token, portal.moment[0]) is None
    page = portal.client.get("/signed-out")
    assert f"{ISSUER}/logout?" in page.text


def test_the_provider_is_asked_in_the_readers_language(portal: PortalHouse) -> None:
    portal.client.get("/help?lang=en")
    question = asked(portal)
    assert question["ui_locales"] == "en"
    assert "Who do you want to be?" in portal.signin.get("/authorize", params=question).text


def test_who_has_no_role_gets_no_session_and_is_told(portal: PortalHouse) -> None:
    answer = portal.client.get(chosen(portal, asked(portal), "nils"))
    assert answer.status_code == 403
    assert "Nils Ny" in answer.text
    assert "bestiller" in answer.text
    assert "session" not in portal.client.cookies


def test_who_has_lost_every_role_lends_none_either(portal: PortalHouse) -> None:
    now = portal.moment[0]
    once = Known(
        subject="nils",
        name="Nils Ny",
        agency="BYM",
        email="",
        roles=frozenset({"approver"}),
        seen_at=now,
    )
    portal.ledger.people.seen(once)
    portal.ledger.delegations.add(
        Delegation(
            id="1",
            agency="BYM",
            approver="nils",
            delegate="kari",
            starts_at=now,
            ends_at=now + timedelta(days=30),
            made_at=now,
        )
    )
    portal.sign_in("kari")
    assert portal.client.get("/approvals").status_code == 200
    assert portal.client.get(chosen(portal, asked(portal), "nils")).status_code == 403
    assert portal.client.get("/approvals").status_code == 403
    assert portal.ledger.people.of("approver") == []


def test_another_attempts_answer_is_refused(portal: PortalHouse) -> None:
    first = chosen(portal, asked(portal))
    asked(portal)  # a second attempt takes the first one's place
    answer = portal.client.get(first)
    assert answer.status_code == 400
    assert "session" not in portal.client.cookies


def test_an_answer_nobody_asked_for_is_refused(portal: PortalHouse) -> None:
    answer = portal.client.get("/signin/callback?code=x&state=")
    assert answer.status_code == 400
    assert "Innloggingen lyktes ikke" in answer.text


def test_a_code_is_good_once(portal: PortalHouse) -> None:
    question = asked(portal)
    address = chosen(portal, question)
    attempt = portal.client.cookies["signin"]
    assert portal.client.get(address).status_code == 303
    portal.client.cookies.clear()
    portal.client.cookies.set("signin", attempt)
    assert portal.client.get(address).status_code == 400


def test_a_no_from_the_provider_is_told(portal: PortalHouse) -> None:
    question = asked(portal)
    answer = portal.client.get(
        f"/signin/callback?error=access_denied&state={question['state']}&iss={ISSUER}"
    )
    assert answer.status_code == 400
    assert "Innloggingen lyktes ikke" in answer.text


@pytest.mark.parametrize("cookie", ["", "%%%", "bm9wZQ==", "W10=", "WyIiLCIiLCIiLCIvIl0="])
def test_a_damaged_cookie_is_a_failed_attempt(portal: PortalHouse, cookie: str) -> None:
    portal.client.cookies.set("signin", cookie)
    assert portal.client.get("/signin/callback?code=x&state=x").status_code == 400


def test_another_host_is_led_to_the_right_one_first(portal: PortalHouse) -> None:
    answer = portal.client.get("/signin?next=/help", headers={"Host": "localhost:8410"})
    assert answer.headers["location"] == f"{URL}/signin?next=%2Fhelp&led=yes"


def test_a_proxy_that_calls_us_by_another_name_makes_no_circle(portal: PortalHouse) -> None:
    answer = portal.client.get("/signin?led=yes", headers={"Host": "inside:8410"})
    assert answer.headers["location"].startswith(f"{ISSUER}/authorize?")


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/æ", ""],
)
def test_nobody_is_led_to_another_site_after_signing_in(address: str) -> None:
    assert local(address) == "/"


def test_a_session_does_not_outlive_its_day(portal: PortalHouse) -> None:
    portal.client.get(chosen(portal, asked(portal)))
    assert portal.client.get("/orders").status_code == 200
    portal.moment[0] += timedelta(hours=8)
    assert portal.client.get("/orders").status_code == 303


def test_a_person_signed_out_while_writing_is_told_what_to_do(portal: PortalHouse) -> None:
    answer = portal.client.post("/order/linux-server", data={"_step": "send"})
    assert answer.status_code == 401
    assert "Ingenting ble sendt" in answer.text


def test_an_identity_token_does_not_open_the_api(portal: PortalHouse) -> None:
    verifier = "a-verifier-that-only-the-portal-would-know"
    challenge = create_s256_code_challenge(verifier)
    question = asked(portal) | {"code_challenge": challenge}
    code = parse_qs(urlsplit(chosen(portal, question)).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    tokens = portal.signin.post(
        "/token",
        data=form | {"redirect_uri": question["redirect_uri"]},
        auth=("portal", "portal-secret"),
    ).json()
    identity = portal.post(wish(), Authorization=f"Bearer {tokens['id_token']}")
    assert identity.status_code == 401
    assert portal.rows() == 0
    access = portal.post(wish(), Authorization=f"Bearer {tokens['access_token']}")
    assert access.status_code == 201
