"""Azure's errors, and what each means to us.

Azure says no in two places: at once, with an HTTP status and a code, or late, in an operation
that was accepted and ends with a code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus

from azure.core import exceptions as azure
from typing_extensions import override

from providers import errors as e
from providers.azure.told import part, text

Meaning = type[e.ProviderError]
NO_SUBSCRIPTION = "SubscriptionNotFound"
CODES: dict[str, Meaning] = {
    "TooManyRequests": e.Throttled,
    "SubscriptionRequestsThrottled": e.Throttled,
    "RetryableError": e.Unavailable,
    # busy with an earlier request of ours
    "AnotherOperationInProgress": e.Unavailable,
    "ReferencedResourceNotProvisioned": e.Unavailable,
    "ServerIsBusy": e.Unavailable,
    "ServerBusy": e.Unavailable,
    "StorageAccountOperationInProgress": e.Unavailable,
    "StorageAccountIsNotProvisioned": e.Unavailable,
    "ResourceGroupBeingDeleted": e.Unavailable,
    "ResourceGroupNotFound": e.Unavailable,  # removed between our look and our call
    "ParentResourceNotFound": e.Unavailable,  # likewise
    "OperationPreempted": e.Unavailable,
    "AllocationFailed": e.NoCapacity,
    "ZonalAllocationFailed": e.NoCapacity,
    "OverconstrainedAllocationRequest": e.NoCapacity,
    "OverconstrainedZonalAllocationRequest": e.NoCapacity,
    "SkuNotAvailable": e.InvalidSpec,
    "AuthenticationFailed": e.NotAuthorised,
    "AuthorizationFailed": e.NotAuthorised,
    "LinkedAuthorizationFailed": e.NotAuthorised,
    "ExpiredAuthenticationToken": e.NotAuthorised,
    "InvalidAuthenticationToken": e.NotAuthorised,
    "InvalidAuthenticationTokenTenant": e.NotAuthorised,
    NO_SUBSCRIPTION: e.NotAuthorised,  # with a credential of another directory too
    "DisabledSubscription": e.NotAuthorised,
    "ReadOnlyDisabledSubscription": e.NotAuthorised,
    "MissingSubscriptionRegistration": e.NotAuthorised,
    "NoRegisteredProviderFound": e.NotAuthorised,
    "RequestDisallowedByPolicy": e.NotAuthorised,
    "ScopeLocked": e.NotAuthorised,
    "StorageAccountAlreadyTaken": e.Conflict,
    "ServerNameAlreadyExists": e.Conflict,
    "NameAlreadyExists": e.Conflict,
    "NicInUse": e.Conflict,
    "InUseSubnetCannotBeDeleted": e.Conflict,
    "InUsePrefixCannotBeDeleted": e.Conflict,
    "PropertyChangeNotAllowed": e.Conflict,
    "InvalidResourceLocation": e.Conflict,
    "InvalidResourceGroupLocation": e.Conflict,
    "ResourceGroupDeletionBlocked": e.Conflict,
    "SubnetIsFull": e.QuotaExceeded,
}
# what a code is when the table above does not have it; the first that fits counts
PATTERNS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (
        re.compile(r".*(Quota|LimitReached|LimitExceeded|CountLimit|PerSubscriptionExceeded).*"),
        e.QuotaExceeded,
    ),
    (re.compile(r".*(Throttl|RateLimit).*"), e.Throttled),
    (re.compile(r".*(AllocationFailed|InsufficientCapacity|CapacityRestriction).*"), e.NoCapacity),
)
ID = re.compile(r"/subscriptions/[^\s']*?/providers/([^\s',]+)/([^\s',/.]+)")
LONG = 40  # characters; from there on a word is hidden for what it may be
QUOTA = re.compile(r"\bquota\b", re.IGNORECASE)
STATUSES: dict[int, Meaning] = {
    HTTPStatus.BAD_REQUEST: e.InvalidSpec,
    HTTPStatus.UNAUTHORIZED: e.NotAuthorised,
    HTTPStatus.FORBIDDEN: e.NotAuthorised,
    HTTPStatus.NOT_FOUND: e.InvalidSpec,  # of what an order names; ours are asked for by `absent`
    HTTPStatus.REQUEST_TIMEOUT: e.Unavailable,
    HTTPStatus.CONFLICT: e.Conflict,
    HTTPStatus.PRECONDITION_FAILED: e.Unavailable,  # changed between our look and our call
    HTTPStatus.TOO_MANY_REQUESTS: e.Throttled,
}
BUSY = frozenset(code for code, meaning in CODES.items() if meaning is e.Unavailable)
GROUP_ABSENT = "ResourceGroupNotFound"


@dataclass(frozen=True, slots=True)
class Failure:
    """How a long-running operation ended: Azure's code and sentence."""

    code: str
    message: str

    @property
    def meaning(self) -> Meaning | None:
        """The error it stands for where another try or a person can help; None: it just failed."""
        found = _meaning(self.code, self.message)
        return found if found and found.remedy is not e.Remedy.FAIL else None

    @override
    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


