"""Refusals, in the words and the shape of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulators.azure.contract import Problem

CHALLENGE = (
    'Bearer authorization_uri="https://login.microsoftonline.com/common", error="invalid_token"'
)
CODES = {
    "unknown": ("InvalidRequestContent", "The request content was invalid and could not be read"),
    "type": ("InvalidRequestContent", "The request content was invalid and could not be read"),
    "missing": ("InvalidParameter", "Required parameter is missing (null)"),
    "enum": ("InvalidParameter", "The value of the parameter is invalid"),
}


class ArmError(Exception):
    """A refusal: HTTP status, Azure's code and a message."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        target: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        error = {"code": self.code, "message": self.message}
        return {"error": {**error, **({"target": self.target} if self.target else {})}}


def unauthenticated() -> ArmError:
    return ArmError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing or has no bearer token.",
        headers={"WWW-Authenticate": CHALLENGE},
    )


def invalid_body(problem: Problem) -> ArmError:
    code, words = CODES[problem.kind]
    return ArmError(400, code, f"{words}: {problem.why}, at '{problem.path}'.", problem.path)


def not_offered(title: str) -> ArmError:
    return ArmError(
        501, "NotImplementedByEmulator", f"{title} is real, but this emulator does not do it."
    )


def no_group(name: str) -> ArmError:
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def no_resource(type_: str, name: str, group: str) -> ArmError:
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{type_}/{name}' under resource group '{group}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def no_parent(name: str) -> ArmError:
    return ArmError(
        404,
        "ParentResourceNotFound",
        "Failed to perform the requested operation on nested resource. "
        f"Parent resource '{name}' not found.",
    )


def busy(code: str, id_: str) -> ArmError:
    return ArmError(
        409, code, f"Another operation on {id_} is in progress. Please try again later."
    )


def being_deleted(group: str) -> ArmError:
    return ArmError(
        409,
        "ResourceGroupBeingDeleted",
        f"The resource group '{group}' is in deprovisioning state and cannot perform this "
        "operation.",
    )


def unchangeable(field: str) -> ArmError:
    return ArmError(
        409, "PropertyChangeNotAllowed", f"Changing property '{field}' is not allowed.", field
    )


def invalid(field: str, why: str, code: str = "InvalidParameter") -> ArmError:
    return ArmError(400, code, f"The value of parameter {field} is invalid. {why}", field)
