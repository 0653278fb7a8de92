"""XES, the IEEE's XML for event logs: traces of events. Read trace by trace, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from xml.etree import ElementTree as ET

from leadtime.errors import BadLog
from leadtime.eventlog import Row, moment, opened

_DONE = {"", "complete"}  # lifecycle: other transitions of an activity are not its time


def xes_rows(path: Path, zone: tzinfo = UTC) -> Iterator[Row]:
    """The events in the file's order; `number` counts events from 1.

    Raises BadLog for what is no XES, a trace without name or one whose name came before, and an
    event without activity or time.
    """
    seen: set[int] = set()  # hashes: some hundred bytes a case, whatever it is called
    number = 0
    for trace in _traces(path):
        case = _values(trace).get("concept:name", "")
        if not case:
            raise BadLog(path, number + 1, "begins a trace without concept:name")
        if hash(case) in seen:
            raise BadLog(path, number + 1, f"begins a second trace of case {case!r}")
        seen.add(hash(case))
        for event in trace.iterfind("{*}event"):
            number += 1
            told = _values(event)
            if told.get("lifecycle:transition", "").lower() not in _DONE:
                continue
            activity = told.get("concept:name", "")
            if not activity:
                raise BadLog(path, number, f"names no activity of case {case!r}")
            at = moment(path, number, told.get("time:timestamp", ""), zone)
            yield Row(number, case, activity, at)


def _traces(path: Path) -> Iterator[ET.Element]:
    with opened(path) as raw:
        try:
            parsing = ET.iterparse(raw, events=("start", "end"))  # noqa: S314 - the operator's own file; expat itself stops entities that grow
            root = next(parsing)[1]
            if _plain(root.tag) != "log":
                raise BadLog(path, 0, f"is no XES: it begins with <{_plain(root.tag)}>, not <log>")
            for happening, element in parsing:
                if happening == "end" and _plain(element.tag) == "trace":
                    yield element
                    root.clear()
        except ET.ParseError as wrong:
            raise BadLog(path, 0, f"is no XES: {wrong}") from None


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _values(element: ET.Element) -> dict[str, str]:
    return {
        one.attrib["key"]: one.attrib["value"].strip()
        for one in element
        if "key" in one.attrib and "value" in one.attrib
    }