def translate(error: Exception) -> e.ProviderError | None:
    """Our error for Azure's; None for what is no answer of Azure's."""
    if isinstance(error, azure.ClientAuthenticationError) and error.response is None:
        return e.NotAuthorised(f"signing in to Azure failed: {_first(error)}")
    if isinstance(error, azure.HttpResponseError) and error.response is not None:
        return _answered(error)
    if isinstance(error, azure.ServiceRequestError | azure.ServiceResponseError):
        return e.Unavailable(f"Azure cannot be reached, or did not answer: {_first(error)}")
    if isinstance(error, azure.AzureError):  # half an answer, or one of another shape
        return e.Unavailable(f"Azure's answer could not be read: {_first(error)}")
    return None


def code(error: azure.HttpResponseError) -> str:
    """Azure's code for a refusal; empty when it gave none."""
    return text(_told(error), "code")


def absent(error: azure.HttpResponseError) -> bool:
    return error.status_code == HTTPStatus.NOT_FOUND


def busy(error: azure.HttpResponseError) -> bool:
    """Whether something is going on there already, such as another call just like ours."""
    return code(error) in BUSY


def _answered(error: azure.HttpResponseError) -> e.ProviderError:
    told = _told(error)
    named, message = text(told, "code"), text(told, "message")
    status = int(error.status_code or 0)
    meaning = _meaning(named, message)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        meaning = e.Throttled
    if meaning is None:
        meaning = STATUSES.get(status)
    if meaning is None or (status >= HTTPStatus.INTERNAL_SERVER_ERROR and named not in CODES):
        meaning = e.Unavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else e.InvalidSpec
    return meaning(
        f"{_spaced(named) or f'HTTP {status}'}: {_readable(message) or 'Azure says no more'}"
    )


def _meaning(named: str, message: str) -> Meaning | None:
    if named in CODES:
        return CODES[named]
    if named == "OperationNotAllowed" and QUOTA.search(message):
        return e.QuotaExceeded
    return next((meaning for pattern, meaning in PATTERNS if pattern.match(named)), None)


def _told(error: azure.HttpResponseError) -> dict[str, object]:
    """The `error` object of the answer."""
    try:
        body = json.loads(error.response.text()) if error.response else {}
    except (ValueError, azure.AzureError, AttributeError):
        return {}
    return dict(part(body, "error"))


def _readable(message: str) -> str:
    """Azure's first sentence or two; a resource's long id as its type and name."""
    short = ID.sub(lambda m: f"{m[1].rpartition('/')[2]} {m[2]}", message)
    return short.partition("\r\n")[0].partition("\nCode:")[0]


def _spaced(named: str) -> str:
    """A code in words when it is so long that it would look like a key."""
    return named if len(named) < LONG else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", named)


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0]
