from datetime import UTC, datetime
from pathlib import Path

import pytest

from leadtime.cases import cases
from leadtime.errors import BadLog
from leadtime.xes import xes_rows


def event(name: str, at: str, more: str = "") -> str:
    named = f"<string key='concept:name' value='{name}'/>" if name else ""
    return f"<event>{named}<date key='time:timestamp' value='{at}'/>{more}</event>"


def trace(name: str, *events: str) -> str:
    named = f"<string key='concept:name' value='{name}'/>" if name else ""
    return f"<trace>{named}{''.join(events)}</trace>"


def written(folder: Path, *traces: str) -> Path:
    file = folder / "log.xes"
    attribute = '<string key="creator" value="x"/>'
    file.write_text(f'<log xmlns="http://www.xes-standard.org/">{attribute}{"".join(traces)}</log>')
    return file


def test_traces_are_cases(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        trace(
            "7", event("ask", "2026-01-01T10:00:00+02:00"), event("done", "2026-01-02T08:00:00Z")
        ),
        trace("8", event("ask", "2026-01-01T07:00:00Z")),
    )
    eight, seven = cases(xes_rows(file))
    assert (eight.name, seven.name) == ("8", "7")
    assert seven.started == datetime(2026, 1, 1, 8, tzinfo=UTC)
    assert seven.ended == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert seven.activity == "ask"


def test_an_activity_counts_when_it_is_complete(tmp_path: Path) -> None:
    started = "<string key='lifecycle:transition' value='start'/>"
    complete = "<string key='lifecycle:transition' value='COMPLETE'/>"
    file = written(
        tmp_path,
        trace(
            "7",
            event("ask", "2026-01-01T08:00:00Z", started),
            event("ask", "2026-01-01T09:00:00Z", complete),
        ),
    )
    assert [row.at.hour for row in xes_rows(file)] == [9]


@pytest.mark.parametrize(
    ("traces", "said"),
    [
        ([trace("", event("a", "2026-01-01"))], "row 1: begins a trace without concept:name"),
        (
            [trace("7", event("a", "2026-01-01")), trace("7", event("a", "2026-01-01"))],
            "log.xes, row 2: begins a second trace of case '7'",
        ),
        ([trace("7", event("", "2026-01-01"))], "row 1: names no activity of case '7'"),
        ([trace("7", event("a", ""))], "row 1: '' is no time"),
    ],
)
def test_what_cannot_be_understood_is_refused(tmp_path: Path, traces: list[str], said: str) -> None:
    with pytest.raises(BadLog) as refused:
        list(xes_rows(written(tmp_path, *traces)))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is no XES"),
        ("<log><trace>", "is no XES"),
        ("<html></html>", "begins with <html>, not <log>"),
        ("CaseID,ActivityID\n", "is no XES"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "log.xes"
    file.write_text(content)
    with pytest.raises(BadLog, match=said):
        list(xes_rows(file))
