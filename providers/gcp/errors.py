"""Google's errors, and what each means to us.

Google says no in two places: at once, with an HTTP status and a reason, or late, in an operation
that was answered with HTTP 200 and ends with an error code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus

from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]  # no types
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]  # ships no types
from requests.exceptions import RequestException
from typing_extensions import override
from urllib3.exceptions import HTTPError as BrokenConnection

from providers import errors as e

Meaning = type[e.ProviderError]
REASONS: dict[str, Meaning] = {
    "rateLimitExceeded": e.Throttled,
    "userRateLimitExceeded": e.Throttled,
    "concurrentLimitExceeded": e.Throttled,
    "RATE_LIMIT_EXCEEDED": e.Throttled,
    "quotaExceeded": e.QuotaExceeded,
    "limitExceeded": e.QuotaExceeded,
    "dailyLimitExceeded": e.QuotaExceeded,
    "errorMaxInstancePerLabel": e.QuotaExceeded,
    "QUOTA_EXCEEDED": e.QuotaExceeded,
    "backendError": e.Unavailable,
    "internalError": e.Unavailable,
    # busy with an earlier request of ours, or changed between our look and our call
    "resourceNotReady": e.Unavailable,
    "operationInProgress": e.Unavailable,
    "conditionNotMet": e.Unavailable,
    "staleData": e.Unavailable,
    "resourcePoolExhausted": e.NoCapacity,
    "zoneResourcePoolExhausted": e.NoCapacity,
    "ZONE_RESOURCE_POOL_EXHAUSTED": e.NoCapacity,
    "authError": e.NotAuthorised,
    "required": e.InvalidSpec,
    "forbidden": e.NotAuthorised,
    "insufficientPermissions": e.NotAuthorised,
    "accessNotConfigured": e.NotAuthorised,
    "notAuthorized": e.NotAuthorised,
    "billingNotEnabled": e.NotAuthorised,
    "alreadyExists": e.Conflict,
    "conflict": e.Conflict,
    "instanceAlreadyExists": e.Conflict,
    "resourceInUseByAnotherResource": e.Conflict,
}
# the code an operation ends with; the first that fits counts, and none means: it failed
CODES: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (re.compile(r".*RATE_LIMIT.*"), e.Throttled),
    (re.compile(r".*QUOTA.*|.*_LIMIT_EXCEEDED"), e.QuotaExceeded),
    (re.compile(r".*(POOL|SPACE|CAPACITY)_EXHAUSTED.*|.*STOCKOUT.*"), e.NoCapacity),
    (re.compile(r".*(PERMISSION|UNAUTHORI[SZ]ED|ACCESS_DENIED|FORBIDDEN).*"), e.NotAuthorised),
)
NO_PROJECT = re.compile(r"'projects/[^/']+' was not found|(?i:failed to find project)")
PATH = re.compile(
    r"(?:https?://[^\s']*?/)?\b(?:projects|zones|regions|global)/(?:[\w.:-]+/)*([\w-]+)/([\w.-]*\w)"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """How an operation ended: Google's code and sentence."""

    code: str
    message: str

    @property
    def meaning(self) -> Meaning | None:
        """The error it stands for; None when the build simply failed."""
        return next((meaning for code, meaning in CODES if code.match(self.code)), None)

    @override
    def __str__(self) -> str:
        return f"{self.code}: {readable(self.message)}"


def translate(error: Exception) -> e.ProviderError | None:
    """What `error` of an SDK means; None when the table does not know it."""
    if isinstance(error, api.GoogleAPICallError):
        told = [one for one in error.errors or () if isinstance(one, dict)]
        return _refused(int(error.code or 0), told, str(error.message or ""))
    if isinstance(error, HttpError):
        return _refused(int(error.resp.status), _content(error), str(error.reason or ""))
    if isinstance(error, auth.GoogleAuthError):
        return _not_signed_in(error)
    if isinstance(error, RequestException | BrokenConnection | api.RetryError):
        return e.Unavailable(f"{type(error).__name__}: no answer from Google that can be used")
    if isinstance(error, ParseError | json.JSONDecodeError):  # half an answer: the work may be done
        return e.Unavailable("Google gave an answer that cannot be read")
    return None


def reason(error: Exception) -> str:
    """Google's reason for a refusal, such as `notFound`; empty for any other error."""
    if isinstance(error, api.GoogleAPICallError):
        told = [one for one in error.errors or () if isinstance(one, dict)]
    elif isinstance(error, HttpError):
        told = _content(error)
    else:
        return ""
    return str(told[0].get("reason", "")) if told else ""


def absent(error: Exception) -> bool:
    """Whether `error` says that a thing is not there, and not that the whole project is not.

    A project that is not there is one that our credential may not see.
    """
    if isinstance(error, HttpError):
        missing = int(error.resp.status) == HTTPStatus.NOT_FOUND
        return missing and not NO_PROJECT.search(str(error.reason or ""))
    return isinstance(error, api.NotFound) and not NO_PROJECT.search(str(error.message or ""))


def readable(message: str) -> str:
    """Google's sentence with the long paths of things cut down to their kinds and names."""
    return PATH.sub(r"\1 \2", message)


def _refused(status: int, told: list[dict[str, object]], message: str) -> e.ProviderError:
    why = str(told[0].get("reason", "")) if told else ""
    sentence = str(told[0].get("message") or message) if told else message
    meaning = REASONS.get(why) or _by_status(status)
    if status == HTTPStatus.NOT_FOUND and NO_PROJECT.search(sentence):
        meaning = e.NotAuthorised
    return meaning(f"{why or status}: {readable(sentence) or 'Google gave no reason'}")


def _by_status(status: int) -> Meaning:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return e.Throttled
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return e.NotAuthorised
    if status == HTTPStatus.CONFLICT:
        return e.Conflict
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return e.Unavailable
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        return e.Unavailable
    return e.InvalidSpec


def _not_signed_in(error: auth.GoogleAuthError) -> e.ProviderError:
    # what is behind may hold anything, so only the class of the error is told
    name = type(error).__name__
    if isinstance(error, auth.TransportError) or getattr(error, "retryable", False):
        return e.Unavailable(f"{name}: Google's sign-in cannot be reached")
    return e.NotAuthorised(
        f"{name}: this account's credential is missing, has expired or is refused; renew it"
    )


def _content(error: HttpError) -> list[dict[str, object]]:
    try:
        told = json.loads(error.content)["error"]["errors"]
    except (ValueError, LookupError, TypeError):
        return []
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
