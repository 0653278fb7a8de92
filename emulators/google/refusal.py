"""How Google says no: the error bodies its client libraries read."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

RPC = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class Refusal(Exception):
    """One refusal: HTTP status, Google's reason for it, and the sentence that goes with it."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "global") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain

    def body(self) -> dict[str, Any]:
        one = {"message": self.message, "domain": self.domain, "reason": self.reason}
        return {"error": {"code": self.status, "message": self.message, "errors": [one]}}


class Malformed(Refusal):
    """A request the description does not allow; told in the form of Google's newer front end."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(400, "badRequest", message)
        self.field = field

    @override
    def body(self) -> dict[str, Any]:
        violation = {"description": self.message} | ({"field": self.field} if self.field else {})
        told = super().body()
        told["error"] |= {
            "status": RPC[400],
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [violation],
                }
            ],
        }
        return told


class NotOffered(Refusal):
    """A real operation that this emulator does not do: never a success, and nobody repeats 501."""

    def __init__(self, what: str) -> None:
        super().__init__(501, "notImplemented", f"{what}: real, but not offered by this emulator")

    @override
    def body(self) -> dict[str, Any]:
        told = super().body()
        told["error"]["status"] = RPC[501]
        return told


def invalid(field: str, value: object, why: str) -> Refusal:
    """A value that is well-formed and still wrong, as Compute Engine tells it."""
    return Refusal(400, "invalid", f"Invalid value for field '{field}': '{value}'. {why}")


def missing(path: str) -> Refusal:
    return Refusal(404, "notFound", f"The resource '{path}' was not found")
