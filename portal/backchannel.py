"""The sign-in provider tells us that somebody has signed out: all their sessions here end."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import JSONResponse, Response

from portal.house import InHouse
from portal.oidc import Untrusted

PATH = "/signin/backchannel-logout"
NO_STORE = {"Cache-Control": "no-store"}
EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = timedelta(minutes=5)

log = logging.getLogger("portal")
router = APIRouter(include_in_schema=False)


@router.post(PATH)
def end_sessions(house: InHouse, logout_token: Annotated[str, Form()] = "") -> Response:
    """As OpenID Back-Channel Logout 1.0 has it: 200 when it is done, 400 for a bad token."""
    try:
        subject = _subject(house.issuer.logout(logout_token), house.now())
    except Untrusted as error:
        log.warning("a logout was refused: %s", error)
        body = {"error": "invalid_request", "error_description": str(error)}
        return JSONResponse(body, 400, headers=NO_STORE)
    house.ledger.close_sessions_of(subject)
    return Response(status_code=200, headers=NO_STORE)


def _subject(claims: Mapping[str, Any], now: datetime) -> str:
    """Who has signed out; raises Untrusted for what is another kind of token (section 2.6)."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Untrusted("the token tells of no logout")
    if "nonce" in claims:
        raise Untrusted("a logout token has no nonce: this is another kind of token")
    if claims["iat"] < (now - OLDEST).timestamp():
        raise Untrusted("the logout token is too old")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise Untrusted("the logout token names nobody: let the provider send sub")
    return subject
