"""What was done is still there after a restart, whatever ended the process."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulators.azure import serve
from emulators.azure.store import FILE
from emulators.loopback import NotLoopback
from emulators.state_file import StateInUse
from fixtures.azure_emulator import REGION, client
from fixtures.clock import Clock

ROOT = Path(__file__).parents[3]
DISK = {
    "location": REGION,
    "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def begin(tmp_path, clock):
    """Serve the cloud that is kept in this test's folder."""
    running = []

    def start():
        running.append(serve(state=tmp_path, clock=clock))
        return running[-1]

    yield start
    for one in running:
        one.close()


def test_a_cloud_and_what_goes_on_in_it_outlive_a_restart(begin, clock):
    first = begin()
    with client("resource.resources", first.url) as resources, client("compute", first.url) as c:
        resources.resource_groups.create_or_update("rg1", {"location": REGION, "tags": {"a": "1"}})
        c.disks.begin_create_or_update("rg1", "d", DISK, polling=False)
    first.close()
    clock.now += 10
    second = begin()
    with client("resource.resources", second.url) as resources, client("compute", second.url) as c:
        assert resources.resource_groups.get("rg1").tags == {"a": "1"}
        assert c.disks.get("rg1", "d").provisioning_state == "Succeeded"
        c.disks.begin_delete("rg1", "d", polling=False)
        clock.now += 10
    second.close()
    with client("compute", begin().url) as compute:
        assert list(compute.disks.list()) == []


def test_what_was_answered_outlives_a_killed_process(tmp_path):
    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "emulators.azure", "--port", "0", "--state", str(tmp_path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = process.stdout.readline()
        return process, re.search(r"http://\S+(?=,)", line)[0]

    process, url = start()
    try:
        with client("resource.resources", url) as resources:
            for number in range(5):
                resources.resource_groups.create_or_update(f"rg{number}", {"location": REGION})
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        process.stdout.close()
    process, url = start()
    try:
        with client("resource.resources", url) as resources:
            found = [g.name for g in resources.resource_groups.list()]
        assert found == [f"rg{n}" for n in range(5)]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()


def test_two_do_not_share_a_folder(begin, tmp_path):
    begin()
    with pytest.raises(StateInUse):
        serve(state=tmp_path)


@pytest.mark.parametrize("content", [b"no database", b""])
def test_a_file_that_is_damaged_is_set_aside(begin, tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with client("resource.resources", begin().url) as resources:
        assert list(resources.resource_groups.list()) == []
    assert [p.name for p in tmp_path.glob("*set-aside")] == (
        [] if not content else [p.name for p in tmp_path.glob(f"{FILE}.*.set-aside")]
    )
    assert bool(list(tmp_path.glob("*set-aside"))) == bool(content)


def test_only_this_machine_is_served():
    with pytest.raises(NotLoopback):
        serve(host="0.0.0.0")  # noqa: S104 - it is refused
