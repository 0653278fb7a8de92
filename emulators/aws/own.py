"""What is written here and is not moto's: Direct Connect, WorkSpaces, and a little of EC2.

Their requests and answers are held to botocore's models; only behaviour is ours. An operation
that is not written is a 501, even where moto has it: there is one truth per service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulators.aws import associations, desktops, directconnect, lines, routes, tagged
from emulators.aws.answers import Answer, AwsError, serialise
from emulators.aws.cloud import NOT_OFFERED
from emulators.aws.operation import Operation
from emulators.aws.schedule import Due
from emulators.aws.shapes import check_answer
from emulators.aws.things import Call, Thing, Things

Serve = Callable[[Call], dict[str, Any]]
Arrive = Callable[[Due, Thing, Things], None]
SERVES: Mapping[str, Serve] = {
    **directconnect.SERVES,
    **lines.SERVES,
    **associations.SERVES,
    **desktops.SERVES,
    **routes.SERVES,
}
INDEX = {tagged.TITLE: tagged.find}  # ours only where it is asked for what is ours
ARRIVES: Mapping[str, Arrive] = {
    **directconnect.ARRIVES,
    **associations.ARRIVES,
    **desktops.ARRIVES,
}
SERVICES = frozenset({"directconnect", "workspaces"})


def serves(operation: Operation) -> bool:
    """Whether this is asked of us and not of moto."""
    return operation.service in SERVICES or operation.title in SERVES or tagged.ours(operation)


def ask(call: Call) -> Answer:
    """The answer to one request. Raises AwsError, with 501 for what is not written."""
    serve = SERVES.get(call.operation.title) or INDEX.get(call.operation.title)
    if serve is None:
        raise AwsError(NOT_OFFERED, f"{call.operation.title}: this operation is not offered", 501)
    answer = serve(call)
    check_answer(call.operation, answer)
    return serialise(call.operation, answer)


def arrive(due: Due, things: Things) -> None:
    """Bring a thing to what it has come to by now."""
    found = things.at(due.address)
    if found is not None:
        ARRIVES[due.address[0]](due, found, things)
