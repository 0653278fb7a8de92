"""What the kinds of fault rules come to at IBM: refused at once, or told by the thing's status."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emulators.ibm.refusal import Refusal
from emulators.rules import REFUSALS, Rule, cut_or_wait

# services over JSON, and Cloud Object Storage: status, code, message
REFUSED = {
    "throttle": (429, "too_many_requests", "Too many requests. Try again later."),
    "error": (503, "service_unavailable", "The service is temporarily unavailable."),
    "quota": (403, "over_quota", "The request exceeds the quota of this account."),
    "no-capacity": (503, "insufficient_capacity", "There is no room for this request now."),
}
COS = {
    "throttle": (503, "SlowDown", "Please reduce your request rate."),
    "error": (503, "ServiceUnavailable", "Reduce your request rate."),
    "quota": (400, "TooManyBuckets", "You have attempted to create more buckets than allowed."),
}
CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
}
STARTS = frozenset({"vpc.create_instance", "vpc.create_instance_action"})
LASTING = STARTS | {
    "vpc.create_vpc",
    "vpc.create_subnet",
    "directlink.create_gateway",
    "directlink.create_gateway_virtual_connection",
}


def could_strike(titles: Iterable[str], match: re.Pattern[str], kind: str) -> bool:
    """Whether some operation answers to `match` and can come to this kind of fault."""
    return any(match.fullmatch(title) and _possible(title, kind) for title in titles)


def before(rule: Rule | None, title: str) -> None:
    """What a rule does before the work. Raises Refusal or Dropped, or takes its time."""
    if rule is None:
        return
    cut_or_wait(rule)
    late = rule.kind == "no-capacity" and title in STARTS and not rule.status
    if rule.kind in REFUSALS and not late:
        raise _refusal(rule, title)


def _possible(title: str, kind: str) -> bool:
    if kind == "async-error":
        return title in LASTING - {"vpc.create_instance_action"}
    return kind != "no-capacity" or title in STARTS


def _refusal(rule: Rule, title: str) -> Refusal:
    table = {**REFUSED, **COS} if title.startswith("cos.") else REFUSED
    status, code, message = table[rule.kind]
    if rule.status and rule.status != status:
        status, code = rule.status, CODES.get(rule.status, "internal_error")
    return Refusal(status, rule.code or code, rule.message or message)
