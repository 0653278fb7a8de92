"""Who is asking? Pages know people by a session cookie, the API knows programs by a token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response

from ledger import SqlLedger
from portal.house import House, InHouse
from portal.oidc import Untrusted
from portal.person import Missing, Person, Role, from_claims
from portal.settings import Settings


class SignInNeeded(Exception):
    """Nobody is signed in, and this is not for nobody."""


class TokenNeeded(Exception):
    """A program must send an access token; the text says what is wrong with what it sent."""


class Sessions:
    """The cookie holds a random word; what it stands for is a row in the ledger's database."""

    def __init__(self, ledger: SqlLedger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        # The prefix makes browsers refuse the cookie from another host or over plain HTTP.
        self.cookie = "__Host-session" if settings.secure else "session"

    def open(self, response: Response, person: Person, now: datetime) -> None:
        length = self._settings.session_length
        token = self._ledger.open_session(person.stored(), now, now + length)
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(length.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._settings.secure,
        )

    def person(self, request: Request, now: datetime) -> Person | None:
        token = request.cookies.get(self.cookie)
        stored = self._ledger.session(token, now) if token else None
        return Person.restored(stored) if stored else None

    def close(self, request: Request, response: Response) -> None:
        if token := request.cookies.get(self.cookie):
            self._ledger.close_session(token)
        response.delete_cookie(
            self.cookie, httponly=True, samesite="lax", secure=self._settings.secure
        )


def visitor(request: Request, house: InHouse) -> Person | None:
    """Who is signed in, if anybody; pages show their name."""
    person = Sessions(house.ledger, house.settings).person(request, house.now())
    request.state.person = person
    return person


def signed_in(person: Annotated[Person | None, Depends(visitor)]) -> Person:
    if person is None:
        raise SignInNeeded
    return person


def orderer(person: Annotated[Person, Depends(signed_in)]) -> Person:
    person.needs(Role.ORDERER)
    return person


def program(request: Request, house: InHouse) -> Person:
    """Who sent the token; raises TokenNeeded, Missing when its claims lack something, TooMany."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenNeeded("send an access token in the header Authorization: Bearer <token>")
    person = known(house, token.strip())
    house.limits.take(person.subject)
    return person


def reader(request: Request, house: InHouse) -> Person:
    """A program with its token, or a person in the browser."""
    if "authorization" not in request.headers and (person := visitor(request, house)):
        return person
    return program(request, house)


def known(house: House, token: str) -> Person:
    try:
        claims = house.issuer.access(token)
    except Untrusted as error:
        raise TokenNeeded(str(error)) from error
    settings = house.settings
    return from_claims(claims, settings.agency_claim, settings.role_claims, settings.role_names)


Visitor = Annotated[Person | None, Depends(visitor)]
SignedIn = Annotated[Person, Depends(signed_in)]
Orderer = Annotated[Person, Depends(orderer)]
Program = Annotated[Person, Depends(program)]
Reader = Annotated[Person, Depends(reader)]

__all__ = ["Missing", "Orderer", "Program", "Reader", "Sessions", "SignedIn", "Visitor"]
