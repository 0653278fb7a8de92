"""Signing in and out. What an attempt must remember travels in a short-lived cookie."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ledger import Known
from portal.asking import Sessions, Visitor
from portal.house import House, InHouse
from portal.oidc import Attempt, Untrusted
from portal.person import Missing, from_claims

ATTEMPT_SECONDS = 600
LONGEST_ADDRESS = 500

router = APIRouter(include_in_schema=False)


@router.get("/signin")
def sign_in(
    request: Request,
    house: InHouse,
    next: str = "/",  # noqa: A002 - its name in the address
    led: bool = False,  # noqa: FBT001, FBT002 - a word in the address, never called by us
) -> Response:
    settings = house.settings
    after = local(next)
    if request.headers.get("host") != settings.host and not led:
        # The cookie below must be set on the host that the provider sends people back to. Once
        # only: a proxy may call us by another name however people come.
        query = urlencode({"next": after, "led": "yes"})
        return RedirectResponse(f"{settings.url}/signin?{query}", 303)
    attempt = Attempt(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
    )
    language = house.pages.language(request)
    response = RedirectResponse(house.issuer.sign_in_address(attempt, language), 303)
    packed = json.dumps([attempt.state, attempt.nonce, attempt.verifier, after])
    response.set_cookie(
        _cookie(house),
        urlsafe_b64encode(packed.encode()).decode(),
        max_age=ATTEMPT_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )
    return response


@router.get("/signin/callback")
def callback(request: Request, house: InHouse) -> Response:
    attempt, after = _attempt(request.cookies.get(_cookie(house), ""))
    answer = request.query_params
    if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise Untrusted("this answer belongs to another attempt to sign in")
    if "code" not in answer:
        raise Untrusted(f"the provider said: {answer.get('error', 'nothing')[:80]}")
    claims = house.issuer.claims(attempt, answer)
    settings = house.settings
    try:
        person = from_claims(
            claims, settings.agency_claim, settings.role_claims, settings.role_names
        )
    except Missing:
        # Whoever they lent a role to has none of it any more either.
        house.ledger.people.left(str(claims["sub"]), house.now())
        raise
    response = RedirectResponse(after, 303)
    response.delete_cookie(_cookie(house), httponly=True, samesite="lax", secure=settings.secure)
    house.ledger.people.seen(
        Known(
            subject=person.subject,
            name=person.name,
            agency=person.agency,
            email=person.email,
            roles=person.roles,
            seen_at=house.now(),
        )
    )
    Sessions(house.ledger, settings).open(response, person, house.now())
    return response


@router.post("/signout")
def sign_out(request: Request, house: InHouse) -> Response:
    response = RedirectResponse("/signed-out", 303)
    Sessions(house.ledger, house.settings).close(request, response)
    return response


@router.get("/signed-out")
def signed_out(request: Request, house: InHouse, person: Visitor) -> Response:
    if person is not None:
        return RedirectResponse("/", 303)
    return house.pages.page(request, "signed_out.html", provider=house.issuer.sign_out_address())


def local(address: str) -> str:
    """`address` when it stays with us, else the front page."""
    plain = address.isprintable() and address.isascii() and "\\" not in address
    ours = address.startswith("/") and not address.startswith("//")
    return address if plain and ours and len(address) <= LONGEST_ADDRESS else "/"


def _cookie(house: House) -> str:
    return "__Host-signin" if house.settings.secure else "signin"


def _attempt(packed: str) -> tuple[Attempt, str]:
    try:
        found: Any = json.loads(urlsafe_b64decode(packed))
        state, nonce, verifier, after = (str(part) for part in found)
    except (ValueError, TypeError, RecursionError) as error:
        raise HTTPException(400, "signin") from error
    if not (state and state.isascii()):
        raise HTTPException(400, "signin")
    return Attempt(state=state, nonce=nonce, verifier=verifier), local(after)
