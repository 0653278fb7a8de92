"""From a request's method and path to the operation it means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from emulators.azure.contract.operation import Operation, operation
from emulators.azure.contract.sources import Source, sources

# Azure's namespaces in the packages that describe them; network holds some of compute's paths too
PACKAGES = {
    "microsoft.resources": ("resource.resources",),
    "microsoft.compute": ("compute", "network"),
    "microsoft.network": ("network",),
    "microsoft.storage": ("storage",),
    "microsoft.dbforpostgresql": ("postgresqlflexibleservers",),
    "microsoft.desktopvirtualization": ("desktopvirtualization",),
}
RESOURCES = "resource.resources"
VARIABLE = re.compile(r"\\\{(\w+)\\\}")
WIDE = frozenset({"scope", "resourceScope", "resourceId"})  # these hold slashes


class NoSuchPath(Exception):
    """No operation has this path. `methods`: those that it does have."""

    def __init__(self, path: str, methods: tuple[str, ...] = ()) -> None:
        super().__init__(path)
        self.methods = methods


@dataclass(frozen=True, slots=True)
class Found:
    """An operation and the values of its path's variables."""

    operation: Operation
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """One path template as a pattern. ARM's paths are not sensitive to case."""

    source: Source
    pattern: re.Pattern[str]


@dataclass(slots=True)
class Package:
    """The routes of one package, by their number of segments; 0 holds those of any number."""

    name: str
    routes: dict[int, list[Route]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, bool] = field(default_factory=dict[str, bool])
    parsed: dict[str, Operation] = field(default_factory=dict[str, Operation])

    def find(self, path: str) -> list[tuple[Route, re.Match[str]]]:
        near = [*self.routes.get(path.count("/"), ()), *self.routes.get(0, ())]
        return [(r, m) for r in near if (m := r.pattern.fullmatch(path))]


class Contract:
    """All operations of the packages named in PACKAGES. Safe to use from several threads."""

    def __init__(self) -> None:
        self._packages: dict[str, Package] = {}
        self._lock = Lock()

    def find(self, method: str, path: str) -> Found:
        """The operation behind a request. Raises NoSuchPath."""
        methods = set()
        for name in _packages(path):
            package = self._package(name)
            for route, match in package.find(path):
                if route.source.method == method:
                    return Found(self._parsed(package, route.source), match.groupdict())
                methods.add(route.source.method)
        raise NoSuchPath(path, tuple(sorted(methods)))

    def titles(self) -> Iterator[tuple[str, bool]]:
        """Every operation's title, such as compute.Disks_Get, and whether it is long-running."""
        for name in dict.fromkeys(name for several in PACKAGES.values() for name in several):
            yield from self._package(name).titles.items()

    def _package(self, name: str) -> Package:
        with self._lock:
            if name not in self._packages:
                self._packages[name] = _scan(name)
            return self._packages[name]

    def _parsed(self, package: Package, source: Source) -> Operation:
        with self._lock:
            if source.title not in package.parsed:
                package.parsed[source.title] = operation(source, package.name)
            return package.parsed[source.title]


def _packages(path: str) -> tuple[str, ...]:
    """Where an operation of this path would be. Raises NoSuchPath for a foreign namespace."""
    _, provider, rest = path.lower().rpartition("/providers/")
    if not provider:
        return (RESOURCES,)
    return PACKAGES.get(rest.partition("/")[0], ())


def _scan(name: str) -> Package:
    package = Package(name)
    for source in sources(name):
        package.titles[source.title] = source.long_running
        if "{resourceProviderNamespace}" in source.url or source.url == "/{resourceId}":
            continue  # other ways to say what the specific operations say
        template = re.escape(source.url)
        wide = any(f"{{{w}}}" in source.url for w in WIDE)
        pattern = VARIABLE.sub(lambda m: _variable(m[1]), template)
        route = Route(source, re.compile(pattern, re.IGNORECASE))
        package.routes[0 if wide else source.url.count("/")].append(route)
    for routes in package.routes.values():  # the more literal template first
        routes.sort(key=lambda r: r.source.url.count("{"))
    return package


def _variable(name: str) -> str:
    return f"(?P<{name}>{'.+' if name in WIDE else '[^/]+'})"
