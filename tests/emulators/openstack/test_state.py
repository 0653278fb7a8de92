"""The private cloud outlives the emulator's process; the emulator keeps to its own machine."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys

import pytest

from emulators.loopback import NotLoopback
from emulators.openstack import serve
from emulators.openstack.offers import ZONE, fixed_id
from emulators.openstack.store import FILE
from emulators.state_file import StateInUse
from fixtures.clock import Clock
from fixtures.openstack_emulator import LAG, REGION

PATIENCE = 60.0  # seconds
SERVER = {
    "flavorRef": fixed_id(REGION, "flavour vm-1-2"),
    "imageRef": fixed_id(REGION, "image debian-12"),
    "networks": [{"uuid": fixed_id(REGION, ZONE)}],
}


@contextlib.contextmanager
def process(folder):
    command = [sys.executable, "-m", "emulators.openstack", "--port=0", f"--state={folder}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running, running.stdout.readline().removeprefix("ready ").split(",")[0]
        finally:
            running.kill()


@pytest.fixture
def begin(tmp_path):
    """Serve the cloud that is kept in this test's folder."""
    running = []

    def start(clock):
        running.append(serve(state=tmp_path, clock=clock, lag=LAG))
        return running[-1]

    yield start
    for one in running:
        one.close()


def servers(cloud):
    return {one["name"]: one["status"] for one in listed(cloud)}


def listed(cloud):
    return cloud.compute.get("/servers/detail").json()["servers"]


def order(cloud, name):
    return cloud.compute.post("/servers", json={"server": {"name": name, **SERVER}})


def test_what_was_there_and_what_was_under_way_outlive_a_restart(begin, sdk_of):
    clock = Clock()
    first = begin(clock)
    cloud = sdk_of(first.url)
    order(cloud, "web")
    cloud.network.post("/networks", json={"network": {"name": "zone"}})
    cloud.object_store.put("/papers")
    cloud.object_store.put("/papers/a.txt", data=b"kept")
    assert servers(cloud) == {"web": "BUILD"}
    first.close()

    second = begin(clock)
    cloud = sdk_of(second.url)
    assert servers(cloud) == {"web": "BUILD"}
    clock.now += LAG
    assert servers(cloud) == {"web": "ACTIVE"}
    assert cloud.object_store.get("/papers/a.txt").content == b"kept"
    names = {one["name"] for one in cloud.network.get("/networks").json()["networks"]}
    assert names == {"zone", "landing-zone", "municipality"}


def test_each_region_has_its_own(begin, sdk_of):
    running = begin(Clock())
    order(sdk_of(running.url), "web")
    assert servers(sdk_of(running.url, "oslo-2")) == {}


def test_kill_9_loses_nothing_that_was_answered(tmp_path, begin, sdk_of):
    names = [f"m{number}" for number in range(10)]
    with process(tmp_path) as (running, url):
        cloud = sdk_of(url)
        for name in names:
            assert order(cloud, name).status_code == 202
        running.send_signal(signal.SIGKILL)
        running.wait(PATIENCE)
    found = listed(sdk_of(begin(Clock(now=4e9)).url))
    assert sorted(one["name"] for one in found) == names
    addresses = {one["addr"] for server in found for one in server["addresses"]["landing-zone"]}
    assert len(addresses) == len(names)


def test_sigterm_ends_it_cleanly(tmp_path):
    with process(tmp_path) as (running, _):
        running.terminate()
        assert running.wait(PATIENCE) == 0


def test_two_emulators_do_not_share_a_folder(tmp_path, begin):
    begin(Clock())
    with pytest.raises(StateInUse, match=str(tmp_path)):
        serve(state=tmp_path)


def test_a_damaged_file_is_set_aside_and_the_cloud_is_furnished_anew(
    tmp_path, begin, sdk_of, caplog
):
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    cloud = sdk_of(begin(Clock()).url)
    assert "is set aside" in caplog.text
    assert len(list(tmp_path.glob(f"{FILE}.*.set-aside"))) == 1
    assert order(cloud, "web").status_code == 202


def test_a_state_in_use_is_one_clear_sentence(tmp_path, begin):
    begin(Clock())
    ended = subprocess.run(
        [sys.executable, "-m", "emulators.openstack", "--port=0", f"--state={tmp_path}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("emulators.openstack: openstack: another emulator keeps its state in")
    assert "give another --state" in line


def test_a_port_in_use_is_one_clear_sentence(openstack_emulator):
    port = openstack_emulator.url.rsplit(":", 1)[1]
    ended = subprocess.run(
        [sys.executable, "-m", "emulators.openstack", "--port", port],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"cannot serve openstack at 127.0.0.1:{port}" in line


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_it_listens_on_loopback_only(host):
    with pytest.raises(NotLoopback):
        serve(host=host)
