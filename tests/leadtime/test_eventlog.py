import gzip
import tracemalloc
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leadtime.cases import Case, cases
from leadtime.errors import BadLog
from leadtime.eventlog import Columns, rows
from leadtime.xes import xes_rows

HEADER = "CaseID,ActivityID,CompleteTimestamp\n"


def written(folder: Path, content: str, name: str = "log.csv") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def read(file: Path, columns: Columns | None = None) -> list[Case]:
    return cases(rows(file, columns or Columns()))


def test_a_case_lasts_from_its_first_event_to_its_last(tmp_path: Path) -> None:
    log = HEADER + "7,ask,2026-01-01 08:00:00\n7,done,2026-01-03 08:00:00\n"
    assert read(written(tmp_path, log)) == [
        Case("7", datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 3, 8, tzinfo=UTC), "ask")
    ]


def test_rows_may_come_in_any_order(tmp_path: Path) -> None:
    ordered = ["1,a,2026-01-01", "2,b,2026-01-02", "1,c,2026-01-03", "2,d,2026-01-05"]
    backwards = HEADER + "\n".join(reversed(ordered))
    assert read(written(tmp_path, backwards)) == read(
        written(tmp_path, HEADER + "\n".join(ordered), "ordered.csv")
    )


def test_several_time_zones_are_one_time(tmp_path: Path) -> None:
    log = HEADER + "1,a,2026-07-01T10:00:00+02:00\n1,b,2026-07-01T08:30:00Z\n"
    (case,) = read(written(tmp_path, log))
    assert case.started == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert case.ended == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def test_a_time_without_zone_is_in_the_zone_given(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "1,a,2026-07-01 10:00:00\n")
    (row,) = rows(file, Columns(), ZoneInfo("Europe/Oslo"))
    assert row.at == datetime(2026, 7, 1, 8, tzinfo=UTC)


def test_gzip_a_byte_order_mark_and_other_columns_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "log.csv.gz"
    with gzip.open(file, "wb") as packed:
        packed.write("\ufeffid;x,what,when\n1,a,2026-01-01\n".encode())
    (row,) = rows(file, Columns("id;x", "what", "when"))
    assert (row.number, row.case, row.activity) == (2, "1", "a")


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("", "log.csv, row 1: has no column 'CaseID'; its columns are: none"),
        ("a,b\n1,2\n", "log.csv, row 1: has no column 'CaseID'; its columns are: a, b"),
        (HEADER + "1,a,2026-01-01\n1,b,soon\n", "log.csv, row 3: 'soon' is no time: write it"),
        (HEADER + "1,a,\n", "log.csv, row 2: '' is no time"),
        (HEADER + "1,a\n", "log.csv, row 2: '' is no time"),
        (HEADER + ",a,2026-01-01\n", "log.csv, row 2: names no case"),
        (HEADER + "1, ,2026-01-01\n", "log.csv, row 2: names no activity of case '1'"),
        (HEADER + "1,a,9999-12-31T23:59:59-12:00\n", "log.csv, row 2: '9999-12-31T23:59:59-12:00'"),
        (HEADER + '1,"a,2026-01-01\n', "is not CSV in UTF-8"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_row(
    tmp_path: Path, log: str, said: str
) -> None:
    with pytest.raises(BadLog) as refused:
        read(written(tmp_path, log))
    assert said in str(refused.value)


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(HEADER.encode() + b"1,\xff\xfe,2026-01-01\n")
    with pytest.raises(BadLog, match="is not CSV in UTF-8"):
        read(file)


def test_a_broken_or_absent_file_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "log.csv.gz"
    broken.write_bytes(b"\x1f\x8b broken")
    for file in (broken, tmp_path / "absent.csv"):
        with pytest.raises(BadLog, match="cannot be read"):
            read(file)


def peak(reading: Iterator[object]) -> int:
    """The most memory that was held while all of it was read, in bytes."""
    tracemalloc.start()
    try:
        deque(reading, maxlen=0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [500, 5000])
def test_memory_stays_flat_however_long_the_log(tmp_path: Path, count: int) -> None:
    lines = (f"{n},ask,2026-01-01T08:00:00Z\n{n},done,2026-01-02T08:00:00Z\n" for n in range(count))
    plain = written(tmp_path, HEADER + "".join(lines))
    at = "<date key='time:timestamp' value='2026-01-01T08:00:00Z'/>"
    events = f"<event><string key='concept:name' value='ask'/>{at}</event>" * 2
    traces = (
        f"<trace><string key='concept:name' value='{n}'/>{events}</trace>" for n in range(count)
    )
    xml = written(tmp_path, f"<log>{''.join(traces)}</log>", "log.xes")
    assert peak(rows(plain, Columns())) < 300_000
    # XES remembers a hash of each case's name, to refuse a second one; a case itself is thousands
    assert peak(xes_rows(xml)) < 500_000 + 150 * count
