"""The demo sign-in speaks OpenID, and trusts no more than it must."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from emulators.signin.people import PEOPLE
from fixtures.signin_process import BACK

VERIFIER = "a-verifier-of-the-length-that-the-standard-asks-for"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
QUESTION = {
    "client_id": "grunnmur-portal",
    "redirect_uri": BACK,
    "response_type": "code",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def code(provider: httpx.Client, subject: str = "kari", **changes: str) -> str:
    answer = provider.post("/authorize", data=QUESTION | {"subject": subject} | changes)
    assert answer.status_code == 303, answer.text
    said = parse_qs(urlsplit(answer.headers["location"]).query)
    assert said["state"] == ["s"]
    assert said["iss"] == [str(provider.base_url).rstrip("/")]
    return said["code"][0]


def exchange(provider: httpx.Client, given: str, **changes: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": BACK}
    form |= {"code_verifier": VERIFIER} | changes
    return provider.post("/token", data=form, auth=("grunnmur-portal", "portal's"))


def read(provider: httpx.Client, token: str) -> dict:
    keys = KeySet.import_key_set(provider.get("/jwks").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_discovery_tells_where_everything_is(provider: httpx.Client) -> None:
    found = provider.get("/.well-known/openid-configuration").json()
    issuer = found["issuer"]
    assert issuer == str(provider.base_url).rstrip("/")
    for name in ("authorization", "token", "userinfo", "end_session"):
        assert found[f"{name}_endpoint"].startswith(f"{issuer}/")
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_the_keys_hold_nothing_secret(provider: httpx.Client) -> None:
    [key] = provider.get("/jwks").json()["keys"]
    assert {"kty", "kid", "n", "e"} <= set(key)
    assert not {"d", "p", "q"} & set(key)


@pytest.mark.parametrize("subject", PEOPLE)
def test_a_person_signs_in_with_agency_and_roles(provider: httpx.Client, subject: str) -> None:
    tokens = exchange(provider, code(provider, subject)).json()
    person = PEOPLE[subject]
    identity = read(provider, tokens["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("grunnmur-portal", "n")
    access = read(provider, tokens["access_token"])
    assert access["aud"] == "grunnmur"
    for claims in (identity, access):
        assert claims["sub"] == subject
        assert (claims["agency"], claims["roles"]) == (person.agency, list(person.roles))
    told = provider.get(
        "/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    ).json()
    assert told == person.claims


def test_the_page_lists_everybody_in_both_languages(provider: httpx.Client) -> None:
    for language, title in (("nb", "Hvem vil du være?"), ("en", "Who do you want to be?")):
        page = provider.get("/authorize", params=QUESTION | {"ui_locales": language}).text
        assert title in page
        for person in PEOPLE.values():
            assert person.name in page
            assert person.about[language] in page


def test_what_a_client_asks_is_shown_as_text_only(provider: httpx.Client) -> None:
    page = provider.get("/authorize", params=QUESTION | {"state": '"><script>'}).text
    assert "<script>" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": BACK + "/more"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_question_that_is_wrong_leads_nowhere(
    provider: httpx.Client, method: str, changes: dict[str, str]
) -> None:
    asked = QUESTION | {"subject": "kari"} | changes
    where = {"params": asked} if method == "GET" else {"data": asked}
    answer = provider.request(method, "/authorize", **where)
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_another_site_cannot_choose_for_somebody(provider: httpx.Client) -> None:
    answer = provider.post(
        "/authorize",
        data=QUESTION | {"subject": "kari"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_nobody_unknown_is_signed_in(provider: httpx.Client) -> None:
    assert provider.post("/authorize", data=QUESTION | {"subject": "x"}).status_code == 400


def test_asking_without_a_page_says_that_somebody_must_choose(provider: httpx.Client) -> None:
    answer = provider.get("/authorize", params=QUESTION | {"prompt": "none"})
    assert "error=login_required" in answer.headers["location"]


def test_a_code_is_good_once(provider: httpx.Client) -> None:
    given = code(provider)
    assert exchange(provider, given).status_code == 200
    assert exchange(provider, given).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "wrong"}, {"code_verifier": ""}, {"redirect_uri": "http://x"}, {"code": ""}],
    ids=str,
)
def test_a_code_is_good_for_who_asked_only(provider: httpx.Client, changes: dict[str, str]) -> None:
    assert exchange(provider, code(provider), **changes).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "auth", [("grunnmur-portal", "wrong"), ("nobody", "portal's"), ("grunnmur-portal", "")]
)
def test_a_client_must_know_its_secret(provider: httpx.Client, auth: tuple[str, str]) -> None:
    answer = provider.post("/token", data={"grant_type": "authorization_code"}, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_program_gets_a_token_of_its_own(provider: httpx.Client) -> None:
    secret = {"client_id": "grunnmur-cli", "client_secret": "cli's"}
    answer = provider.post("/token", data={"grant_type": "client_credentials"} | secret).json()
    claims = read(provider, answer["access_token"])
    assert claims["aud"] == "grunnmur"
    assert (claims["agency"], claims["roles"]) == ("BYM", ["orderer"])
    assert "id_token" not in answer


def test_a_client_keeps_to_its_own_grant(provider: httpx.Client) -> None:
    answer = provider.post(
        "/token", data={"grant_type": "client_credentials"}, auth=("grunnmur-portal", "portal's")
    )
    assert answer.json()["error"] == "unauthorized_client"


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z", "Basic eDp5"])
def test_userinfo_wants_a_token_of_ours(provider: httpx.Client, token: str) -> None:
    assert provider.get("/userinfo", headers={"Authorization": token}).status_code == 401


def test_signing_out_leads_back_to_registered_places_only(provider: httpx.Client) -> None:
    home = "http://127.0.0.1:9/"
    back = provider.get("/logout", params={"post_logout_redirect_uri": home})
    assert back.headers["location"] == home
    away = provider.get("/logout", params={"post_logout_redirect_uri": "http://evil.example/"})
    assert away.status_code == 400
    assert provider.get("/logout").status_code == 200
