"""Codes and tokens: a code is good once and for a minute, a token is signed with RS256."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jwt
from joserfc.jwk import RSAKey

CODE_SECONDS = 60
TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a code stands for."""

    subject: str
    client: str
    redirect: str
    challenge: str
    nonce: str
    ends: float


class Codes:
    """Codes given out and not yet used."""

    def __init__(self) -> None:
        self._grants: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def give(self, grant: Grant, now: float) -> str:
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._grants = {key: one for key, one in self._grants.items() if one.ends > now}
            self._grants[code] = grant
        return code

    def take(self, code: str, now: float) -> Grant | None:
        """The grant, once."""
        with self._lock:
            grant = self._grants.pop(code, None)
        return grant if grant and grant.ends > now else None


def proves(verifier: str, challenge: str) -> bool:
    """Whether this is the secret behind the challenge (PKCE with S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return secrets.compare_digest(made, challenge)


def sign(key: RSAKey, claims: Mapping[str, object], now: float, kind: str = "JWT") -> str:
    """A signed token; `kind` is its type: JWT, or at+jwt for an access token (RFC 9068)."""
    times = {"iat": int(now), "exp": int(now) + TOKEN_SECONDS}
    header = {"alg": "RS256", "kid": str(key.kid), "typ": kind}
    return jwt.encode(header, {**claims, **times}, key)
