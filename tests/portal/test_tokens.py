"""What the provider says of itself, and which of its tokens the portal believes."""

from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.testclient import TestClient

from catalog.load import load
from fixtures.portal_house import API, ISSUER, URL, PortalHouse, wish
from portal.app import create_app
from portal.oidc import Attempt, Issuer, ProviderAway, Untrusted
from portal.settings import Settings

KEY = RSAKey.generate_key(2048, parameters={"kid": "k1"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "k1"})
SETTINGS = Settings(url=URL, issuer=ISSUER, client_id="portal", client_secret="s")  # noqa: S106
ACCESS: dict[str, Any] = {"iss": ISSUER, "aud": "grunnmur", "sub": "p", "exp": 4e9, "agency": "BYM"}


class Provider:
    """An OpenID provider that answers what a test tells it to."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
            },
            "/jwks": KeySet([KEY]).as_dict(private=False),
        } | {f"/{name}": answer for name, answer in answers.items()}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        answer = self.answers[request.url.path]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer)

    def issuer(self) -> Issuer:
        return Issuer(SETTINGS, httpx.Client(transport=httpx.MockTransport(self)))


def signed(claims: dict[str, Any], key: RSAKey = KEY, **header: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1", **header}, claims, key)


def test_a_good_access_token_is_believed() -> None:
    assert Provider().issuer().access(signed(ACCESS))["agency"] == "BYM"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "portal"},
        {"aud": ["portal"]},
        {"iss": "http://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"nbf": 4e9},
        {"aud": None},
        {"iss": None},
        {"sub": None},
    ],
    ids=str,
)
def test_an_access_token_for_others_or_from_others_is_not(changes: dict[str, Any]) -> None:
    claims = {k: v for k, v in (ACCESS | changes).items() if v is not None}
    with pytest.raises(Untrusted):
        Provider().issuer().access(signed(claims))


def test_a_token_with_another_signature_is_not_believed() -> None:
    head, body, _ = signed(ACCESS).split(".")
    none = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    unsigned = f"{none}.{body}."
    symmetric = jwt.encode(
        {"alg": "HS256", "kid": "k1"}, ACCESS, OctKey.import_key("a shared secret of good length")
    )
    issuer = Provider().issuer()
    for token in (signed(ACCESS, OTHER), f"{head}.{body}.", unsigned, symmetric, "x", "", "a.b.c"):
        with pytest.raises(Untrusted):
            issuer.access(token)


ATTEMPT = Attempt(state="s", nonce="n", verifier="v")
IDENTITY: dict[str, Any] = {**ACCESS, "aud": "portal", "iat": 1, "nonce": "n"}


def answering(claims: dict[str, Any]) -> Issuer:
    answer = {"access_token": "a", "token_type": "Bearer", "id_token": signed(claims)}
    return Provider(token=answer).issuer()


def test_the_identity_of_who_signed_in_is_believed() -> None:
    assert answering(IDENTITY).claims(ATTEMPT, {"code": "c", "iss": ISSUER})["sub"] == "p"


@pytest.mark.parametrize(
    "changes",
    [{"nonce": "other"}, {"nonce": None}, {"aud": "another"}, {"exp": 1}, {"iss": "http://x"}],
    ids=str,
)
def test_an_identity_that_was_not_asked_for_is_not(changes: dict[str, Any]) -> None:
    claims = {k: v for k, v in (IDENTITY | changes).items() if v is not None}
    with pytest.raises(Untrusted):
        answering(claims).claims(ATTEMPT, {"code": "c"})


def test_an_answer_from_another_provider_is_not_believed() -> None:
    with pytest.raises(Untrusted):
        answering(IDENTITY).claims(ATTEMPT, {"code": "c", "iss": "http://evil.example"})


def test_keys_are_kept_and_asked_for_again_only_after_a_while() -> None:
    provider = Provider()
    issuer = provider.issuer()
    for _ in range(3):
        issuer.access(signed(ACCESS))
        with pytest.raises(Untrusted):
            issuer.access(signed(ACCESS, kid="unknown"))
    assert provider.asked.count("/jwks") == 1


@pytest.mark.parametrize(
    "provider",
    [
        Provider(jwks=httpx.ConnectError("refused")),
        Provider(jwks={"keys": []}),
        Provider(jwks=["nothing"]),
        Provider(**{".well-known/openid-configuration": {"issuer": "http://another"}}),
        Provider(**{".well-known/openid-configuration": {"issuer": ISSUER}}),
    ],
)
def test_a_provider_that_is_away_is_no_fault_of_the_token(provider: Provider) -> None:
    with pytest.raises(ProviderAway):
        provider.issuer().access(signed(ACCESS))


def test_without_the_provider_people_are_told_so(portal: PortalHouse) -> None:
    away = Provider(**{".well-known/openid-configuration": httpx.ConnectError("refused")})
    http = httpx.Client(transport=httpx.MockTransport(away))
    app = create_app(portal.ledger, load(), SETTINGS, http=http)
    client = TestClient(app, base_url=URL, follow_redirects=False)
    page = client.get("/signin")
    assert page.status_code == 502
    assert "Innloggingen svarer ikke" in page.text
    answer = client.post(API, json=wish(), headers={"Authorization": "Bearer a.b.c"})
    assert (answer.status_code, answer.json()["code"]) == (502, "signInAway")
    assert portal.rows() == 0
