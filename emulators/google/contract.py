"""Google's own discovery documents: which methods there are, and which one a path asks for.

They come with google-api-python-client, so what is known here follows that package's version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from emulators.google.refusal import Refusal

DOCUMENTS = ("compute.v1", "storage.v1", "sqladmin.v1")
VARIABLE = re.compile(r"\{\+?(\w+)\}")
ALSO_STANDARD = frozenset({"$alt", "alt"})  # what the client libraries add by themselves


@dataclass(frozen=True, slots=True)
class Api:
    """One discovery document. `standard`: the query parameters that every method takes."""

    name: str
    revision: str
    schemas: Mapping[str, Any]
    standard: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One method. `id` is its title, such as `compute.instances.insert`."""

    id: str
    api: Api
    http: str
    parameters: Mapping[str, Any]
    request: str  # the schema of its body, empty for none
    response: str

    @property
    def collection(self) -> str:
        return self.id.split(".")[-2]

    @property
    def verb(self) -> str:
        return self.id.split(".")[-1]

    @property
    def asynchronous(self) -> bool:
        """Whether it changes something by starting an operation."""
        return self.response == "Operation" and self.collection not in OPERATIONS


OPERATIONS = frozenset({"operations", "zoneOperations", "regionOperations", "globalOperations"})


@dataclass(slots=True)
class _Node:
    """What may follow a part of a path."""

    fixed: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    variable: dict[str, tuple[re.Pattern[str], _Node]] = field(
        default_factory=dict[str, tuple[re.Pattern[str], "_Node"]]
    )
    methods: dict[str, Method] = field(default_factory=dict[str, Method])


class Contract:
    """Every method of every document, by title and by path."""

    def __init__(self) -> None:
        self.methods: dict[str, Method] = {}
        self._root = _Node()
        for name in DOCUMENTS:
            self._read(_document(name))

    def find(self, http: str, path: str) -> tuple[Method, dict[str, str]]:
        """The method behind a path as it came over the wire, and the path's variables.

        Raises Refusal, 404 for a path that no document has and 405 for the wrong HTTP method.
        """
        known: list[str] = []
        for node, variables in _walk(self._root, path.strip("/").split("/")):
            if http in node.methods:
                decoded = {name: unquote(value) for name, value in variables.items()}
                return node.methods[http], decoded
            known += node.methods
        if known:
            may = ", ".join(sorted(known))
            raise Refusal(405, "httpMethodNotAllowed", f"{http} is not allowed here; {may} is")
        raise Refusal(404, "notFound", f"The requested URL {path} was not found on this server.")

    def _read(self, document: dict[str, Any]) -> None:
        api = Api(
            document["name"],
            document["revision"],
            document["schemas"],
            document["parameters"] | {name: {"type": "string"} for name in ALSO_STANDARD},
        )
        for raw in _methods(document):
            method = Method(
                id=raw["id"],
                api=api,
                http=raw["httpMethod"],
                parameters=raw.get("parameters", {}),
                request=raw.get("request", {}).get("$ref", ""),
                response=raw.get("response", {}).get("$ref", ""),
            )
            self.methods[method.id] = method
            paths = [document["servicePath"] + raw.get("flatPath", raw["path"])]
            if raw.get("useMediaDownloadService"):
                paths.append(f"download/{paths[0]}")
            protocols = raw.get("mediaUpload", {}).get("protocols", {})
            paths += [protocol["path"] for protocol in protocols.values()]
            for path in paths:
                self._node(path).methods[method.http] = method

    def _node(self, path: str) -> _Node:
        node = self._root
        for part in path.strip("/").split("/"):
            if not VARIABLE.search(part):
                node = node.fixed.setdefault(part, _Node())
                continue
            if part not in node.variable:
                node.variable[part] = (_pattern(part), _Node())
            node = node.variable[part][1]
        return node


def _walk(node: _Node, parts: list[str]) -> Iterator[tuple[_Node, dict[str, str]]]:
    """Every way to read `parts`, the most literal first."""
    if not parts:
        yield node, {}
        return
    head, rest = parts[0], parts[1:]
    if head in node.fixed:
        yield from _walk(node.fixed[head], rest)
    # a longer template says more: {instance}:restart before {instance}
    for template in sorted(node.variable, key=len, reverse=True):
        pattern, below = node.variable[template]
        found = pattern.fullmatch(head)
        if found:
            for end, variables in _walk(below, rest):
                yield end, {**found.groupdict(), **variables}


def _pattern(part: str) -> re.Pattern[str]:
    out, last = "", 0
    for variable in VARIABLE.finditer(part):
        out += re.escape(part[last : variable.start()]) + f"(?P<{variable[1]}>.+?)"
        last = variable.end()
    return re.compile(out + re.escape(part[last:]))


def _methods(node: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from node.get("methods", {}).values()
    for resource in node.get("resources", {}).values():
        yield from _methods(resource)


def _document(name: str) -> dict[str, Any]:
    documents = files("googleapiclient.discovery_cache") / "documents"
    found: dict[str, Any] = json.loads((documents / f"{name}.json").read_text("utf8"))
    return found
