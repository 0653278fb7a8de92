"""Listings of a whole subscription, by the resource group that each thing lies in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from providers.azure import told
from providers.azure.clients import Clients
from providers.azure.home import Home, of_id
from providers.azure.told import Told


def by_group(
    clients: Clients, operations: str, verb: str, name: Callable[[Home], str] | None = None
) -> Mapping[str, Told]:
    """What lies in groups of ours, by the group's name; of several in one the one called `name`."""
    found = {}
    for one in clients.list(operations, verb):
        where = of_id(clients, told.text(one, "id"))
        wanted = where and (name(where) if name else where.name)
        if where and told.same(told.text(one, "name"), wanted or ""):
            found[where.name] = one
    return found
