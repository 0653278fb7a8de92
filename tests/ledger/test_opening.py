"""Opening: the schema, and one clear sentence for whatever is wrong."""

import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from fixtures.examples import placed
from fixtures.racing import in_threads
from ledger import LedgerUnavailable, LedgerUnusable, open_ledger, tables
from ledger.opening import MIGRATIONS, VERSION_TABLE

SECRET = "s3cr3t-w0rd"  # noqa: S105 - no password of anybody's
ROOT = Path(__file__).parents[2]
HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()


def refused(url: str, kind: type[Exception] = LedgerUnusable) -> str:
    with pytest.raises(kind) as error:
        open_ledger(url)
    text = str(error.value)
    assert SECRET not in text + repr(error.value.__cause__)
    assert "\n" not in text
    return text


def test_eight_threads_open_a_new_ledger_at_once(empty_url):
    ledgers = in_threads(8, lambda _: open_ledger(empty_url))
    numbers = [ledger.next_number() for ledger in ledgers]
    for ledger in ledgers:
        ledger.close()
    assert len(set(numbers)) == 8


def test_the_steps_make_the_tables_that_the_code_uses(empty_url):
    open_ledger(empty_url).close()
    engine = sa.create_engine(empty_url)
    options = {"version_table": VERSION_TABLE, "compare_type": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
        assert set(sa.inspect(connection).get_table_names()) == {
            *tables.metadata.tables,
            VERSION_TABLE,
        }
    engine.dispose()


def test_it_opens_from_any_folder(empty_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(open_ledger(empty_url)) as ledger:
        assert ledger.count() == 0


def test_a_relative_file_is_found_from_where_we_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_ledger("sqlite:///here.db").close()
    assert (tmp_path / "here.db").exists()


def test_opening_again_writes_nothing(ledger, ledger_url):
    with closing(ledger.changes()) as changes:
        open_ledger(ledger_url).close()
        assert not changes.wait(0.1)


def test_a_plain_postgresql_address_will_do(postgres_url):
    with closing(open_ledger(postgres_url.replace("+psycopg", ""))) as ledger:
        assert ledger.next_number() == "1001"


def test_the_ledger_may_share_a_database_with_alembic_tables_of_others(postgres_url):
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('theirs')"))
        connection.execute(sa.text("CREATE TABLE events (id int)"))
    open_ledger(postgres_url).close()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "theirs"
    engine.dispose()


def test_sqlite_writes_ahead_syncs_each_commit_and_is_for_its_owner_only(tmp_path):
    file = tmp_path / "ledger.db"
    with closing(open_ledger(f"sqlite:///{file}")) as ledger:
        ledger.append("1001", [placed()], expected=0)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with ledger._database.writing() as connection:  # noqa: SLF001 - it shows nowhere else
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
    full = 2
    assert asked == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_an_address_that_is_none_is_not_repeated():
    assert "sqlite:////folder/ledger.db" in refused(f"not an address {SECRET}")
    assert "GRUNNMUR_LEDGER_URL" in refused(f"postgresql://user:{SECRET}@host:port/x")
    assert "GRUNNMUR_LEDGER_URL" in refused("")


@pytest.mark.parametrize("scheme", ["mysql+pymysql", "oracle", "postgresql+asyncpg"])
def test_another_kind_of_database_is_refused(scheme):
    text = refused(f"{scheme}://user:{SECRET}@host/x")
    assert scheme in text
    assert "postgresql+psycopg" in text


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_memory_is_refused(url):
    assert "needs a file" in refused(url)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    text = refused(f"sqlite:///{tmp_path}/gone/ledger.db")
    assert f"{tmp_path}/gone/ledger.db cannot be written" in text
    assert "No such file or directory" in text


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    assert f"{tmp_path} cannot be written: Is a directory" in refused(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "ledger.db"
    file.write_text("Dear diary, " * 100)
    assert f"{file} cannot be used" in refused(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 100


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "prefect.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE flow_run (id TEXT)")
    assert "another program's tables (such as flow_run)" in refused(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("flow_run",)]


def test_a_ledger_of_a_newer_version_is_refused_and_left_as_it_is(ledger, ledger_url, behind):
    behind("UPDATE ledger_schema SET version_num = '0999'")
    text = refused(ledger_url)
    assert "newer version" in text
    assert "0999" in text
    behind("UPDATE ledger_schema SET version_num = :head", head=HEAD)
    open_ledger(ledger_url).close()


def test_a_database_that_does_not_answer_is_named_without_the_password(postgres_server):
    url = f"postgresql+psycopg://kari:{SECRET}@127.0.0.1:1/grunnmur"
    text = refused(url, LedgerUnavailable)
    assert "PostgreSQL 127.0.0.1:1/grunnmur" in text
    assert "kari" not in text


def test_a_database_that_does_not_exist_is_named(postgres_server):
    url = postgres_server.url("nowhere").replace("grunnmur@", f"grunnmur:{SECRET}@")
    assert 'database "nowhere" does not exist' in refused(url, LedgerUnavailable)


def test_a_password_in_the_options_of_the_address_is_not_shown(postgres_server):
    url = f"postgresql+psycopg://127.0.0.1:1/grunnmur?user=kari&password={SECRET}"
    assert "127.0.0.1:1/grunnmur" in refused(url, LedgerUnavailable)


def test_a_user_who_may_not_make_tables_is_told_so(postgres_url, postgres_server):
    with closing(postgres_server.connect()) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    text = refused(postgres_url.replace("grunnmur@", "guest@"))
    assert "permission denied" in text


OPENS_AS_NOBODY = """
import os, pwd, sys
from ledger import open_ledger
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
try:
    open_ledger(sys.argv[1])
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def as_nobody(url: str) -> str:
    """What is said to a user whom file permissions stop; they do not stop root."""
    done = subprocess.run(
        [sys.executable, "-c", OPENS_AS_NOBODY, url],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


@pytest.fixture
def open_folder():
    """A folder that anybody may enter. Not below pytest's: another run closes that to others."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_read_only_folder_is_named(open_folder):
    open_folder.chmod(0o555)
    text = as_nobody(f"sqlite:///{open_folder}/ledger.db")
    assert text.startswith(f"LedgerUnusable: the ledger's file {open_folder}/ledger.db cannot be")
    assert "Permission denied" in text


def test_a_read_only_file_is_named(open_folder):
    file = open_folder / "ledger.db"
    open_ledger(f"sqlite:///{file}").close()
    file.chmod(0o444)
    assert "LedgerUnusable" in as_nobody(f"sqlite:///{file}")


def test_a_writable_file_in_a_read_only_folder_is_named(open_folder):
    file = open_folder / "ledger.db"
    open_ledger(f"sqlite:///{file}").close()
    file.chmod(0o666)
    open_folder.chmod(0o555)
    assert "its folder is read-only" in as_nobody(f"sqlite:///{file}")
