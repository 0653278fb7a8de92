"""The database goes away and comes back, or the process that writes is killed."""

import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Event

import pytest

from fixtures.examples import placed, told
from fixtures.racing import in_threads
from ledger import LedgerUnavailable, LedgerUnusable, database, open_ledger
from orders import events as e
from orders.service import place, record

TESTS = Path(__file__).parents[1]

PLACES_FOR_EVER = """
import sys
from itertools import count
from fixtures.examples import placed
from ledger import open_ledger
from orders.service import place
ledger = open_ledger(sys.argv[1])
for number in count():
    order, _ = place(ledger, placed(ledger.next_number(), external_id=f"{sys.argv[2]}-{number}"))
    print(order.id, flush=True)
"""


@pytest.fixture
def restarting(postgres_server):
    """The server, which is running again after the test whatever happened in it."""
    yield postgres_server
    if postgres_server.process is None:
        postgres_server.start()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_while_postgresql_is_away_the_ledger_says_so_and_then_goes_on(
    postgres_url, restarting, how
):
    with closing(open_ledger(postgres_url)) as ledger:
        place(ledger, placed())
        restarting.stop(how)
        with pytest.raises(LedgerUnavailable, match=r"127\.0\.0\.1.*try again"):
            record(ledger, "1001", told(e.ItemStarted))
        with pytest.raises(LedgerUnavailable):
            ledger.ready()
        restarting.start()
        assert record(ledger, "1001", told(e.ItemStarted)).version == 2
        assert ledger.verify() == []


def test_a_waiter_outlasts_a_restart_and_is_told_that_it_may_have_missed_something(
    postgres_url, restarting
):
    with closing(open_ledger(postgres_url)) as ledger, closing(ledger.changes()) as changes:
        assert not changes.wait(0.1)
        restarting.stop()
        assert not changes.wait(0.6)
        back = threading.Timer(0.3, restarting.start)
        back.start()
        assert changes.wait(60)
        back.join()
        assert not changes.wait(0.1)
        place(ledger, placed())
        assert changes.wait(60)


def test_a_waiter_may_be_made_while_the_database_is_away(postgres_url, restarting):
    with closing(open_ledger(postgres_url)) as ledger:
        restarting.stop()
        with closing(ledger.changes()) as changes:
            assert not changes.wait(0.1)
            restarting.start()
            assert changes.wait(60)


@pytest.mark.parametrize("lines", [1, 2, 5, 9])
def test_what_was_accepted_survives_the_death_of_the_process(ledger, ledger_url, lines):
    command = [sys.executable, "-c", PLACES_FOR_EVER, ledger_url, str(lines)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
        env={"PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
    ) as process:
        accepted = [process.stdout.readline().strip() for _ in range(lines)]
        process.kill()
        accepted += process.stdout.read().split()
    assert all(accepted)
    assert {row.id for row in ledger.orders(limit=1000)} >= set(accepted)
    assert ledger.verify() == []
    assert int(ledger.next_number()) > max(map(int, accepted))


@pytest.mark.parametrize("times", [4, pytest.param(100, marks=pytest.mark.long)])
def test_what_was_accepted_survives_a_death_within_the_next_fifty_milliseconds(
    ledger, ledger_url, times
):
    """In its long form two hundred times, half of them on each database."""
    random = Random(times)
    accepted = []
    for nth in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", PLACES_FOR_EVER, ledger_url, f"life-{nth}"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=TESTS,
            env={"PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        ) as process:
            accepted.append(process.stdout.readline().strip())
            Event().wait(random.uniform(0, 0.05))
            process.kill()
            accepted += process.stdout.read().split()
    assert len(accepted) == len(set(accepted)) >= times
    assert {row.id for row in ledger.orders(limit=100_000)} >= set(accepted)
    assert ledger.verify() == []


def test_a_writer_that_waits_too_long_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(database, "BUSY", 0.2)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with closing(open_ledger(url)) as ledger, closing(open_ledger(url)) as other:
        place(ledger, placed())
        with ledger._database.writing():  # noqa: SLF001 - somebody who does not come to an end
            (same,) = in_threads(1, lambda _: ledger.next_number())
            with pytest.raises(LedgerUnavailable, match="locked"):
                other.next_number()
        assert isinstance(same, LedgerUnavailable)
        assert "busy for 0.2 seconds" in str(same)
        assert ledger.ready() == other.ready() != []
        assert other.next_number() == "1001"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.db"


def test_a_full_disk_is_told_and_nothing_is_half_written(file):
    with closing(open_ledger(f"sqlite:///{file}")) as ledger:
        place(ledger, placed())
        with ledger._database.writing() as connection:  # noqa: SLF001 - a small disk, that is
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        big = told(e.ItemHeld, reason="x" * 100_000)
        with pytest.raises(LedgerUnavailable, match="full"):
            record(ledger, "1001", big)
        with ledger._database.writing() as connection:  # noqa: SLF001 - and a larger one
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        assert record(ledger, "1001", big).version == 2
        assert ledger.verify() == []


@pytest.mark.parametrize("whole", [0.5, 0.9], ids=["seen when it is opened", "seen when read"])
def test_a_damaged_file_is_told_to_be_restored(file, whole):
    with closing(open_ledger(f"sqlite:///{file}")) as ledger:
        for number in range(1001, 1101):
            place(ledger, placed(str(number)))
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(int(size * whole))
        damaged.write(b"\xff" * (size - damaged.tell()))
    with (
        pytest.raises(LedgerUnusable, match=r"malformed.*restore (its|it from a) backup"),
        closing(open_ledger(f"sqlite:///{file}")) as ledger,
    ):
        ledger.verify()
