"""What the kinds of fault rules come to at Azure: refused at once, or told by the operation."""

from __future__ import annotations

import re

from emulators.azure.blobs import TITLES, BlobError
from emulators.azure.contract import Contract, Operation
from emulators.azure.errors import ArmError
from emulators.rules import Rule, cut_or_wait

WAIT = {"Retry-After": "1"}
# package -> status, code, message; "" is any other package
THROTTLED = {
    "compute": (
        429,
        "OperationNotAllowed",
        (
            "The server rejected the request because too many requests have been received for "
            "this subscription."
        ),
    ),
    "storage": (429, "TooManyRequests", "The request is being throttled as the limit is reached."),
    "": (
        429,
        "SubscriptionRequestsThrottled",
        "Number of write requests for the subscription exceeded the limit; please try again later.",
    ),
}
QUOTA = {
    "compute": (
        409,
        "OperationNotAllowed",
        (
            "Operation could not be completed as it results in exceeding approved "
            "standardDSv5Family Cores quota. Additional details - Deployment Model: Resource "
            "Manager, Current Limit: 10, Current Usage: 10, Additional Required: 2, (Minimum) New "
            "Limit Required: 12."
        ),
    ),
    "storage": (
        400,
        "MaxStorageAccountsCountPerSubscriptionExceeded",
        "Subscription already contains 250 storage accounts in this location.",
    ),
    "resource.resources": (
        409,
        "ResourceGroupQuotaExceeded",
        "Creating the resource group would exceed the quota of '980'.",
    ),
    "": (400, "QuotaExceeded", "The request would exceed the quota of the subscription."),
}
NO_CAPACITY = {
    "": (
        409,
        "AllocationFailed",
        "Allocation failed. There is not sufficient capacity for this in this region now.",
    ),
}
ERROR = {"": (500, "InternalServerError", "Encountered internal server error.")}
REFUSED = {"throttle": THROTTLED, "quota": QUOTA, "error": ERROR, "no-capacity": NO_CAPACITY}
BLOB_REFUSED = {
    "throttle": (503, "ServerBusy"),
    "error": (500, "InternalError"),
    "quota": (409, "AccountLimitExceeded"),
    "no-capacity": (503, "ServerBusy"),
}
TOLD_LATE = frozenset({"compute.VirtualMachines_CreateOrUpdate", "compute.VirtualMachines_Start"})


def could_strike(contract: Contract, match: re.Pattern[str], kind: str) -> bool:
    """Whether some operation answers to `match` and can come to this kind of fault."""
    if kind != "async-error" and any(match.fullmatch(title) for title in TITLES):
        return True
    return any(
        match.fullmatch(title) and (kind != "async-error" or long_running)
        for title, long_running in contract.titles()
    )


def before_blob(rule: Rule | None) -> None:
    """The same for a call of the storage itself. Raises BlobError or Dropped."""
    if rule is None:
        return
    cut_or_wait(rule)
    if rule.kind in REFUSED:
        status, code = BLOB_REFUSED[rule.kind]
        message = rule.message or "The server is busy or refuses."
        raise BlobError(rule.status or status, rule.code or code, message)


def before(rule: Rule | None, operation: Operation) -> None:
    """What a rule does before the work. Raises ArmError or Dropped, or takes its time."""
    if rule is None:
        return
    cut_or_wait(rule)
    late = rule.kind == "no-capacity" and operation.title in TOLD_LATE
    if rule.kind in REFUSED and not late:
        table = REFUSED[rule.kind]
        status, code, message = table.get(operation.package, table[""])
        raise ArmError(
            rule.status or status,
            rule.code or code,
            rule.message or message,
            headers=WAIT if rule.kind == "throttle" else None,
        )
