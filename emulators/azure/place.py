"""Where a resource is: its path, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

OWN = 2  # segments that say what a resource is below its parent: its type and its name
GROUP = re.compile(r"/subscriptions/([^/]+)/resourcegroups/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """`path` as Azure writes it. `segments`: type, name, type, name ... behind the namespace."""

    path: str
    subscription: str
    group: str
    namespace: str
    segments: tuple[str, ...]

    @property
    def key(self) -> str:
        """What finds it: ARM does not mind the case of a path."""
        return self.path.lower()

    @property
    def type(self) -> str:
        """As Azure writes it: Microsoft.Network/virtualNetworks/subnets."""
        return "/".join((self.namespace, *self.segments[::2]))

    @property
    def name(self) -> str:
        return self.segments[-1]

    @property
    def group_key(self) -> str:
        return f"/subscriptions/{self.subscription}/resourcegroups/{self.group}".lower()

    @property
    def parent(self) -> Place | None:
        """The resource this one is part of. What is called default is there without being made."""
        if len(self.segments) <= OWN:
            return None
        depth = 2 * OWN if self.segments[-OWN - 1] == "default" else OWN
        return place(self.path.rsplit("/", depth)[0])


def place(path: str) -> Place:
    """The place of one resource."""
    head, _, tail = path.partition("/providers/")
    group = GROUP.match(head)
    namespace, *segments = tail.split("/")
    return Place(
        path=path,
        subscription=group[1] if group else "",
        group=group[2] if group else "",
        namespace=namespace,
        segments=tuple(segments),
    )


def group_of(path: str) -> tuple[str, str]:
    """Key and name of the resource group in a path; empty when it has none."""
    found = GROUP.match(path)
    return (found[0].lower(), found[2]) if found else ("", "")
