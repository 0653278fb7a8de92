"""The login of a database: one user of ours, whose password is new each time it is asked for.

Cloud SQL makes and changes users as operations, which take a second or two. It keeps no password
that could be read, and neither do we: what it was before is gone with the next.
"""

from __future__ import annotations

from http import HTTPStatus

from googleapiclient.errors import HttpError  # type: ignore[import-untyped]  # ships no types

from providers import passwords
from providers.errors import Conflict, Unavailable
from providers.gcp import labels, postgres
from providers.gcp.clients import Clients
from providers.gcp.errors import Failure, reason, translate
from providers.gcp.postgres import Told
from providers.types import Access

BUSY = "operationInProgress"


def renew(clients: Clients, found: Told) -> Access:
    """Make the user of the instance `found`, or give the one that is there another password."""
    instance = str(found["name"])
    if not postgres.owner_of(found):
        raise Conflict(
            f"{instance} does not carry our label {labels.OWNERSHIP}, so it is not opened"
        )
    if found.get("state") != postgres.RUNNABLE:
        raise Unavailable(f"{instance} does not run just now: {found.get('state')}")
    password = passwords.new()
    with passwords.unsaid(password, translate):
        operation = _set(clients, instance, password)
    name = postgres.text(operation, "name")
    if not name:
        raise Unavailable(f"{instance}: Google does not say how far the new password has come")
    return Access(values={"user": postgres.USER, "password": password}, pending=name)


def opened(clients: Clients, instance: str, access: Access) -> bool:
    """Whether the operation is done. Raises what its failure stands for."""
    told = clients.sql("operations", "get", operation=access.pending)
    if postgres.text(told, "status") != "DONE":
        return False
    for error in postgres.several(postgres.part(told, "error").get("errors")):
        failure = Failure(postgres.text(error, "code"), postgres.text(error, "message"))
        with passwords.unsaid(access.values["password"], translate):
            raise (failure.meaning or Unavailable)(f"{instance}: {failure}")
    return True


def _set(clients: Clients, instance: str, password: str) -> Told:
    body = {"name": postgres.USER, "password": password}
    there = postgres.several(clients.sql("users", "list", instance=instance).get("items"))
    if postgres.USER not in {postgres.text(user, "name") for user in there}:
        try:
            return clients.sql("users", "insert", instance=instance, body=body)
        except HttpError as error:
            if error.resp.status != HTTPStatus.CONFLICT or reason(error) == BUSY:
                raise  # otherwise an earlier call of ours has made it, and its answer was lost
    return clients.sql("users", "update", instance=instance, name=postgres.USER, body=body)
