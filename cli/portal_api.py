"""The portal's API for a program: signs in with its secret, says in words what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from cli.portal_access import Access, is_safe

ORDERING = "/tmf-api/serviceOrdering/v4"
ORDERS = f"{ORDERING}/serviceOrder"
APPROVE = f"{ORDERING}/approveServiceOrder"
SPECIFICATIONS = "/tmf-api/serviceCatalogManagement/v4/serviceSpecification"
SECONDS = 30
# What is on this machine is never asked through a proxy, which would read the secret.
DIRECT = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}
DISCOVERY = "/.well-known/openid-configuration"


class PortalFailed(Exception):
    """What was asked was not done; the message is for the terminal."""


class PortalAway(PortalFailed):
    """It may be there in a moment: nobody answered, or too much was asked, or the fault is its."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that is wrong, on its place (RFC 6901) in what was sent."""

    pointer: str
    reason: str


class PortalUnclear(PortalFailed):
    """A yes that is not our portal's: something else answers at its address, or before it."""


class PortalRefused(PortalFailed):
    """The portal's no, in its own words."""

    def __init__(self, status: int, reason: str, corrections: Sequence[Correction] = ()) -> None:
        super().__init__(reason)
        self.status, self.corrections = status, tuple(corrections)


class PortalApi:
    """For one command or one long look; the token is renewed when it has grown too old."""

    def __init__(self, access: Access, http: httpx.Client) -> None:
        self._access = access
        self._http = http
        self._token = ""

    def get(self, path: str, **params: str | int) -> httpx.Response:
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return self._ask("POST", path, json=body)

    def order(self, number: str) -> dict[str, Any]:
        """One order as it stands."""
        return _object(self.get(f"{ORDERS}/{quote(number, safe='')}"))

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        address = self._access.portal + path
        fresh = not self._token
        if fresh:
            self._token = self._signed_in()
        answer = self._sent(method, address, more)
        if answer.status_code == httpx.codes.UNAUTHORIZED and not fresh:
            self._token = self._signed_in()
            answer = self._sent(method, address, more)
        if not answer.is_success:
            raise _refusal(self._access.portal, answer)
        _check_json(address, answer)
        return answer

    def _sent(self, method: str, address: str, more: Mapping[str, Any]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}
        try:
            return self._http.request(method, address, headers=headers, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PortalAway(f"The portal at {self._access.portal} does not answer.") from error

    def _signed_in(self) -> str:
        """An access token; raises PortalFailed."""
        issuer = self._access.issuer
        try:
            found = self._http.get(issuer + DISCOVERY)
            address = str(_object(found).get("token_endpoint")) if found.is_success else ""
            if not is_safe(address):
                raise PortalFailed(
                    f"{issuer} is no sign-in provider: {DISCOVERY} there names no safe "
                    "token_endpoint."
                )
            grant = {"grant_type": "client_credentials"}
            if self._access.scope:
                grant["scope"] = self._access.scope
            who = httpx.BasicAuth(self._access.client, self._access.secret)
            answer = self._http.post(address, data=grant, auth=who)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PortalAway(f"The sign-in provider at {issuer} does not answer.") from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise PortalAway(f"The sign-in provider at {issuer} failed ({answer.status_code}).")
        token = _object(answer).get("access_token")
        if not answer.is_success or not isinstance(token, str):
            said = _object(answer)
            why = said.get("error_description") or said.get("error") or answer.status_code
            raise PortalFailed(
                f"The sign-in provider does not let {self._access.client} in: {why}. "
                "Check the client's id and secret."
            )
        return token


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one when there is none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _check_json(address: str, answer: httpx.Response) -> None:
    try:
        answer.json()
    except ValueError as error:
        kind = answer.headers.get("Content-Type") or "no type"
        raise PortalUnclear(
            f"{address} answered {answer.status_code} with {kind}, and not with JSON as our portal "
            "does. Check GRUNNMUR_PORTAL_URL, and whether a proxy or its sign-in stands before it."
        ) from error


def _refusal(portal: str, answer: httpx.Response) -> PortalFailed:
    said = _object(answer)
    sentences = (str(said[key]) for key in ("reason", "message") if said.get(key))
    reason = " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in sentences)
    too_many = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
    passing = too_many or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
    if not reason:
        reason = f"{portal} answered {answer.status_code}, not as our portal does."
        return PortalAway(reason) if passing else PortalFailed(reason)
    if passing:
        return PortalAway(reason)
    found = said.get("errors")
    corrections = [
        Correction(str(one.get("pointer", "")), str(one.get("reason", "")))
        for one in (found if isinstance(found, list) else [])
        if isinstance(one, dict)
    ]
    return PortalRefused(answer.status_code, reason, corrections)
