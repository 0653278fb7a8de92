"""One resource group for one resource of ours: what holds it and all that belongs to it.

Its name says instance and attempt, so that every try of one attempt meets the same group; its
tags say whose it is. Removing it removes everything, and nothing made late can come back into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from providers.azure import tags, told
from providers.azure.clients import Clients
from providers.azure.told import Told
from providers.errors import Conflict, InvalidSpec
from providers.types import Spec

INSTANCE = re.compile(r"[0-9a-f]{32}")
NAME = re.compile(r"gm-([0-9a-f]{32})-([1-9][0-9]{0,5})")
DELETING = "Deleting"
CREATED = 201
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Home:
    """A resource group, whether or not it is there: ours, or of others round what was adopted.

    called  what stands for the whole is called so; empty where it has a name of ours
    """

    subscription: str
    name: str
    called: str = ""

    @property
    def main(self) -> str:
        """The name of what stands for the whole, where that is not short."""
        return self.called or self.name

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.name}"

    @property
    def instance(self) -> str:
        found = NAME.fullmatch(self.name)
        return found[1] if found else ""

    @property
    def attempt(self) -> int:
        found = NAME.fullmatch(self.name)
        return int(found[2]) if found else 0

    def within(self, type_: str, name: str) -> str:
        """The id of what is in it."""
        return f"{self.id}/providers/{type_}/{name}"

    def short(self, prefix: str, length: int) -> str:
        """A name of its own where all the world shares names and they are short."""
        if self.called:
            return self.called
        return prefix + sha256(self.name.encode()).hexdigest()[: length - len(prefix)]


def home(clients: Clients, spec: Spec) -> Home:
    """Where this attempt of this instance lives. Raises InvalidSpec for what is no instance."""
    if not INSTANCE.fullmatch(spec.instance) or not 1 <= spec.attempt <= 999_999:  # noqa: PLR2004 - six digits
        raise InvalidSpec(
            f"instance {spec.instance!r}, attempt {spec.attempt}: 32 hex digits, and 1 or more"
        )
    return Home(clients.subscription, f"gm-{spec.instance}-{spec.attempt}")


def of_id(clients: Clients, id_: str) -> Home | None:
    """The home that a resource's id lies in; None when it is none of ours."""
    found = re.match(r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/", id_, re.IGNORECASE)
    if not found or found[1].lower() != clients.subscription.lower():
        return None
    name = found[2].lower()
    return Home(clients.subscription, name) if NAME.fullmatch(name) else None


def of_others(clients: Clients, id_: str, type_: str) -> Home | None:
    """Where a resource of this type lies, when others have made it; None when it is ours."""
    path = rf"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/{re.escape(type_)}/([^/]+)"
    found = re.fullmatch(path, id_, re.IGNORECASE)
    if not found or found[1].lower() != clients.subscription.lower():
        return None
    ours = NAME.fullmatch(found[2].lower())
    return None if ours else Home(clients.subscription, found[2], found[3])


def look(clients: Clients, where: Home) -> Told | None:
    return clients.get("resources.resource_groups", where.name)


def of_instance(clients: Clients, spec: Spec) -> tuple[Home, Told] | None:
    """The home that this instance has already, of whichever attempt; the oldest of several.

    An earlier attempt's was seen to be gone, and may be listed a while longer: it is looked at.
    """
    found = (
        pair
        for pair in all_of_instance(clients, spec.instance)
        if pair[0].attempt >= spec.attempt or look(clients, pair[0]) is not None
    )
    return min(found, key=lambda pair: (leaving(pair[1]), pair[0].attempt), default=None)


def all_of_instance(clients: Clients, instance: str) -> Iterator[tuple[Home, Told]]:
    """Every home that carries this instance's tag, and is called after it."""
    for where, group in _listed(clients, tags.OWNERSHIP, instance):
        if where.instance == instance and tags.owner(told.tags(group)) == instance:
            yield where, group


def tagged(clients: Clients, instance: str) -> Iterator[Told]:
    """What carries this instance's tag, of any type and in any group; without the tags."""
    return clients.list("resources.resources", "list", filter=_with(tags.OWNERSHIP, instance))


def of_kind(clients: Clients, kind: str) -> Iterator[tuple[Home, Told]]:
    """Every home of ours for this kind."""
    for where, group in _listed(clients, tags.KIND, kind):
        if tags.owner(told.tags(group)):
            yield where, group


def make(clients: Clients, where: Home, spec: Spec) -> bool:
    """Make the group; False when it was there already."""
    body = {"location": spec.region, "tags": tags.wanted(spec)}
    return clients.put("resources.resource_groups", where.name, body) == CREATED


def leaving(group: Told) -> bool:
    return told.text(group, "properties", "provisioningState") == DELETING


def remove(clients: Clients, where: Home, known: frozenset[str]) -> None:
    """Begin removing the group with everything in it, unless it holds what is not ours."""
    strangers = [
        str(one.get("name")) for one in _content(clients, where) if not _ours(one, where, known)
    ]
    if strangers:
        some = ", ".join(sorted(strangers)[:MOST_NAMED])
        raise Conflict(
            f"resource group {where.name} holds what is not ours and would be lost: {some}; "
            "move it elsewhere first"
        )
    clients.begin("resources.resource_groups", where.id, where.name, verb="delete")


def _content(clients: Clients, where: Home) -> Iterator[Told]:
    yield from clients.list("resources.resources", "list_by_resource_group", where.name)


def _ours(one: Told, where: Home, known: frozenset[str]) -> bool:
    """Tagged by us, named by us, or made by Azure for what we made."""
    within = told.text(one, "managedBy").lower().startswith(f"{where.id.lower()}/")
    named = told.text(one, "name").lower() in known
    return within or named or tags.owner(told.tags(one)) == where.instance


def _listed(clients: Clients, tag: str, value: str) -> Iterator[tuple[Home, Told]]:
    for group in clients.list("resources.resource_groups", "list", filter=_with(tag, value)):
        name = told.text(group, "name").lower()
        if NAME.fullmatch(name):
            yield Home(clients.subscription, name), group


def _with(tag: str, value: str) -> str:
    return f"tagName eq '{tag}' and tagValue eq '{value}'"
