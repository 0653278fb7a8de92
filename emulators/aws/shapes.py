"""Requests and answers held to botocore's models: what they do not describe is refused.

boto3 checks what it sends itself, but for the words of enumerations; other callers may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from emulators.aws.answers import AwsError
from emulators.aws.operation import Operation

# what a request is refused with that does not fit its model
INVALID = {
    "directconnect": "DirectConnectClientException",
    "workspaces": "InvalidParameterValuesException",
    "rds": "InvalidParameterValue",
    "s3": "InvalidRequest",
    "ec2": "InvalidParameterValue",
}
_VALIDATOR = ParamValidator()


class Misshapen(Exception):
    """An answer of ours that the vendor's model does not describe: a fault of the emulator's."""


def check_request(operation: Operation) -> None:
    """Raise AwsError for a request that is not what the model describes."""
    unread = not operation.name or (
        operation.service == "s3" and operation.model.has_streaming_input
    )
    if operation.service not in INVALID or unread:
        return
    wrong = [*_problems(operation.model.input_shape, operation.params)]
    if wrong:
        raise AwsError(INVALID[operation.service], f"{operation.title}: {'; '.join(wrong)}")


def check_answer(operation: Operation, answer: Mapping[str, Any]) -> None:
    """Raise Misshapen for an answer that is not what the model describes."""
    wrong = [*_problems(operation.model.output_shape, answer)]
    if wrong:
        raise Misshapen(f"{operation.title}: {'; '.join(wrong)}")


def _problems(shape: Shape | None, value: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(shape, StructureShape):
        return
    report = _VALIDATOR.validate(dict(value), shape)
    if report.has_errors():
        yield report.generate_report()
    yield from _words(shape, value, "")


def _words(shape: Any, value: Any, at: str) -> Iterator[str]:  # noqa: ANN401 - whatever the model holds
    """Words that an enumeration does not have, and members that a structure does not have."""
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{at}: {value!r} is none of {', '.join(shape.enum[:12])}"
    if isinstance(shape, StructureShape):
        yield from (f"{at}.{name}: no such member" for name in value if name not in shape.members)
    for inner, part, where in _inner(shape, value):
        if part is not None:
            yield from _words(inner, part, f"{at}{where}")


def _inner(shape: Any, value: Any) -> Iterator[tuple[Any, Any, str]]:  # noqa: ANN401 - as above
    """What is one level down: its shape, its value and its name."""
    if isinstance(shape, StructureShape):
        members = shape.members
        yield from ((members[k], v, f".{k}") for k, v in value.items() if k in members)
    elif isinstance(shape, ListShape):
        yield from ((shape.member, v, f"[{n}]") for n, v in enumerate(value))
    elif isinstance(shape, MapShape):
        yield from ((shape.value, v, f".{k}") for k, v in value.items())
