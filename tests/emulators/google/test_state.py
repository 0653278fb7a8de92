"""The cloud outlives the emulator's process; the emulator keeps to its own machine."""

import contextlib
import signal
import subprocess
import sys
from uuid import uuid4

import pytest

from emulators.google import serve
from emulators.google.store import FILE
from emulators.loopback import NotLoopback
from emulators.state_file import StateInUse
from fixtures.clock import Clock
from fixtures.google_emulator import PROJECT, REGION, ZONE, GoogleEmulator


@contextlib.contextmanager
def served(folder, clock=None):
    clock = clock or Clock()
    google = GoogleEmulator(serve(state=folder, clock=clock), clock)
    try:
        yield google
    finally:
        google.close()


@contextlib.contextmanager
def process(folder, *more):
    command = [sys.executable, "-m", "emulators.google", "--port", "0", "--lag", "0.01"]
    with subprocess.Popen(
        [*command, "--state", str(folder), *more], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            ready = running.stdout.readline()
            yield running, ready.removeprefix("ready ").split(",")[0]
        finally:
            running.kill()


def a_machine(desk_of, google, request_id):
    return desk_of(google).insert(desk_of(google).machine(), request_id=request_id)


@pytest.fixture
def desk_of(desk):
    return type(desk)


def test_what_was_there_is_there_after_a_restart(tmp_path, desk_of):
    clock, request = Clock(), str(uuid4())
    with served(tmp_path, clock) as google:
        first = a_machine(desk_of, google, request)
        google.storage().create_bucket("grunnmur-a", location="EU").blob("x").upload_from_string(
            "kept"
        )
    with served(tmp_path, clock) as google:
        desk = desk_of(google)
        assert desk.instance().status == "PROVISIONING"
        assert a_machine(desk_of, google, request).name == first.name
        google.settle()
        assert desk.instance().status == "RUNNING"
        assert google.storage().bucket("grunnmur-a").blob("x").download_as_bytes() == b"kept"


def test_kill_9_loses_nothing_that_was_answered(tmp_path, desk_of):
    names = [f"m{n}" for n in range(20)]
    with process(tmp_path) as (running, url):
        google = GoogleEmulator(None, Clock())
        from fixtures.google_emulator import compute_client  # noqa: PLC0415 - the SDK is heavy

        with compute_client("InstancesClient", url) as client:
            for name in names:
                body = desk_of(google).machine(name)
                client.insert_unary(project=PROJECT, zone=ZONE, instance_resource=body)
            running.send_signal(signal.SIGKILL)
            running.wait()
    with served(tmp_path) as google:
        found = google.compute("InstancesClient").list(project=PROJECT, zone=ZONE)
        assert sorted(m.name for m in found) == sorted(names)


def test_sigterm_ends_it_cleanly(tmp_path):
    with process(tmp_path) as (running, _):
        running.terminate()
        assert running.wait(60) == 0


def test_two_emulators_do_not_share_a_folder(tmp_path):
    with served(tmp_path), pytest.raises(StateInUse, match=str(tmp_path)):
        serve(state=tmp_path)


def test_a_damaged_file_is_set_aside_and_said_so(tmp_path, caplog):
    (tmp_path / FILE).write_bytes(b"this is no database, and long enough to be taken for one" * 9)
    with served(tmp_path) as google:
        assert list(google.compute("InstancesClient").list(project=PROJECT, zone=ZONE)) == []
    assert "is set aside" in caplog.text
    assert list(tmp_path.glob(f"{FILE}.*.set-aside"))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])  # noqa: S104 - refused
def test_it_listens_on_loopback_only(host):
    with pytest.raises(NotLoopback):
        serve(host=host)


def test_a_port_in_use_is_one_clear_sentence(google_emulator):
    port = google_emulator.url.rsplit(":", 1)[1]
    ended = subprocess.run(
        [sys.executable, "-m", "emulators.google", "--port", port],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert f"cannot serve google at 127.0.0.1:{port}" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_old_operations_are_forgotten_in_time(desk, google_emulator, monkeypatch):
    monkeypatch.setattr("emulators.google.operations.SWEEP", 2)
    first = desk.insert(desk.machine("one"))
    google_emulator.clock.now += 15 * 24 * 3600
    desk.insert(desk.machine("two"))
    kept = google_emulator.compute("ZoneOperationsClient").list(project=PROJECT, zone=ZONE)
    assert first.name not in [operation.name for operation in kept]
    google_emulator.compute("RegionsClient").get(project=PROJECT, region=REGION)
