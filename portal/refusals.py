"""What goes wrong, said in the shape of who asked: a page for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from ledger import LedgerError, LedgerUnavailable, NotStorable
from orders.errors import UnknownOrder
from portal.asking import SignInNeeded, TokenNeeded, visitor
from portal.edge import SAFE
from portal.house import House
from portal.limits import TooMany
from portal.offered import NoLongerOrdered
from portal.oidc import ProviderAway, Untrusted
from portal.permits import NotYours
from portal.person import Missing
from portal.speech import N_
from portal.tmf import error as tmf_error
from portal.tmf.error import Refused
from portal.words import ROLES
from rightcloud.errors import NotChoosable

API = "/tmf-api/"


@dataclass(frozen=True, slots=True)
class Words:
    """Title and explanation of an error page, as message ids."""

    title: str
    text: str


WORDS: Mapping[int, Words] = {
    400: Words(
        N_("We could not read that"),
        N_("Something in the request was not as it should be. Go back and try again."),
    ),
    401: Words(
        N_("You have been signed out"),
        N_(
            "Nothing was sent. Sign in again, then use the browser's back button: what you have "
            "written is still there.",
        ),
    ),
    403: Words(
        N_("You cannot do this"),
        N_("The request came from another website, so we stopped it. Start from our front page."),
    ),
    404: Words(
        N_("We cannot find that page"),
        N_("It may have moved, or it belongs to another agency. Check the address."),
    ),
    405: Words(
        N_("That is not possible here"),
        N_("This address does not take that kind of request. Start from our front page."),
    ),
    413: Words(
        N_("That was too much"),
        N_("What you sent is larger than an order can be. Shorten the text and try again."),
    ),
    415: Words(
        N_("We could not read that"),
        N_("The form came in a format we do not use. Go back and try again."),
    ),
    422: Words(
        N_("We could not read that"),
        N_("Something in the address was not as it should be. Start from our front page."),
    ),
    500: Words(
        N_("Something went wrong with us"),
        N_(
            "It is our fault, and it has been noted. Try again. If you sent an order, "
            "send it again: you never get two.",
        ),
    ),
    502: Words(
        N_("The sign-in service does not answer"),
        N_("Try again in a moment. If it does not help, tell those who run the sign-in."),
    ),
    503: Words(
        N_("We cannot reach our register just now"),
        N_("Try again in a moment. If you sent an order, send it again: you never get two."),
    ),
}
UNTRUSTED = Words(
    N_("The sign-in did not succeed"),
    N_("It took too long, or it was started in another window. Try once more."),
)


class Refusals:
    """Answers for everything that is raised."""

    def __init__(self, house: House) -> None:
        self._house = house

    def install(self, app: FastAPI) -> None:
        handlers: Mapping[type[Exception], Callable[[Request, Exception], Response]] = {
            HTTPException: self._http,
            RequestValidationError: self._invalid,
            UnknownOrder: lambda request, _: self.plain(request, 404),
            NotStorable: self._invalid,
            LedgerUnavailable: lambda request, _: self.plain(request, 503),
            ProviderAway: lambda request, _: self.plain(request, 502),
            SignInNeeded: self._sign_in,
            TokenNeeded: self._token,
            Refused: self._refused,
            TooMany: self._too_many,
            Untrusted: self._untrusted,
            Missing: self._missing,
            NotChoosable: self._not_choosable,
            NotYours: self._not_yours,
            NoLongerOrdered: self._no_longer_ordered,
        }
        for kind, handler in handlers.items():
            app.add_exception_handler(kind, handler)

    def plain(
        self,
        request: Request,
        status: int,
        reason: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer for a status code."""
        kept = dict(headers or {})
        if status == 503:  # noqa: PLR2004 - "unavailable": a program may ask again
            kept.setdefault("Retry-After", "5")
        if request.url.path.startswith(API):
            return tmf_error.answer(status, reason, headers=kept)
        return self._page(request, status, WORDS.get(status, WORDS[400]), headers=kept)

    def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
        if error.detail == "signin":
            return self._untrusted(request, error)
        standard = HTTPException(error.status_code).detail
        reason = "" if error.detail == standard else str(error.detail)
        return self.plain(request, error.status_code, reason, error.headers)

    def _invalid(self, request: Request, _: Exception) -> Response:
        api = request.url.path.startswith(API)
        return self.plain(request, 400 if api else 422)

    def _sign_in(self, request: Request, _: Exception) -> Response:
        live = request.headers.get("sec-fetch-dest") == "empty"
        if live or request.method not in SAFE:
            return self._page(request, 401, WORDS[401], sign_in=True)
        path = request.url.path
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/signin?{urlencode({'next': path + query})}", 303)

    def _token(self, _: Request, error: Exception) -> Response:
        return tmf_error.answer(401, str(error), headers={"WWW-Authenticate": "Bearer"})

    def _refused(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 - registered for this class alone
        return tmf_error.answer(error.status, error.reason, error.wrongs, message=error.message)

    def _too_many(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, TooMany)  # noqa: S101 - registered for this class alone
        return tmf_error.answer(429, str(error), headers={"Retry-After": str(error.after)})

    def _not_choosable(self, request: Request, error: Exception) -> Response:
        return self.plain(request, 400 if request.url.path.startswith(API) else 422, str(error))

    def _untrusted(self, request: Request, _: Exception) -> Response:
        return self._page(request, 400, UNTRUSTED, sign_in=True)

    def _missing(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Missing)  # noqa: S101 - registered for this class alone
        if request.url.path.startswith(API):
            return tmf_error.answer(403, str(error))
        roles = [ROLES[role] for role in error.needed]
        return self._house.pages.page(
            request, "missing.html", 403, name=error.name, roles=roles, agency=error.agency
        )

    def _not_yours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, NotYours)  # noqa: S101 - registered for this class alone
        return self._page(request, 403, Words(N_("You cannot do this"), error.reason))

    def _no_longer_ordered(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, NoLongerOrdered)  # noqa: S101 - registered for this class alone
        found = self._house.catalog.to(request.state.person.agency)
        return self._house.pages.page(
            request,
            "closed.html",
            410,
            offering=error.offering,
            closed=error.closed,
            instead=found.get(error.closed.instead),
        )

    def _page(
        self,
        request: Request,
        status: int,
        words: Words,
        headers: Mapping[str, str] | None = None,
        *,
        sign_in: bool = False,
    ) -> Response:
        if status < 500 and not hasattr(request.state, "person"):  # noqa: PLR2004 - the ledger answers
            with suppress(LedgerError):
                visitor(request, self._house)
        shown = {"words": words, "code": status, "sign_in": sign_in}
        return self._house.pages.page(request, "error.html", status, headers, **shown)
