"""The provider's endpoints: discovery, keys, authorize, token, userinfo, end of session."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from typing import Annotated
from urllib.parse import unquote_plus, urlencode, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from emulators.signin import pages
from emulators.signin.keys import signing_key
from emulators.signin.people import PEOPLE, DemoPerson
from emulators.signin.settings import Client, Settings
from emulators.signin.tokens import CODE_SECONDS, TOKEN_SECONDS, Codes, Grant, proves, sign


class Refused(Exception):
    """An OAuth error: a code from RFC 6749 and a sentence for people."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


def create_app(settings: Settings) -> FastAPI:
    """The provider as a web application."""
    return _Provider(settings, signing_key(settings.state)).app()


class _Provider:
    def __init__(self, settings: Settings, key: RSAKey) -> None:
        self.settings = settings
        self.key = key
        self.codes = Codes()

    def app(self) -> FastAPI:
        app = FastAPI(title="Demo sign-in", docs_url=None, redoc_url=None, openapi_url=None)
        app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
        get = (
            ("/.well-known/openid-configuration", self.discovery),
            ("/jwks", self.jwks),
            ("/authorize", self.ask),
            ("/userinfo", self.userinfo),
            ("/logout", self.end),
        )
        for path, endpoint in get:
            app.get(path, response_model=None)(endpoint)
        app.post("/authorize", response_model=None)(self.choose)
        app.post("/token", response_model=None)(self.token)
        app.exception_handler(Refused)(_refusal)
        return app

    def discovery(self) -> dict[str, object]:
        issuer = self.settings.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/logout",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email"],
            "claims_supported": ["sub", "name", "email", "agency", "roles"],
            "ui_locales_supported": ["nb", "en"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict[str, object]:
        return {"keys": [self.key.as_dict(private=False)]}

    def ask(self, request: Request) -> Response:
        """The page that lists the people; the question travels in its hidden fields."""
        question = {name: request.query_params.get(name, "") for name in pages.QUESTION}
        self._check(question)
        if question["prompt"] == "none":
            return self._back(question, {"error": "login_required"})
        return HTMLResponse(pages.sign_in(PEOPLE.values(), question), headers=pages.HEADERS)

    def choose(
        self,
        request: Request,
        choice: Annotated[pages.Choice, Form()],
    ) -> Response:
        """Somebody was chosen: a code, back to who asked."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Refused("invalid_request", "the choice must come from the sign-in page", 403)
        asked = choice.model_dump()
        subject = choice.subject
        self._check(asked)
        if subject not in PEOPLE:
            raise Refused("invalid_request", f"nobody here is called {subject[:40]!r}")
        now = time.time()
        grant = Grant(
            subject=subject,
            client=asked["client_id"],
            redirect=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked["nonce"],
            ends=now + CODE_SECONDS,
        )
        return self._back(asked, {"code": self.codes.give(grant, now)})

    def token(self, request: Request, form: Annotated[pages.TokenForm, Form()]) -> Response:
        client = self._client(request, form)
        if form.grant_type != client.grant:
            raise Refused("unauthorized_client", f"{client.id} may only use {client.grant}")
        if client.grant == "client_credentials":
            return JSONResponse(self._answer(client.program, client), headers=pages.NO_STORE)
        grant = self.codes.take(form.code, time.time())
        if grant is None or (grant.client, grant.redirect) != (client.id, form.redirect_uri):
            raise Refused("invalid_grant", "the code is used, too old, or another client's")
        if not proves(form.code_verifier, grant.challenge):
            raise Refused("invalid_grant", "code_verifier does not match code_challenge")
        person = PEOPLE[grant.subject]
        answer = self._answer(person, client)
        identity = {**person.claims, "iss": self.settings.issuer, "aud": client.id}
        if grant.nonce:
            identity["nonce"] = grant.nonce
        answer["id_token"] = sign(self.key, identity, time.time())
        return JSONResponse(answer, headers=pages.NO_STORE)

    def userinfo(self, request: Request) -> dict[str, object]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, self.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            claims = {}
        fresh = claims.get("exp", 0) > time.time() and claims.get("aud") == self.settings.audience
        if scheme.lower() != "bearer" or not fresh or claims.get("sub") not in PEOPLE:
            raise Refused("invalid_token", "the access token is missing, wrong or too old", 401)
        return PEOPLE[claims["sub"]].claims

    def end(self, post_logout_redirect_uri: str = "", state: str = "") -> Response:
        """Nothing is remembered here, so there is nothing to end but the visit."""
        ours = {_origin(url) for one in self.settings.clients.values() for url in one.redirects}
        if not post_logout_redirect_uri:
            return HTMLResponse(pages.signed_out(), headers=pages.HEADERS)
        if _origin(post_logout_redirect_uri) not in ours:
            raise Refused("invalid_request", "post_logout_redirect_uri is not registered")
        after = f"{post_logout_redirect_uri}?{urlencode({'state': state})}" if state else ""
        return RedirectResponse(after or post_logout_redirect_uri, 303)

    def _answer(self, person: DemoPerson, client: Client) -> dict[str, object]:
        access = {
            **person.claims,
            "iss": self.settings.issuer,
            "aud": self.settings.audience,
            "client_id": client.id,
            "jti": secrets.token_hex(16),
        }
        token = sign(self.key, access, time.time(), "at+jwt")
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _check(self, question: dict[str, str]) -> None:
        """Never redirect before the client and its address are known to be registered."""
        client = self.settings.clients.get(question["client_id"])
        if client is None:
            raise Refused("invalid_request", "client_id is not registered")
        if question["redirect_uri"] not in client.redirects:
            raise Refused("invalid_request", "redirect_uri is not registered for this client")
        if question["response_type"] != "code":
            raise Refused("unsupported_response_type", "response_type must be code")
        if question["code_challenge_method"] != "S256" or not question["code_challenge"]:
            raise Refused("invalid_request", "PKCE is required: code_challenge with S256")

    def _back(self, question: dict[str, str], answer: dict[str, str]) -> Response:
        said = {**answer, "state": question["state"], "iss": self.settings.issuer}
        return RedirectResponse(f"{question['redirect_uri']}?{urlencode(said)}", 303)

    def _client(self, request: Request, form: pages.TokenForm) -> Client:
        name, secret = form.client_id, form.client_secret
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                pair = ""
            name, _, secret = (unquote_plus(part) for part in pair.partition(":"))
        client = self.settings.clients.get(name)
        if client is None or not secrets.compare_digest(client.secret.encode(), secret.encode()):
            raise Refused("invalid_client", "client_id or client_secret is wrong", 401)
        return client


def _refusal(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)  # noqa: S101 - registered for this class alone
    body = {"error": refused.error, "error_description": refused.description}
    return JSONResponse(body, refused.status, headers=pages.NO_STORE)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
