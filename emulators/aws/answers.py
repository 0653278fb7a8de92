"""What goes back over the wire: an answer, a refusal in the service's own protocol, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from moto.core.serialize import SerializationContext, get_serializer_class

from emulators.aws.operation import Operation


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, complete."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def done(self) -> bool:
        return self.status < HTTPStatus.MULTIPLE_CHOICES


class AwsError(Exception):
    """A refusal: AWS's own code, a message and an HTTP status.

    `code`, `message` and `status_code` are the names moto's serializers look for.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status_code = status


class Dropped(Exception):
    """The connection is to be cut without an answer."""


def serialise(operation: Operation, result: object, value_picker: Any = None) -> Answer:  # noqa: ANN401 - moto's pickers share no type
    """`result`, a mapping, a moto model or an AwsError, as that operation would answer it."""
    request_id = str(uuid4())
    serializer = get_serializer_class(operation.service, operation.protocol)(
        operation.model, context=SerializationContext(request_id), value_picker=value_picker
    )
    reply = serializer.serialize(result)
    body = reply["body"]
    headers = {**reply["headers"], "x-amzn-RequestId": request_id}
    return Answer(
        status=result.status_code if isinstance(result, AwsError) else reply["status_code"],
        headers=tuple((k, str(v)) for k, v in headers.items()),
        body=body if isinstance(body, bytes) else body.encode(),
    )
