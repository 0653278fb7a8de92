"""The OpenID provider as the portal sees it: where to send people, and whether a token is good."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from portal.settings import Settings

ALGORITHMS = ["RS256"]
LEEWAY = 60  # seconds that two clocks may differ
FRESH = 3600.0  # seconds that the provider's addresses and keys are kept
PATIENCE = 30.0  # seconds before an unknown key makes us ask for the keys again


class Untrusted(Exception):
    """A token or an answer that must not be believed; the text says why, for people."""


class ProviderAway(Exception):
    """The sign-in provider does not answer, or answers with something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One sign-in on its way: what must come back with the answer."""

    state: str
    nonce: str
    verifier: str


class Issuer:
    """One OpenID provider. Safe for many threads."""

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        self._settings = settings
        self._http = http
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] = {}
        self._metadata_at = 0.0
        self._keys = KeySet([])
        self._keys_at = 0.0

    def sign_in_address(self, attempt: Attempt, language: str) -> str:
        """Where to send somebody who wants to sign in."""
        client = self._client()
        address, _ = client.create_authorization_url(
            self._address("authorization_endpoint"),
            state=attempt.state,
            code_verifier=attempt.verifier,
            nonce=attempt.nonce,
            ui_locales=language,
        )
        return str(address)

    def sign_out_address(self) -> str | None:
        """Where somebody ends their session at the provider too, if it has such a place."""
        address = self._discovered().get("end_session_endpoint")
        if not isinstance(address, str):
            return None
        settings = self._settings
        back = {"client_id": settings.client_id, "post_logout_redirect_uri": f"{settings.url}/"}
        return str(httpx.URL(address).copy_merge_params(back))

    def claims(self, attempt: Attempt, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """Who signed in, from the answer that came to our callback address."""
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise Untrusted("the answer is from another provider")
        try:
            token = self._client().fetch_token(
                self._address("token_endpoint"),
                auth=httpx.BasicAuth(self._settings.client_id, self._settings.client_secret),
                code=answer.get("code", ""),
                code_verifier=attempt.verifier,
                grant_type="authorization_code",
            )
        except httpx.HTTPError as error:
            raise ProviderAway(str(error)) from error
        except (AuthlibBaseError, ValueError) as error:
            raise Untrusted(f"the provider refused the code: {error}") from error
        decoded = self._decoded(str(token.get("id_token", "")))
        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }
        expected = {"nonce": attempt.nonce, "client_id": self._settings.client_id}
        claims = CodeIDToken(decoded.claims, decoded.header, options, expected)
        try:
            claims.validate(leeway=LEEWAY)
        except JoseError as error:
            raise Untrusted(f"the provider's answer does not hold: {error}") from error
        return dict(claims)

    def access(self, token: str) -> Mapping[str, Any]:
        """The claims of an access token for our API."""
        decoded = self._decoded(token)
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            registry.validate(decoded.claims)
        except JoseError as error:
            raise Untrusted(self._refused(error)) from error
        return decoded.claims

    def _refused(self, error: JoseError) -> str:
        """Why an access token is no good, in our own words."""
        if isinstance(error, ExpiredTokenError):
            return "the token has expired: get a new one from the sign-in provider"
        claim = getattr(error, "claim", None)
        if claim == "aud":
            return f"the token is for somebody else: ask for one for {self._settings.audience}"
        if claim == "iss":
            return "the token is from another sign-in provider than ours"
        return "the token lacks what it must say: who you are, for whom it is, until when it holds"

    def logout(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that the provider made for us to tell of a logout."""
        claims = self._decoded(token).claims
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            iat={"essential": True},
            jti={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise Untrusted(f"the logout token does not hold: {error}") from error
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        """The token, its signature checked; the keys are asked for again when its key is new."""
        for again in (False, True):
            try:
                return jwt.decode(token, self._key_set(again=again), algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if again:
                    raise Untrusted("the token is not signed by our sign-in provider") from error
        raise AssertionError("unreachable")  # pragma: no cover

    def _key_set(self, *, again: bool) -> KeySet:
        with self._lock:
            age = time.monotonic() - self._keys_at
            if not self._keys.keys or age > (PATIENCE if again else FRESH):
                found = self._get(self._address("jwks_uri"))
                try:
                    self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # checked by it
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise ProviderAway("the provider's keys cannot be read") from error
                self._keys_at = time.monotonic()
            return self._keys

    def _address(self, name: str) -> str:
        address = self._discovered().get(name)
        if not isinstance(address, str):
            raise ProviderAway(f"the provider states no {name}")
        return address

    def _discovered(self) -> Mapping[str, Any]:
        if not self._metadata or time.monotonic() - self._metadata_at > FRESH:
            found = self._get(f"{self._settings.issuer}/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.issuer:
                raise ProviderAway(f"the provider calls itself {found.get('issuer')!r}")
            self._metadata, self._metadata_at = found, time.monotonic()
        return self._metadata

    def _get(self, address: str) -> Mapping[str, Any]:
        try:
            found = self._http.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAway(f"{address}: {error}") from error
        if not isinstance(found, dict):
            raise ProviderAway(f"{address}: not a JSON object")
        return found

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._http,
            client_id=self._settings.client_id,
            scope="openid profile email",
            redirect_uri=self._settings.callback,
            code_challenge_method="S256",
        )
