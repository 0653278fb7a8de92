"""One YAML file as plain data, with the line that everything stands on.

A small, strict part of YAML: mappings, lists, text, whole and decimal numbers, true, false and
null. No anchors, tags or merges, no key twice, and nothing that YAML 1.1 reads as something else
than its author meant (`no`, `0123`, `12:30`, dates).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from catalog.complaints import Complaint
from catalog.reasons import Flaw, Path, Reason

LARGEST = 256 * 1024  # bytes
DEEPEST = 20

_KIND = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")


class _Mark(Protocol):
    """A place in the text, as PyYAML's two parsers both have it; lines count from 0."""

    line: int


@dataclass(slots=True)
class Source:
    """`lines` gives the line of each key or list entry by its path; `()` is the whole file.

    `holes` are the places whose value could not be told; the reasons are in `flaws`.
    """

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    holes: set[Path] = field(default_factory=set[Path])
    flaws: list[Flaw] = field(default_factory=list[Flaw])

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(content: bytes) -> Source:
    """The data in `content`, None when it cannot be read as YAML at all."""
    source = Source()
    if len(content) > LARGEST:
        source.flaws.append(Flaw(1, Reason(Complaint.LARGER, limit=LARGEST)))
        return source
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        source.flaws.append(Flaw(line, Reason(Complaint.NOT_UTF8)))
        return source
    node = _node(text, source)
    if node is not None:
        source.data = _data(node, (), source)
    return source


def _node(text: str, source: Source) -> yaml.Node | None:
    try:
        source.flaws.extend(_refused(text))
        if source.flaws:
            return None
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        source.flaws.append(Flaw(line, Reason(Complaint.CHARACTER)))
        return None
    except yaml.MarkedYAMLError as error:
        reason = Reason(Complaint.NOT_YAML, why=str(error.problem))
        source.flaws.append(Flaw(_line(error.problem_mark), reason))
        return None
    if node is None:
        source.flaws.append(Flaw(1, Reason(Complaint.EMPTY_FILE)))
    return node


def _refused(text: str) -> Iterator[Flaw]:
    """What must not even be composed: it can grow without end, or means more than it says."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event.start_mark)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if getattr(event, "anchor", None):
            yield Flaw(line, Reason(Complaint.ANCHORS))
        if getattr(event, "tag", None):
            yield Flaw(line, Reason(Complaint.TAGS))
        if depth > DEEPEST or documents > 1:
            much = Complaint.TOO_DEEP if depth > DEEPEST else Complaint.ONE_PER_FILE
            yield Flaw(line, Reason(much))
            return


def _data(node: yaml.Node, path: Path, source: Source) -> object:
    source.lines.setdefault(path, _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_data(entry, (*path, place), source) for place, entry in enumerate(node.value)]
    value, complaint = _scalar(node)
    if complaint:
        source.holes.add(path)
        source.flaws.append(Flaw(_line(node.start_mark), complaint, path))
    return value


def _mapping(node: yaml.MappingNode, path: Path, source: Source) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else None
        if key is None or key_node.tag != _KIND + "str":
            known = Reason(Complaint.KEY_NOT_TEXT, key=key) if key else None
            source.flaws.append(Flaw(line, known or Reason(Complaint.THIS_KEY_NOT_TEXT)))
        if key is None:
            continue
        here = (*path, key)
        if key in found:
            first = source.lines[here]
            source.flaws.append(Flaw(line, Reason(Complaint.TWICE, line=first), here))
            continue
        source.lines[here] = line
        found[key] = _data(value_node, here, source)
    return found


def _scalar(node: yaml.Node) -> tuple[object, Reason | None]:
    text, kind = str(node.value), node.tag.removeprefix(_KIND)
    if kind == "str":
        return text, None
    if kind == "null":
        return None, None
    if kind == "bool" and text in {"true", "false"}:
        return text == "true", None
    if kind == "int" and _WHOLE.fullmatch(text):
        return int(text), None
    if kind == "float" and _DECIMAL.fullmatch(text):
        return float(text), None
    return text, Reason(Complaint.NOT_TEXT, text=text, kind=kind)


def dotted(path: Path) -> str:
    return ".".join(map(str, path)) or "the file"


def _line(mark: _Mark | None) -> int:
    return 1 if mark is None else mark.line + 1
