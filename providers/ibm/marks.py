"""Whose a thing is that has no name of ours: its tags say so, as Global Search tells them.

The search knows of a tag some twenty seconds after it was attached or taken off, at times minutes,
and of a new thing later than VPC does. It is asked all the same, as IBM wants it: the list of what
is attached to one thing is as late, refuses what it does not know yet as if it were secret, and
soon asks for fewer calls. What is listed is always what VPC or Cloud Object Storage tells; the
search only adds to it. So a late tag can make a thing of ours look like nobody's for a while, and
never like one that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from providers import adopting
from providers.errors import Conflict, NotAuthorised, Unavailable
from providers.ibm import names
from providers.ibm.clients import Clients
from providers.ibm.told import Told, text
from providers.types import Ref, Spec

Tags = frozenset[str]
NOT_YET = "IBM's search does not know {} yet, so nobody can tell whose it is"
NO_SEARCH = "account {}: nothing tells its tags; set its IBM_SEARCH_ENDPOINT"
NOBODYS = "{} carries neither a name nor a tag of ours: remove it by hand"


def attached(clients: Clients, crn: str) -> Tags | None:
    """The tags of one thing; None while the search does not know of it."""
    found = clients.search(f'crn:"{crn}"')
    return next((_tags(one) for one in found if text(one, "crn") == crn), None)


def owner(clients: Clients, name: str, crn: str) -> str:
    """The service instance that a thing is of; empty when neither its name nor a tag says so."""
    return names.instance_of(name) or names.marked_for(attached(clients, crn) or ())


def check_ours(clients: Clients, name: str, crn: str) -> None:
    """Raises Conflict for what is nobody's order; what `_told` raises where nobody can tell."""
    if not names.instance_of(name) and not names.marked_for(_told(clients, name, crn)):
        raise Conflict(NOBODYS.format(name))


def check_free(clients: Clients, ref: Ref, found: Told, spec: Spec) -> None:
    """Raises Conflict for what is another instance's; what `_told` raises where nobody can tell."""
    name = text(found, "name")
    whose = names.instance_of(name) or names.marked_for(_told(clients, name, text(found, "crn")))
    adopting.check_owner(ref.id, whose, spec)


def _told(clients: Clients, name: str, crn: str) -> Tags:
    """Raises Unavailable for what the search does not know yet, NotAuthorised where is none."""
    if not clients.searches:
        raise NotAuthorised(NO_SEARCH.format(clients.account.alias))
    have = attached(clients, crn)
    if have is None:
        raise Unavailable(NOT_YET.format(name))
    return have


@dataclass(slots=True)
class Marks:
    """The tags of everything of a sort in an account, asked for when they are first needed."""

    clients: Clients
    service: str
    type: str
    _found: Mapping[str, Tags] | None = field(default=None, init=False)

    def of(self, crn: str) -> Tags | None:
        """None while the search does not know of it."""
        if self._found is None:
            query = f"service_name:{self.service} AND type:{self.type}"
            self._found = {text(one, "crn"): _tags(one) for one in self.clients.search(query)}
        return self._found.get(crn)

    def owner(self, name: str, crn: str) -> str:
        """As the function `owner`; a name of ours asks nobody."""
        return names.instance_of(name) or names.marked_for(self.of(crn) or ())


def _tags(found: Told) -> Tags:
    told = found.get("tags")
    return frozenset(str(one) for one in told) if isinstance(told, list) else frozenset()
