"""One thing in Compute Engine, by its kind, place and name; several of them make some resources.

What several pieces make is built one piece at a time, since each refers to the one before, and is
removed the other way round. Which piece comes next is read from what is there, so that any call,
from any process, takes the right step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import BadRequest, Conflict, NotFound

from providers.errors import Unavailable
from providers.gcp.clients import Clients
from providers.gcp.errors import absent, reason
from providers.gcp.operations import Build, Operations, Place

# collection -> the SDK's client, and the word its requests use for one
WORDS = {
    "instances": ("Instances", "instance"),
    "disks": ("Disks", "disk"),
    "networks": ("Networks", "network"),
    "subnetworks": ("Subnetworks", "subnetwork"),
    "firewalls": ("Firewalls", "firewall"),
    "routers": ("Routers", "router"),
    "interconnectAttachments": ("InterconnectAttachments", "interconnect_attachment"),
    "addresses": ("Addresses", "address"),
    "forwardingRules": ("ForwardingRules", "forwarding_rule"),
}
EVERYWHERE = frozenset({"networks", "firewalls"})  # belong to no region
BUSY = "resourceNotReady"


class NameTaken(Exception):
    """Something of this name exists already; look again at what it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`name` in `collection` at `place`, there or not."""

    clients: Clients
    collection: str
    place: Place
    name: str

    def get(self) -> Any:  # noqa: ANN401 - an SDK message, or None
        try:
            return self.call("get")
        except NotFound as error:
            if not absent(error):
                raise
            return None

    def start(self, body: dict[str, Any]) -> Build | None:
        """Ask for it, once; None while something it refers to is not ready. Raises NameTaken."""
        field = f"{WORDS[self.collection][1]}_resource"

        def insert(request: str) -> Any:  # noqa: ANN401 - an SDK message
            wanted = {field: {**body, "name": self.name}, "request_id": request}
            client = WORDS[self.collection][0]
            return self.clients.compute(client, "insert_unary", **self.place.request, **wanted)

        try:
            return Operations(self.clients).start(self.place, self._thing, insert)
        except Conflict as error:
            if reason(error) != "alreadyExists":
                raise
            raise NameTaken(self.name) from None
        except BadRequest as error:
            if reason(error) != BUSY:
                raise
            return None

    def look(self) -> Build | None:
        """How its making goes, when it is not there; see Operations.look."""
        return Operations(self.clients).look(self.place, self._thing)

    def busy(self) -> bool:
        """Whether it is still being made, changed or removed, though it shows."""
        return Operations(self.clients).busy(self.place, self._thing)

    def remove(self) -> bool:
        """Start removing it; False while something else is under way with it."""

        def delete(request: str) -> Any:  # noqa: ANN401 - an SDK message
            return self.call("delete_unary", request_id=request)

        try:
            Operations(self.clients).remove(self._thing, delete)
        except NotFound as error:
            if not absent(error):
                raise
            return True
        except BadRequest as error:
            if reason(error) != BUSY:
                raise
            return False
        return True

    def forget(self) -> bool:
        """Clear away what failed builds of it left; see Operations.forget."""
        return Operations(self.clients).forget(self.place, self._thing)

    def change(self, verb: str, **more: object) -> bool:
        """Start changing it; False while something else is under way with it."""
        try:
            self.call(verb, **more)
        except BadRequest as error:
            if reason(error) != BUSY:
                raise
            return False
        return True

    def call(self, verb: str, **more: Any) -> Any:  # noqa: ANN401 - an SDK message
        client, noun = WORDS[self.collection]
        if not self.name or (not self.place.request and self.collection not in EVERYWHERE):
            raise Unavailable(f"Google does not tell name and place of one of the {client}")
        if verb == "set_labels_unary" and self.collection != "instances":
            noun = "resource"  # all but the oldest collection call it so there
        return self.clients.compute(client, verb, **{noun: self.name}, **self.place.request, **more)

    @property
    def _thing(self) -> str:
        return f"{self.collection}/{self.name}"


def link(reference: object) -> str:
    """The last part of a link: the name of what it leads to."""
    return str(reference).rsplit("/", 1)[-1]
