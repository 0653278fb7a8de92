"""The Error of TMF641, with every single problem listed beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.responses import JSONResponse


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """One thing that is wrong; `pointer` (RFC 6901) says where, "" is the whole body."""

    pointer: str
    reason: str


class Refused(Exception):
    """The body cannot become an order."""

    def __init__(
        self, status: int, reason: str, wrongs: Sequence[Wrong] = (), message: str = ""
    ) -> None:
        super().__init__(reason)
        self.status, self.reason, self.wrongs = status, reason, tuple(wrongs)
        self.message = message


def corrections(wrongs: Sequence[Wrong]) -> Refused:
    """What to raise when there is something to correct."""
    count = len(wrongs)
    things = "is one thing" if count == 1 else f"are {count} things"
    return Refused(400, f"There {things} to correct.", sorted(set(wrongs)))


MESSAGES: Mapping[int, tuple[str, str, str]] = {
    400: ("invalid", "The request cannot be used.", "Correct it and send it again."),
    401: ("unauthenticated", "Who are you?", "Get a new token from the sign-in provider."),
    403: ("forbidden", "You may not do this.", "Ask whoever gives out roles in your agency."),
    404: (
        "notFound",
        "There is no such thing here.",
        "Check the id; other agencies' are not shown.",
    ),
    405: ("methodNotAllowed", "This address does not take that method.", "See the header Allow."),
    409: ("conflict", "That cannot be now.", "Look at it again."),
    413: ("tooLarge", "The body is larger than 256 KiB.", "Order fewer things at once."),
    415: ("wrongType", "The body must be JSON.", "Send Content-Type: application/json."),
    429: ("tooMany", "Too many requests.", "Wait as long as Retry-After says; nothing was done."),
    500: ("internal", "Something went wrong with us.", "Send the same again: it makes one order."),
    502: ("signInAway", "The sign-in provider does not answer.", "Try again in a moment."),
    503: ("unavailable", "The ledger does not answer.", "Send the same again: it makes one order."),
}


def answer(
    status: int,
    reason: str = "",
    wrongs: Sequence[Wrong] = (),
    headers: Mapping[str, str] | None = None,
    message: str = "",
) -> JSONResponse:
    known = HTTPStatus(status).phrase
    code, usual, advice = MESSAGES.get(status, (str(status), f"{known}.", "See the API's page."))
    body: dict[str, object] = {
        "@type": "Error",
        "code": code,
        "reason": reason or usual,
        "message": message or advice,
        "status": str(status),
    }
    if wrongs:
        body["errors"] = [{"pointer": one.pointer, "reason": one.reason} for one in wrongs]
    return JSONResponse(body, status, headers=dict(headers or {}))
