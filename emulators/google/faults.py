"""What the kinds of fault rules come to at Google: refused at once, or told by the operation."""

from __future__ import annotations

import re
from typing import Any

from emulators.google.call import Call
from emulators.google.contract import Contract, Method
from emulators.google.refusal import RPC, Refusal
from emulators.rules import Rule, cut_or_wait

# api -> status, reason, message, domain; "" is any other api
THROTTLED = {
    "compute": (403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits"),
    "storage": (429, "rateLimitExceeded", "The rate of requests is too high.", "usageLimits"),
    "": (429, "rateLimitExceeded", "Quota exceeded for quota metric 'Mutate requests'.", "global"),
}
QUOTA = {
    "storage": (403, "quotaExceeded", "The project has too many buckets.", "usageLimits"),
    "sqladmin": (
        403,
        "errorMaxInstancePerLabel",
        (
            "Failed to create instance because the project or creator has reached the max "
            "instance per project/creator limit."
        ),
        "global",
    ),
    "": (403, "quotaExceeded", "Quota 'CPUS' exceeded.  Limit: 24.0 in region.", "usageLimits"),
}
NO_CAPACITY = {
    "": (503, "backendError", "The service has no room for this request now.", "global"),
}
ERROR = {"": (503, "backendError", "The service is currently unavailable.", "global")}
REFUSED = {"throttle": THROTTLED, "quota": QUOTA, "no-capacity": NO_CAPACITY, "error": ERROR}
REASONS = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
    500: "internalError",
}
# what an operation ends with, answered with HTTP 200: code, message, HTTP status it stands for
ENDS = {
    "quota": ("QUOTA_EXCEEDED", "Quota 'CPUS' exceeded.  Limit: 24.0 in region {place}.", 403),
    "no-capacity": (
        "ZONE_RESOURCE_POOL_EXHAUSTED",
        (
            "The zone '{place}' does not have enough resources available to fulfill the request.  "
            "Try a different zone, or try again later."
        ),
        503,
    ),
    "async-error": ("INTERNAL_ERROR", "Internal error. Please try again or contact support.", 500),
}
SQL_QUOTA_IS_TOLD_AT_ONCE = "sqladmin"


def could_strike(contract: Contract, match: re.Pattern[str], kind: str) -> bool:
    """Whether some method answers to `match` and can come to this kind of fault."""
    return any(
        match.fullmatch(method.id) and (kind != "async-error" or method.asynchronous)
        for method in contract.methods.values()
    )


def before(rule: Rule | None, method: Method) -> None:
    """What a rule does before the work. Raises Refusal or Dropped, or takes its time."""
    if rule is None:
        return
    cut_or_wait(rule)
    if rule.kind in REFUSED and not _is_told_later(rule, method):
        raise _refusal(rule, method)


def told(call: Call) -> dict[str, Any] | None:
    """The fields with which the operation of this call will end as failed; None when it won't."""
    rule = call.rule
    if rule is None or rule.kind not in ENDS or not _is_told_later(rule, call.method):
        return None
    code, message, status = ENDS[rule.kind]
    place = call.scope if rule.kind == "no-capacity" else call.scope.rsplit("/", 1)[-1]
    error = {"code": rule.code or code, "message": rule.message or message.format(place=place)}
    if call.method.api.name == "sqladmin":
        one = {"kind": "sql#operationError", **error}
        return {"error": {"kind": "sql#operationErrors", "errors": [one]}}
    return {
        "error": {"errors": [error]},
        "httpErrorStatusCode": status,
        "httpErrorMessage": RPC[status].replace("_", " "),
    }


def _is_told_later(rule: Rule, method: Method) -> bool:
    """Quota and capacity show in the operation, unless the rule asks for an HTTP status."""
    if rule.kind == "async-error":
        return True
    if rule.kind == "quota" and method.api.name == SQL_QUOTA_IS_TOLD_AT_ONCE:
        return False
    return rule.kind in ENDS and method.asynchronous and not rule.status


def _refusal(rule: Rule, method: Method) -> Refusal:
    table = REFUSED[rule.kind]
    status, reason, message, domain = table.get(method.api.name, table[""])
    if rule.status and rule.status != status:
        status, reason = rule.status, REASONS.get(rule.status, "backendError")
    return Refusal(status, rule.code or reason, rule.message or message, domain)
