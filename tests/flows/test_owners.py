"""Whether the process that had a lease is gone: seen on its own machine, and never guessed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fixtures.prefect_server import until
from flows import owners

NAMED = "import sys\nfrom flows import owners\nprint(owners.ours(), flush=True)\nsys.stdin.read()"


@pytest.fixture
def neighbour():
    """A process that has said its name, and lives until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", NAMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.name = process.stdout.readline().strip()
        yield process
        process.kill()


def test_one_that_runs_is_not_gone(neighbour):
    assert not owners.is_gone(neighbour.name)
    assert not owners.is_gone(owners.ours())
    assert owners.ours() == owners.ours() != neighbour.name


def test_one_that_was_killed_is_gone_also_before_anybody_waits_for_it(neighbour):
    neighbour.kill()
    until(lambda: owners.is_gone(neighbour.name), "a zombie counts as gone", 10)
    neighbour.wait()
    assert owners.is_gone(neighbour.name)


def test_a_number_that_another_process_has_now_does_not_bring_the_first_back(neighbour):
    before = neighbour.name.replace(" ", " 9", 1).split(" ")
    machine, _, begun, tail = before
    ticks, _, place = begun.partition("@")
    other = f"{machine} {neighbour.pid} {int(ticks) - 1}@{place} {tail}"
    assert owners.is_gone(other)


@pytest.mark.parametrize("change", [("@", "@ffffffff-"), ("-", "-9")])
def test_of_another_machine_boot_or_container_nothing_is_known(neighbour, change):
    neighbour.kill()
    neighbour.wait()
    machine, pid, begun, tail = neighbour.name.split(" ")
    assert not owners.is_gone(" ".join([machine, pid, begun.replace(*change), tail]))


@pytest.mark.parametrize("name", ["", "somebody", "vm 12 0a1b2c3d", "vm twelve 5@x y", "vm 12 @ y"])
def test_a_name_of_another_make_says_nothing(name):
    assert not owners.is_gone(name)
