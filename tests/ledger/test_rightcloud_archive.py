"""The journal only grows, by one writer at a time; documents are kept once."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from fixtures.racing import in_threads

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    body: str
    at: datetime = AT
    by: str = "amina"
    kind: str = "PricesTaken"


@pytest.fixture
def archive(ledger):
    return ledger.rightcloud


def test_an_empty_journal_ends_at_nought(archive) -> None:
    assert archive.last() == 0
    assert archive.rows() == []


def test_lines_are_numbered_from_one_and_come_back_as_they_went_in(archive) -> None:
    assert archive.add([Line('{"a": 1}'), Line('{"b": "æ"}')], {}, expected=0)
    assert [(row.seq, row.at, row.by, row.kind, row.body) for row in archive.rows()] == [
        (1, AT, "amina", "PricesTaken", '{"a": 1}'),
        (2, AT, "amina", "PricesTaken", '{"b": "æ"}'),
    ]
    assert [row.seq for row in archive.rows(after=1)] == [2]


def test_a_writer_that_has_not_read_the_last_line_writes_nothing(archive) -> None:
    assert archive.add([Line("{}")], {"d1": b"one"}, expected=0)
    assert not archive.add([Line("{}")], {"d2": b"two"}, expected=0)
    assert archive.last() == 1
    assert archive.documents(["d1", "d2"]) == {"d1": b"one"}


def test_a_document_is_kept_once_and_any_bytes_come_back(archive) -> None:
    body = bytes(range(256)) * 100
    assert archive.add([Line("{}")], {"d": body}, expected=0)
    assert archive.add([Line("{}")], {"d": body, "e": b""}, expected=1)
    assert archive.documents(["e", "d", "none"]) == {"d": body, "e": b""}


def test_of_many_writers_at_once_one_wins(archive) -> None:
    added = in_threads(
        6, lambda number: archive.add([Line(f"{number}")], {"same": b"x"}, expected=0)
    )
    assert sum(added) == 1
    assert archive.last() == 1
