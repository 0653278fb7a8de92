"""The whole ledger in one file, everything destroyed, and a ledger again: on both databases."""

import json
import shutil
import stat
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from fixtures.examples import NOON, delivery, placed, told
from ledger import BackupRefused, LedgerUnusable, open_ledger, restore_ledger, tables
from ledger.drafts import Draft
from ledger.hub import Subscription
from orders import events as e
from orders.service import place, record

SPARE = 500


@pytest.fixture
def lived_in(ledger):
    """One delivered, one held, one open; a person signed in, a draft, a file, a listener."""
    for number, happened in (
        ("1001", delivery()),
        ("1002", [told(e.RunTaken, run="r"), told(e.ItemHeld, reason="blåbær «quota»")]),
        ("1003", []),
    ):
        assert ledger.next_number() == number
        place(ledger, placed(number, external_id=number))
        for event in happened:
            record(ledger, number, event)
    assert ledger.claim("1003", "web", "worker", None)
    ledger.attachments.put(bytes(range(256)), NOON)
    ledger.open_session({"subject": "kari"}, NOON, NOON + timedelta(hours=1))
    ledger.hub.subscribe(
        Subscription(
            id="s", agency="", callback="http://127.0.0.1/", query="", by="erp", made_at=NOON
        )
    )
    record(ledger, "1002", told(e.ItemReleased, why="there is room", at=NOON + timedelta(hours=1)))
    ledger.drafts.save(
        Draft(
            id="d", owner="kari", agency="p", offering="o", title="t", saved_at=NOON, body={"a": []}
        )
    )
    return ledger


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a backup carries."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=str)
            for table in tables.metadata.sorted_tables
            if table.name not in {"sessions", "previews", "counters"}
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_database(lived_in, ledger_url, tmp_path, request, into):
    before = everything(ledger_url)
    assert all(before[name] for name in ("orders", "leases", "attachments", "outbox", "drafts"))
    file = tmp_path / "b.zip"
    written = lived_in.back_up(file, NOON)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    url = (
        f"sqlite:///{tmp_path / 'again.db'}"
        if into == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    again, manifest = restore_ledger(url, file, spare=SPARE)
    with closing(again):
        assert (manifest, manifest.orders, manifest.made_at) == (written, 3, NOON)
        assert everything(url) == before
        assert again.verify() == []
        assert again.attachments.read(_hash(before)) == bytes(range(256))
        # Nobody is signed in by a copy; no number that was given out since comes again.
        assert _count(url, "sessions") == 0
        assert again.next_number() == str(1003 + SPARE + 1)
        record(again, "1003", told(e.RunTaken, run="r", at=NOON + timedelta(hours=2)))
        assert len(everything(url)["outbox"]) == len(before["outbox"]) + 1


def test_nothing_is_restored_over_a_ledger(lived_in, ledger_url, tmp_path):
    lived_in.back_up(tmp_path / "b.zip", NOON)
    before = everything(ledger_url)
    with pytest.raises(BackupRefused, match="a ledger is in"):
        restore_ledger(ledger_url, tmp_path / "b.zip", spare=0)
    assert everything(ledger_url) == before


def test_a_backup_is_never_written_over(ledger, tmp_path):
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(BackupRefused, match="is there already"):
        ledger.back_up(tmp_path / "b.zip", NOON)
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left(ledger, tmp_path):
    with pytest.raises(BackupRefused, match="cannot be written: No such file"):
        ledger.back_up(tmp_path / "none" / "b.zip", NOON)
    assert not list(tmp_path.glob("*.part"))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def _rewritten(file: Path, member: str, text: str) -> None:
    old = file.with_suffix(".old")
    shutil.move(file, old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, text if name == member else source.read(name))


def _a_row_gone(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("tables/ledger.jsonl").decode().splitlines(keepends=True)
    _rewritten(file, "tables/ledger.jsonl", "".join(lines[:-1]))


def _changed(name: str, value: object):
    def change(file: Path) -> None:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read("manifest.json"))
        _rewritten(file, "manifest.json", json.dumps({**manifest, name: value}))

    return change


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.write_text("not a zip"), "no backup of a ledger"),
        (Path.unlink, "No such file"),
        (_cut, "no backup of a ledger"),
        (_a_row_gone, "table ledger has other rows"),
        (_changed("format", 99), "format 99"),
        (_changed("tables", {}), "names no table"),
        (_changed("schema", "9999"), "written by a newer version"),
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_an_empty_database(lived_in, tmp_path, harm, said):
    file = tmp_path / "b.zip"
    lived_in.back_up(file, NOON)
    harm(file)
    empty_url = f"sqlite:///{tmp_path / 'empty.db'}"
    with pytest.raises((BackupRefused, LedgerUnusable), match=said) as error:
        restore_ledger(empty_url, file, spare=0)
    assert "\n" not in str(error.value)
    with closing(open_ledger(empty_url)) as ledger:
        assert (ledger.count(), ledger.next_number()) == (0, "1001")


def _hash(found: dict[str, list[tuple[object, ...]]]) -> str:
    return str(found["attachments"][0][0])


def _count(url: str, table: str) -> int:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(
            sa.select(sa.func.count()).select_from(tables.metadata.tables[table])
        )
    engine.dispose()
    return int(count or 0)
