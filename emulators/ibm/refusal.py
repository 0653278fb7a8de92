"""How IBM's services say no."""

from __future__ import annotations

import uuid
from typing import Any
from xml.sax.saxutils import escape


class Refusal(Exception):
    """One refusal: HTTP status, IBM's code for it, and the sentence that goes with it."""

    def __init__(self, status: int, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.field = field

    def body(self) -> dict[str, Any]:
        one: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.field:
            one["target"] = {"name": self.field, "type": "field"}
        return {"errors": [one], "trace": uuid.uuid4().hex, "status_code": self.status}

    def xml(self) -> bytes:
        """The same as Cloud Object Storage tells it."""
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f"<Error><Code>{escape(self.code)}</Code><Message>{escape(self.message)}</Message>"
            f"<RequestId>{uuid.uuid4().hex}</RequestId></Error>"
        ).encode()


def missing(what: str, name: str) -> Refusal:
    return Refusal(404, f"{what}_not_found", f"{what} not found: {name}")


def invalid(field: str, value: object, why: str) -> Refusal:
    return Refusal(400, "validation_invalid_field", f"{field}: {value!r} {why}", field)


def not_unique(name: str) -> Refusal:
    return Refusal(400, "validation_unique_failed", f"Provided Name ({name}) is not unique", "name")


def not_offered(title: str) -> Refusal:
    """A real operation that this emulator does not do: never a success."""
    return Refusal(501, "not_implemented", f"{title}: real, but not offered by this emulator")
