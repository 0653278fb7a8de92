"""IBM's errors, and what each means to us: by its code, else by the HTTP status."""

from __future__ import annotations

import json
from http import HTTPStatus

import httpx

from providers import errors as e
from providers.ibm.told import each, text

Meaning = type[e.ProviderError]
NOT_UNIQUE = "validation_unique_failed"
CODES: dict[str, Meaning] = {
    "over_quota": e.QuotaExceeded,
    "quota_exceeded": e.QuotaExceeded,
    "insufficient_capacity": e.NoCapacity,
    "cannot_start_capacity": e.NoCapacity,
    "too_many_requests": e.Throttled,
    "instance_state_conflict": e.Unavailable,  # busy with an earlier request of ours
    "instance_not_stopped": e.Unavailable,
    "gateway_not_provisioned": e.Unavailable,
    NOT_UNIQUE: e.Conflict,
    # Cloud Object Storage
    "SlowDown": e.Throttled,
    "ServiceUnavailable": e.Unavailable,
    "InternalError": e.Unavailable,
    "OperationAborted": e.Unavailable,
    "RequestTimeout": e.Unavailable,
    "TooManyBuckets": e.QuotaExceeded,
    "AccessDenied": e.NotAuthorised,
    "InvalidAccessKeyId": e.NotAuthorised,
    "BucketAlreadyExists": e.Conflict,
    "BucketAlreadyOwnedByYou": e.Conflict,
    "BucketNotEmpty": e.Conflict,
}
STATUSES: dict[int, Meaning] = {
    HTTPStatus.BAD_REQUEST: e.InvalidSpec,
    HTTPStatus.UNAUTHORIZED: e.NotAuthorised,
    HTTPStatus.FORBIDDEN: e.NotAuthorised,
    HTTPStatus.NOT_FOUND: e.InvalidSpec,  # what a request names; our own being gone is no error
    HTTPStatus.REQUEST_TIMEOUT: e.Unavailable,
    HTTPStatus.CONFLICT: e.Conflict,
    HTTPStatus.PRECONDITION_FAILED: e.Unavailable,  # changed between our look and our call
    HTTPStatus.UNPROCESSABLE_ENTITY: e.InvalidSpec,
    HTTPStatus.TOO_MANY_REQUESTS: e.Throttled,
}
ADVICE: dict[int | str, str] = {  # what to do, where IBM's sentence does not say
    HTTPStatus.UNAUTHORIZED: "the credential has expired or is none; renew the account's API key",
    NOT_UNIQUE: "something that this account may not see has the name; rename or remove it",
    "BucketNotEmpty": "it still holds objects; remove those first",
}
NO_SUCH_SERVICE = HTTPStatus.NOT_IMPLEMENTED  # a call of ours that the platform does not have


class Refused(Exception):
    """One refusal: HTTP status, IBM's code for it, and the sentence that goes with it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    @classmethod
    def of(cls, status: int, content: bytes) -> Refused:
        """From an answer, whatever it is."""
        try:
            told = json.loads(content)
        except ValueError:
            told = {}
        found = (each(told, "errors") or [told])[0]
        return cls(status, text(found, "code"), text(found, "message"))

    @property
    def absent(self) -> bool:
        return self.status == HTTPStatus.NOT_FOUND


def translate(error: Exception) -> e.ProviderError | None:
    """What `error` means; None when the table does not know it."""
    if isinstance(error, Refused):
        return _meaning(error.status, error.code, error.message)
    if isinstance(error, httpx.HTTPError | httpx.InvalidURL):
        return e.Unavailable(f"{type(error).__name__}: no answer from IBM that can be used")
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return e.Unavailable("IBM gave an answer that cannot be read")  # the work may be done
    return _of_storage(error)


def _of_storage(error: Exception) -> e.ProviderError | None:
    """An error of boto3, which is not imported for this: whoever raised it has."""
    family = {f"{one.__module__}.{one.__name__}" for one in type(error).__mro__}
    if "botocore.exceptions.ClientError" in family:
        told = getattr(error, "response", {})
        found = (text(told, "Error", "Code"), text(told, "Error", "Message"))
        status = text(told, "ResponseMetadata", "HTTPStatusCode")
        return _meaning(int(status) if status.isdecimal() else 0, *found)
    if "botocore.exceptions.BotoCoreError" in family:
        return e.Unavailable(f"{type(error).__name__}: no answer from IBM that can be used")
    return None


def _meaning(status: int, code: str, message: str) -> e.ProviderError | None:
    meaning = CODES.get(code) or STATUSES.get(status)
    if meaning is None and "quota" in code:
        meaning = e.QuotaExceeded
    if meaning is None and status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != NO_SUCH_SERVICE:
        meaning = e.Unavailable
    if meaning is None:
        return None
    why = ": ".join(part for part in (code, message) if part)
    advice = ADVICE.get(code) or ADVICE.get(status)
    told = (f"IBM refused with {status} {why}".strip(), advice)
    return meaning("; ".join(part for part in told if part))
