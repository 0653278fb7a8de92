"""Faults: which rule strikes a call, and what it then does. The rules are told in rules.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from emulators.aws.answers import AwsError, Dropped
from emulators.aws.operation import Operation
from emulators.aws.rules import REFUSALS, Rule, parse

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


@dataclass(slots=True)
class Faults:
    """The rules in force, in the order they were added."""

    rules: list[Rule] = field(default_factory=list[Rule])
    _lock: Lock = field(default_factory=Lock)

    def add(self, wanted: object) -> None:
        """Add one rule or a list of them; raises BadRule, and then adds none."""
        several = wanted if isinstance(wanted, list) else [wanted]
        rules = [parse(one) for one in several]
        with self._lock:
            self.rules += rules

    def clear(self) -> None:
        with self._lock:
            self.rules.clear()

    def report(self) -> list[dict[str, Any]]:
        with self._lock:
            return [rule.report() for rule in self.rules]

    def strike(self, title: str) -> Rule | None:
        """The rule that strikes this call, if any."""
        with self._lock:
            return next((rule for rule in self.rules if rule.strikes(title)), None)


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
