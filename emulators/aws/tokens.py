"""Client tokens: the same request under the same token is done once, as AWS does it.

Which member is the token comes from botocore's models. RunInstances answers with the machines
as they are now; every other operation with its first answer again.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from moto.core.serialize import XFormedAttributePicker
from moto.ec2.models import ec2_backends
from moto.ec2.responses.instances import InstanceResponse

from emulators.aws.answers import Answer, AwsError, serialise
from emulators.aws.operation import Operation

NAMES = frozenset(
    {"ClientToken", "ClientRequestToken", "clientToken", "clientRequestToken", "IdempotencyToken"}
)
OWN_RULES = frozenset({"secretsmanager", "dynamodb", "sqs"})  # moto honours theirs itself
REMEMBERED = 20_000
RESERVATION = re.compile(rb"<reservationId>([^<]+)</reservationId>")

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a token stands for: the request's digest, and its answer or its reservation."""

    digest: str
    answer: Answer | None
    reservation: str


class Tokens:
    """Remembers tokens. Not thread-safe: the service calls it under its own lock."""

    def __init__(self) -> None:
        self.seen: OrderedDict[Key, Seen] = OrderedDict()

    def replay(self, operation: Operation) -> Answer | None:
        """The answer this token already has, or None when it is new.

        Raises AwsError for a token used with other arguments, or whose machines are gone.
        """
        token = _token(operation)
        seen = self.seen.get(_key(operation, token)) if token else None
        if seen is None:
            return None
        if seen.digest != _digest(operation):
            raise AwsError(_mismatch(operation), _MISMATCH)
        return seen.answer or _reservation(operation, seen.reservation)

    def keep(self, operation: Operation, answer: Answer) -> None:
        """Remember a request that was done."""
        token = _token(operation)
        if not token:
            return
        reservation = (
            RESERVATION.search(answer.body) if operation.title == "ec2.RunInstances" else None
        )
        self.seen[_key(operation, token)] = Seen(
            digest=_digest(operation),
            answer=None if reservation else answer,
            reservation=reservation[1].decode() if reservation else "",
        )
        if len(self.seen) > REMEMBERED:
            self.seen.popitem(last=False)


_MISMATCH = (
    "Arguments on this idempotent request are inconsistent with arguments used in previous "
    "request(s)."
)
_TERMINATED = (
    "The client token you have provided is associated with an instance that is already "
    "terminated. Please use a different client token."
)


def _token(operation: Operation) -> str:
    shape = operation.model.input_shape if operation.name else None
    if shape is None or operation.service in OWN_RULES or operation.params.get("DryRun"):
        return ""
    for name, member in shape.members.items():
        if name in NAMES or member.metadata.get("idempotencyToken"):
            return str(operation.params.get(name) or "")
    return ""


def _key(operation: Operation, token: str) -> Key:
    return operation.account, operation.region, operation.title, token


def _digest(operation: Operation) -> str:
    canonical = json.dumps(operation.params, sort_keys=True, default=str)
    return sha256(canonical.encode()).hexdigest()


def _mismatch(operation: Operation) -> str:
    """The code of this service's model, where it has one of its own."""
    own = sorted(c for c in operation.error_codes if c.startswith("Idempotent"))
    return own[0] if own else "IdempotentParameterMismatch"


def _reservation(operation: Operation, id_: str) -> Answer:
    backend = ec2_backends[operation.account][operation.region]
    reservation = backend.reservations.get(id_)
    if reservation is None or all(i.state == "terminated" for i in reservation.instances):
        raise AwsError("IdempotentInstanceTerminated", _TERMINATED)
    # moto makes every answer of RunInstances say pending; this one tells how they are by now
    transformers = {
        path: transformer
        for path, transformer in InstanceResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
        if not path.startswith("RunInstances.")
    }
    picker = XFormedAttributePicker(response_transformers=transformers)
    return serialise(operation, reservation, picker)
