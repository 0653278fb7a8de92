"""The generated source of one azure-mgmt package, cut into the functions that matter.

Reading is lazy: a package is scanned once for its paths, and a function is parsed only when its
operation is first asked for. Scanning the largest, network, takes a fifth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

HEAD = re.compile(r"^(?:def (build_\w+_request)\(|class (\w+)Operations\b|\S)", re.MULTILINE)
URL = re.compile(r'_url = \(?\s*(?:kwargs\.pop\(\s*"template_url",\s*)?"([^"]+)"')
METHOD = re.compile(r'HttpRequest\(\s*method="(\w+)"')
DEF = re.compile(r"^    def (\w+)\(", re.MULTILINE)
USE = re.compile(r"\b(build_\w+_request)\(")


@dataclass(frozen=True, slots=True)
class Source:
    """One operation as source text.

    title     such as `compute.VirtualMachines_CreateOrUpdate`, Azure's own id of the operation
    method    HTTP method
    url       path template, from the root
    builder   the function that builds its request
    sender    the method that sends it and checks the status
    public    the method that callers use; differs from `sender` when it is long-running
    """

    title: str
    method: str
    url: str
    builder: str
    sender: str
    public: str
    long_running: bool


def sources(package: str) -> Iterator[Source]:
    """Every operation of the package `azure.mgmt.<package>`."""
    for path in _files(package):
        text = path.read_text(encoding="utf-8")
        builders: dict[str, str] = {}
        for name, group, part in _parts(text):
            if name:
                builders[name] = part
            if group:
                yield from _operations(package, group, part, builders)


def _files(package: str) -> list[Path]:
    spec = find_spec(f"azure.mgmt.{package}")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"azure.mgmt.{package} is not installed; see requirements.lock")
    folder = Path(spec.submodule_search_locations[0], "operations")
    return sorted(folder.glob("_*operations.py"))


def _parts(text: str) -> Iterator[tuple[str, str, str]]:
    """What stands at the left margin: name of the builder or of the group, and its text."""
    heads = [h for h in HEAD.finditer(text) if h[0][0] not in ")#@"]
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        if head[1] or head[2]:
            end = after.start() if after else len(text)
            yield head[1] or "", head[2] or "", text[head.start() : end]


def _operations(package: str, group: str, text: str, builders: dict[str, str]) -> Iterator[Source]:
    methods = _methods(text)
    for name, sender in methods.items():
        used = USE.search(sender)
        builder = builders.get(used[1]) if used else None
        url, method = (URL.search(builder), METHOD.search(builder)) if builder else (None, None)
        if builder is None or url is None or method is None:
            continue  # a convenience that only calls another
        plain = name.strip("_").removesuffix("_initial")
        lasting = name.endswith("_initial")
        yield Source(
            title=f"{package.rpartition('.')[2]}.{group}_{_camel(plain)}",
            method=method[1],
            url="/" + url[1].lstrip("/"),
            builder=builder,
            sender=sender,
            public=methods.get(f"begin_{plain}", sender) if lasting else sender,
            long_running=lasting,
        )


def _methods(text: str) -> dict[str, str]:
    """Each method's text; of overloads the last, which is the real one."""
    starts = list(DEF.finditer(text))
    ends = [s.start() for s in starts[1:]] + [len(text)]
    return {start[1]: text[start.start() : end] for start, end in zip(starts, ends, strict=True)}


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
