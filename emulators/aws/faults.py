"""What a fault does to a call, in AWS's words. The rules themselves: emulators/rules.py."""

from __future__ import annotations

import re
from threading import Event

from emulators.aws.answers import AwsError, Dropped
from emulators.aws.operation import Operation, exists
from emulators.aws.refusals import worded
from emulators.rules import REFUSALS, Rule

# what can be accepted here and fail later
ASYNC = frozenset(
    {
        "ec2.RunInstances",
        "rds.CreateDBInstance",
        "workspaces.CreateWorkspaces",
        "directconnect.CreateDirectConnectGatewayAssociation",
    }
)


def could_strike(pattern: re.Pattern[str], kind: str) -> bool:
    """Whether AWS has an operation for such a rule; plain titles are looked up, others trusted."""
    if kind == "async-error":
        return any(pattern.fullmatch(title) for title in ASYNC)
    literal = re.fullmatch(r"([\w-]+)\\?\.(\w+)", pattern.pattern)
    return literal is None or exists(literal[1], literal[2])


def before(rule: Rule | None, operation: Operation) -> None:
    """What a rule does before the work. Raises AwsError or Dropped, or takes its time."""
    if rule is None:
        return
    if rule.kind in REFUSALS:
        code, message, status = worded(rule.kind, operation.title)
        raise AwsError(rule.code or code, rule.message or message, rule.status or status)
    if rule.kind == "reset":
        raise Dropped
    if rule.kind == "delay":
        Event().wait(rule.seconds)
