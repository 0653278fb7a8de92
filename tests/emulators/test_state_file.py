"""The file that an emulated cloud is kept in: whole or not at all, one's own, and never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from emulators.azure.store import Store as AzureStore
from emulators.google.store import Store as GoogleStore
from emulators.ibm.store import Store as IbmStore
from emulators.openstack.store import Store as OpenstackStore
from emulators.state_file import StateFile, StateInUse

NAME, TABLE = "state.sqlite3", "CREATE TABLE IF NOT EXISTS things (id TEXT PRIMARY KEY);"
KIND = 7


@dataclass(frozen=True)
class Before:
    """What an emulator wrote before there was one piece for all of them, and who reads it now."""

    file: str
    sql: str
    store: type[StateFile]
    read: Callable[[Any], Any]


BEFORE = {
    "google": Before(
        "google-state.sqlite3",
        """
        CREATE TABLE things
            (path TEXT PRIMARY KEY, collection TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO things VALUES ('p/a', 'instances', '{"id": "a"}');
        """,
        GoogleStore,
        lambda store: store.get("p/a"),
    ),
    "openstack": Before(
        "openstack-state.sqlite3",
        """
        CREATE TABLE things (number INTEGER PRIMARY KEY, collection TEXT NOT NULL,
            id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (collection, id));
        INSERT INTO things VALUES (1, 'oslo-1/servers', 'a', '{"id": "a"}');
        """,
        OpenstackStore,
        lambda store: store.get("oslo-1/servers", "a"),
    ),
    "ibm": Before(
        "ibm-state.sqlite3",
        """
        CREATE TABLE things (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL,
            collection TEXT NOT NULL, due REAL, body TEXT NOT NULL);
        INSERT INTO things VALUES (1, 'a', 'vpcs', NULL, '{"id": "a"}');
        """,
        IbmStore,
        lambda store: store.get("vpcs", "a"),
    ),
    "azure": Before(
        "azure.sqlite",
        """
        CREATE TABLE thing
            (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
        INSERT INTO thing VALUES (1, '/a', '{"id": "a"}');
        PRAGMA user_version = 1736078593;
        """,
        AzureStore,
        lambda store: store.load()["/a"],
    ),
}


@pytest.fixture
def open_(tmp_path):
    opened = []

    def start(folder=tmp_path, kind=KIND):
        opened.append(StateFile(folder, NAME, TABLE, kind))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def ids(file):
    return [id_ for (id_,) in file.db.execute("SELECT id FROM things ORDER BY id")]


def test_a_call_is_kept_whole_or_not_at_all(open_):
    file = open_()
    with file.change():
        file.db.execute("INSERT INTO things VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError), file.change():
        file.db.executemany("INSERT INTO things VALUES (?)", [("b",), ("a",)])
    file.close()
    assert ids(open_()) == ["a"]


def test_a_folder_is_held_by_one(open_, tmp_path):
    first = open_()
    with pytest.raises(StateInUse, match=f"another emulator keeps its state in {tmp_path}"):
        open_()
    first.close()
    open_()


def test_a_folder_that_is_none_is_told_with_its_name(open_, tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(OSError, match=f"{NAME}: unable to open"):
        open_()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_is_kept_aside_each_time_and_it_starts_empty(
    open_, tmp_path, caplog, content
):
    for _ in range(2):
        (tmp_path / NAME).write_bytes(content)
        file = open_()
        assert ids(file) == []
        file.close()
    kept = list(tmp_path.glob(f"{NAME}.*.set-aside"))
    assert [one.read_bytes() for one in kept] == [content, content]
    assert caplog.text.count("is set aside") == 2


def test_a_file_that_is_broken_inside_is_set_aside_too(open_, tmp_path):
    file = open_()
    with file.change():
        many = [(f"{number:050}",) for number in range(999)]
        file.db.executemany("INSERT INTO things VALUES (?)", many)
    file.close()
    data = bytearray((tmp_path / NAME).read_bytes())
    data[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    (tmp_path / NAME).write_bytes(data)
    assert ids(open_()) == []
    assert len(list(tmp_path.glob("*.set-aside"))) == 1


def test_another_kind_of_file_is_set_aside(open_, tmp_path, caplog):
    open_(kind=KIND + 1).close()
    open_()
    assert f"it is of another kind ({KIND + 1})" in caplog.text
    assert len(list(tmp_path.glob("*.set-aside"))) == 1


def test_only_its_owner_may_read_it(open_, tmp_path):
    open_(tmp_path / "made")
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "made" / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cloud", BEFORE)
def test_a_state_of_before_still_opens(tmp_path, cloud):
    told = BEFORE[cloud]
    with closing(sqlite3.connect(tmp_path / told.file)) as before:
        before.executescript(told.sql)
    with closing(told.store(tmp_path)) as now:
        assert told.read(now) == {"id": "a"}
    assert [one.name for one in tmp_path.iterdir()] == [told.file]
