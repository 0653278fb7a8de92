"""A request and its answer against Azure's own description."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from emulators.azure.call import Reply
from emulators.azure.contract import Operation, check, without_read_only
from emulators.azure.contract.check import Mode
from emulators.azure.contract.operation import Part
from emulators.azure.errors import ArmError, invalid_body, not_offered

VERSION = "api-version"
CONTINUED = frozenset({"$skiptoken"})
GROUP_NAME = re.compile(r"[\w.()-]{0,89}[\w()-]")


def check_query(operation: Operation, query: Mapping[str, str]) -> None:
    """Raises ArmError for what the operation does not know, or needs and does not get."""
    version = query.get(VERSION)
    if not version:
        raise ArmError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if version != operation.version:
        raise ArmError(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for API version '{version}'. The supported "
            f"api-versions are '{operation.version}'.",
        )
    for name in query:
        if name not in operation.query and name != VERSION and name not in CONTINUED:
            why = f"The query parameter '{name}' is not known to {operation.title}."
            raise ArmError(400, "InvalidQueryParameter", why)
    for name, part in operation.query.items():
        if part.required and name != VERSION and name not in query:
            why = f"The query parameter '{name}' is required."
            raise ArmError(400, "MissingQueryParameter", why)


def check_path(operation: Operation, values: Mapping[str, str]) -> None:
    """Raises ArmError for a name that Azure's description does not allow."""
    for name, value in values.items():
        part = operation.path.get(name, Part())
        if name == "resourceGroupName" and not GROUP_NAME.fullmatch(value):
            raise ArmError(
                400,
                "InvalidResourceGroup",
                f"The provided resource group name '{value}' has these invalid characters or is "
                "too long. The name can only be letters, digits, '-', '.', '(', ')' or '_'.",
            )
        if not _allowed(part, value):
            raise ArmError(
                400,
                "InvalidResourceName",
                f"Resource name {value} is invalid: {name} has to have {_rules(part)}.",
                name,
            )


def _allowed(part: Part, value: str) -> bool:
    long_enough = part.shortest is None or len(value) >= part.shortest
    short_enough = part.longest is None or len(value) <= part.longest
    return long_enough and short_enough and bool(re.search(part.pattern, value))


def _rules(part: Part) -> str:
    return f"{part.shortest or 1} to {part.longest or 'any'} characters of {part.pattern or 'any'}"


def check_body(operation: Operation, raw: bytes) -> dict[str, Any]:
    """The body, without what only Azure sets. Raises ArmError."""
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        why = "The request content was invalid and could not be deserialized."
        raise ArmError(400, "InvalidRequestContent", why)
    if not operation.body:
        if body:
            raise not_offered(f"{operation.title} with a body")
        return body
    mode: Mode = "patch" if operation.method == "PATCH" else "request"
    for problem in check(operation.package, operation.body, body, mode):
        raise invalid_body(problem)
    return without_read_only(operation.package, operation.body, body)


def check_answer(operation: Operation, reply: Reply) -> None:
    """Raises AssertionError when this emulator is about to say what Azure never would."""
    if reply.status not in operation.statuses:
        raise AssertionError(f"{operation.title} never answers {reply.status}")
    if not operation.response or reply.body is None or reply.status not in {200, 201}:
        return
    for body in reply.body["value"] if operation.lists else [reply.body]:
        problems = check(operation.package, operation.response, body, "answer")
        if problems:
            raise AssertionError(f"{operation.title} never answers so: {problems[:3]}")
