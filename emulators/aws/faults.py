"""What a fault does to a call, in AWS's words. The rules themselves: emulators/rules.py."""

from __future__ import annotations

import re
from threading import Event

from emulators.aws.answers import AwsError, Dropped
from emulators.aws.operation import Operation, exists
from emulators.rules import REFUSALS, Rule

ASYNC = "ec2.RunInstances"  # what can be accepted here and fail later
# service -> code, message, status; "" is any other service
THROTTLED = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "rds": ("Throttling", "Rate exceeded", 400),
    "": ("ThrottlingException", "Rate exceeded", 400),
}
NO_CAPACITY = {
    "ec2": (
        "InsufficientInstanceCapacity",
        "We currently do not have sufficient capacity in the Availability Zone you requested.",
        500,
    ),
    "rds": (
        "InsufficientDBInstanceCapacity",
        "The specified DB instance class isn't available in the specified Availability Zone.",
        400,
    ),
    "": ("ServiceUnavailable", "There is not sufficient capacity to fulfil this request.", 503),
}
QUOTA = {
    "ec2": (
        "VcpuLimitExceeded",
        (
            "You have requested more vCPU capacity than your current vCPU limit allows for the "
            "instance bucket that the specified instance type belongs to."
        ),
        400,
    ),
    "rds": ("InstanceQuotaExceeded", "The request would exceed your quota of instances.", 400),
    "s3": ("TooManyBuckets", "You have attempted to create more buckets than allowed", 400),
    "": ("LimitExceededException", "The request exceeds your account's quota.", 400),
}
ERROR = {"": ("InternalError", "An internal error has occurred", 500)}
REFUSED = {"throttle": THROTTLED, "no-capacity": NO_CAPACITY, "quota": QUOTA, "error": ERROR}


def could_strike(pattern: re.Pattern[str], kind: str) -> bool:
    """Whether AWS has an operation for such a rule; plain titles are looked up, others trusted."""
    if kind == "async-error":
        return bool(pattern.fullmatch(ASYNC))
    literal = re.fullmatch(r"([\w-]+)\\?\.(\w+)", pattern.pattern)
    return literal is None or exists(literal[1], literal[2])


def before(rule: Rule | None, operation: Operation) -> None:
    """What a rule does before the work. Raises AwsError or Dropped, or takes its time."""
    if rule is None:
        return
    if rule.kind in REFUSALS:
        table = REFUSED[rule.kind]
        code, message, status = table.get(operation.service, table[""])
        raise AwsError(rule.code or code, rule.message or message, rule.status or status)
    if rule.kind == "reset":
        raise Dropped
    if rule.kind == "delay":
        Event().wait(rule.seconds)
