"""A part's log stays small while the part goes on writing to it."""

from __future__ import annotations

import pytest

from cli.logs import kept_small


@pytest.fixture
def log(tmp_path):
    return tmp_path / "portal.log"


def test_a_small_log_is_left_alone(log):
    log.write_text("ready\n")
    assert not kept_small(log, 100)
    assert log.read_text() == "ready\n"
    assert not kept_small(log.with_name("never.log"), 100)


def test_a_large_one_is_moved_aside_and_its_writer_goes_on(log):
    with log.open("ab", buffering=0) as out:
        out.write(b"old\n" * 100)
        assert kept_small(log, 100)
        out.write(b"new\n")
        assert log.read_bytes() == b"new\n"
        assert log.with_name("portal.log.1").read_bytes() == b"old\n" * 100

        out.write(b"newer\n" * 100)
        assert kept_small(log, 100)
    assert log.read_bytes() == b""
    assert log.with_name("portal.log.1").read_bytes() == b"new\n" + b"newer\n" * 100


def test_where_nothing_can_be_kept_beside_it_is_made_small_all_the_same(log):
    log.with_name("portal.log.1").mkdir()
    log.write_bytes(b"old\n" * 100)
    assert kept_small(log, 100)
    assert log.read_bytes() == b""
