"""The operations of Compute Engine: how a build is asked for once, and how it went.

Every insert carries a requestId worked out from the name of what it makes, so that all tries of
one attempt, from whatever process, are one request to Google. Where the operation of that request
has failed, Google answers that failure for as long as it remembers; the next try therefore
carries an id worked out from the failed operation, again the same for everybody.

What failed leaves nothing behind but its operation. That is looked up by the name of what it was
to make, the only thing a Ref holds. Removing it is how a failed build is cleared away like a built
one, and how it is remembered, without a memory of ours, that a failure has been told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from google.api_core.exceptions import NotFound
from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]  # no types

from providers.errors import ProviderError, Remedy, Unavailable
from providers.gcp.clients import Clients
from providers.gcp.errors import Failure, readable

NAMESPACE = UUID("5d0a9b6e-2f0c-5f0e-9d3b-6a1f5c1d8e47")  # any, for ever the same
MOST_TRIES = 20  # failed builds of one thing that Google may remember; it forgets in an hour
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where operations are kept: one zone, one region, or the whole project."""

    zone: str = ""
    region: str = ""

    @property
    def client(self) -> str:
        if self.zone:
            return "ZoneOperations"
        return "RegionOperations" if self.region else "GlobalOperations"

    @property
    def request(self) -> dict[str, str]:
        named = {"zone": self.zone, "region": self.region}
        return {kind: value for kind, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Build:
    """How the making of something goes. `failure` None: it goes on, or is done."""

    done: bool
    failure: Failure | None


def request_id(*parts: str) -> str:
    return str(uuid5(NAMESPACE, " ".join(parts)))


@dataclass(frozen=True, slots=True)
class Operations:
    clients: Clients

    def start(self, place: Place, thing: str, insert: Callable[[str], Any]) -> Build:
        """Ask for `thing`, such as `instances/gm-...`, once, however often this is called.

        `insert` makes the call with the requestId it is given. A build that failed for want of
        room, quota or permission is told once, as the error it stands for; the call after that
        asks anew. A build that just failed stays so.
        """
        operation = insert(request_id(thing))
        for _ in range(MOST_TRIES):
            failure = _build(operation).failure
            if failure is None:
                break
            inserts = self._inserts(place, thing)
            if not all(_build(other).done for other in inserts):
                return Build(done=False, failure=None)  # somebody asks anew already
            if _stays(failure):
                break
            if operation.name in {other.name for other in inserts}:
                self.forget(place, thing)
                raise _error(thing, failure)
            operation = insert(request_id(thing, str(operation.name)))
        return _build(operation)

    def remove(self, thing: str, delete: Callable[[str], Any]) -> None:
        """Ask for the removal of `thing`, anew where an earlier one failed."""
        operation = delete(request_id("delete", thing))
        for _ in range(MOST_TRIES):
            if _build(operation).failure is None:
                return
            operation = delete(request_id("delete", thing, str(operation.name)))

    def look(self, place: Place, thing: str) -> Build | None:
        """How the making of `thing`, which is not there, goes or went.

        None when nobody asked for it, or it was made and removed since. Raises the error that a
        failure for want of room, quota or permission stands for.
        """
        found = self._all(place, thing)
        newest = max(found, key=_begun, default=None)
        if newest is None or newest.operation_type != "insert":
            return None
        build = _build(newest)
        if build.done and build.failure is None:
            return None
        if build.failure and not _stays(build.failure):
            raise _error(thing, build.failure)
        return build

    def busy(self, place: Place, thing: str) -> bool:
        """Whether anything is under way with `thing`; Google shows it before and until the end."""
        return any(not _build(operation).done for operation in self._all(place, thing))

    def forget(self, place: Place, thing: str) -> bool:
        """Remove what failed builds of `thing` left behind; False while one still goes on."""
        inserts = self._inserts(place, thing)
        for operation in inserts:
            if _build(operation).failure:
                self._drop(place, str(operation.name))
        return all(_build(operation).done for operation in inserts)

    def _drop(self, place: Place, name: str) -> None:
        try:
            self.clients.compute(place.client, "delete", operation=name, **place.request)
        except (NotFound, ParseError):  # gone; or gone, with an empty answer the SDK cannot read
            return

    def _inserts(self, place: Place, thing: str) -> list[Any]:
        return [o for o in self._all(place, thing) if o.operation_type == "insert"]

    def _all(self, place: Place, thing: str) -> list[Any]:
        pages = self.clients.compute(
            place.client, "list", filter=f'targetLink eq ".*/{thing}"', **place.request
        )
        return list(pages)


def _error(thing: str, failure: Failure) -> ProviderError:
    meaning = failure.meaning or Unavailable
    return meaning(f"{thing.replace('/', ' ')}: {failure}")


def _stays(failure: Failure) -> bool:
    return failure.meaning is None or failure.meaning.remedy is Remedy.FAIL


def _build(operation: Any) -> Build:  # noqa: ANN401 - an SDK message
    done = str(getattr(operation.status, "name", operation.status)) == "DONE"
    return Build(done, _failure(operation) if done else None)


def _failure(operation: Any) -> Failure | None:  # noqa: ANN401 - an SDK message
    told = list(operation.error.errors) if operation.error else []
    if told:
        return Failure(str(told[0].code), str(told[0].message))
    if int(operation.http_error_status_code or 0):
        message = operation.http_error_message or operation.http_error_status_code
        return Failure("ERROR", readable(str(message)))
    return None


def _begun(operation: Any) -> datetime:  # noqa: ANN401 - an SDK message
    try:
        told = datetime.fromisoformat(str(operation.insert_time))
    except ValueError:
        return NEVER
    return told if told.tzinfo else told.replace(tzinfo=UTC)
