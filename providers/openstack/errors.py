"""What OpenStack refuses, in the words of the contract."""

from __future__ import annotations

import re

from keystoneauth1 import exceptions as k
from openstack import exceptions as o
from requests.exceptions import RequestException

from providers import errors as e

STATUSES: dict[int, type[e.ProviderError]] = {
    400: e.InvalidSpec,
    401: e.NotAuthorised,
    403: e.NotAuthorised,
    404: e.InvalidSpec,  # something that the order names; what was to be read is None
    405: e.InvalidSpec,
    406: e.InvalidSpec,
    408: e.Unavailable,
    409: e.Conflict,
    412: e.Conflict,
    413: e.QuotaExceeded,
    415: e.InvalidSpec,
    422: e.InvalidSpec,
    429: e.Throttled,
    500: e.Unavailable,
    502: e.Unavailable,
    503: e.Unavailable,
    504: e.Unavailable,
    507: e.NoCapacity,
}
# The services tell quota and room under several statuses; the words are what stays.
SAYING: tuple[tuple[re.Pattern[str], type[e.ProviderError]], ...] = (
    (re.compile(r"(?i)retry.?after|rate.?limit|too many requests"), e.Throttled),
    # busy with an earlier request, somebody's or ours
    (re.compile(r"while it is in task_state"), e.Unavailable),
    (re.compile(r"(?i)no valid host|not enough|out of capacity|no more room"), e.NoCapacity),
    (re.compile(r"(?i)quota|OverLimit|LimitExceeded|limit exceeded"), e.QuotaExceeded),
    # no address or range is left: somebody must enlarge the plan
    (
        re.compile(
            r"(?i)IpAddressGenerationFailure|No more IP addresses|Insufficient prefix space"
        ),
        e.QuotaExceeded,
    ),
    (re.compile(r"(?i)Failed to allocate subnet|SubnetAllocationError"), e.Conflict),
)
LOUD = frozenset({400, 403, 409, 413, 500})  # where the words say more than the number
RAISED: dict[type[Exception], type[e.ProviderError]] = {
    o.ConfigException: e.NotAuthorised,
    k.MissingRequiredOptions: e.NotAuthorised,
    k.AuthorizationFailure: e.NotAuthorised,
    k.CatalogException: e.NotAuthorised,  # the account has no such service there
    k.NoMatchingPlugin: e.NotAuthorised,
    k.DiscoveryFailure: e.Unavailable,
    k.ConnectFailure: e.Unavailable,
    k.ConnectTimeout: e.Unavailable,
    k.RetriableConnectionFailure: e.Unavailable,
    k.ConnectionError: e.Unavailable,
    k.UnknownConnectionError: e.Unavailable,
    o.NotSupported: e.NotAuthorised,
    RequestException: e.Unavailable,  # an answer that broke off while it was read
}


def translate(error: Exception) -> e.ProviderError | None:
    """The contract's word for `error`; None for what is a bug of ours."""
    if isinstance(error, o.HttpException):
        return meaning(error.status_code or 0, _words(error))
    if isinstance(error, k.HttpError):
        return meaning(error.http_status, str(error.message))
    for raised, known in RAISED.items():
        if isinstance(error, raised):
            lost = ": the work may have been done" if known is e.Unavailable else ""
            return known(f"{error}{lost}")
    return None


def meaning(status: int, words: str) -> e.ProviderError | None:
    """The error that a refusal stands for; None when the table does not know it."""
    known = STATUSES.get(status)
    if status in LOUD:
        known = next((one for pattern, one in SAYING if pattern.search(words)), known)
    if known is None:
        return None
    return known(f"{words or 'refused without a reason'} (HTTP {status})")


def _words(error: o.HttpException) -> str:
    """What the service said, with Neutron's name for it."""
    kind = ""
    response = error.response
    if response is not None:
        try:
            told = response.json()
        except ValueError:
            told = None
        neutron = told.get("NeutronError") if isinstance(told, dict) else None
        kind = str(neutron.get("type", "")) if isinstance(neutron, dict) else ""
    said = str(error.details or error.message or "")
    return f"{kind}: {said}" if kind else said
