"""All guests end with the cloud, at whatever stage of their start they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from emulators.openstack import qemu, serve
from emulators.openstack.qemu import guest, guests, program
from emulators.openstack.qemu.image import Image
from fixtures.openstack_emulator import account
from providers import connect
from providers.types import Spec

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0  # seconds
SOON = 20.0  # far below what the programs here would take by themselves
SPEC = Spec(
    instance="0123456789abcdef0123456789abcdef",
    kind="virtual-machine",
    region="oslo-1",
    parameters={"size": "vm-2-4", "image": "debian-12"},
    name="web",
)
SILENT = f"""\
#!{sys.executable}
import pathlib, time
pathlib.Path(__file__).with_name("began").touch()
time.sleep(600)
"""
ANSWERS = f"""\
#!{sys.executable}
import http.server, re, sys
port = int(re.search(r"hostfwd=tcp:127.0.0.1:([0-9]+)-:80", " ".join(sys.argv))[1])
http.server.ThreadingHTTPServer(
    ("127.0.0.1", port), http.server.SimpleHTTPRequestHandler
).serve_forever()
"""


def script(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    file.chmod(0o755)
    return file


def until(look: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, f"never {what}"
        time.sleep(0.05)


def running(folder: Path) -> list[int]:
    """The processes that were started with a name of this folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            command = (one / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in command and int(one.name) != os.getpid():
            found.append(int(one.name))
    return found


class House:
    """A private cloud that boots, and what its guests' programs are."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self.served = serve(lag=0.0)
        self.served.emulator.house(qemu.Guests(folder / "guests"))
        for name, value in account(self.served.url).items():
            monkeypatch.setenv(name, value)
        self.cloud = connect("openstack", "sandbox")

    def boots(self, text: str) -> None:
        kernel, disk = self.folder / "vmlinuz", self.folder / "initrd.gz"
        kernel.write_bytes(b"k")
        disk.write_bytes(b"d")
        self._monkeypatch.setattr(guests, "image", lambda _folder, _end: Image(kernel, disk))
        self._monkeypatch.setattr(guest, "PROGRAM", str(script(self.folder, "qemu", text)))

    def downloads(self) -> None:
        """The system of every guest is being fetched, and does not come."""
        script(self.folder, "apt-cache", "#!/bin/sh\necho '  Depends: linux-image-6-cloud'\n")
        script(self.folder, "apt-get", SILENT)
        self._monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}{os.environ['PATH']}")

    def order(self, count: int) -> list[str]:
        return [
            self.cloud.apply(replace(SPEC, instance=f"{number:032x}")).ref.id
            for number in range(count)
        ]


@pytest.fixture
def house(tmp_path, monkeypatch):
    one = House(tmp_path, monkeypatch)
    yield one
    if one.served:
        one.served.close()


def closed(house: House) -> float:
    start = time.monotonic()
    house.served.close()
    house.served = None
    return time.monotonic() - start


def test_while_the_system_is_fetched_three_guests_end_at_once(house):
    house.downloads()
    house.order(3)
    until((house.folder / "began").exists, "began to fetch")
    assert closed(house) < SOON
    assert running(house.folder) == []


def test_one_is_removed_while_the_system_is_fetched_and_the_next_goes_on(house):
    house.downloads()
    first, _second = house.order(2)
    until((house.folder / "began").exists, "began to fetch")
    (house.folder / "began").unlink()
    ref = next(one.ref for one in house.cloud.inventory() if one.ref.id == first)
    start = time.monotonic()
    house.cloud.delete(ref)
    until(lambda: house.cloud.read(ref) is None, "removed")
    assert time.monotonic() - start < SOON
    until((house.folder / "began").exists, "fetched for the other")


@pytest.mark.parametrize("text", [SILENT, ANSWERS], ids=["silent", "answers"])
def test_what_was_started_ends(house, text):
    house.boots(text)
    ids = house.order(3)
    until(lambda: len(running(house.folder)) == len(ids), "started")
    if text == ANSWERS:
        look = house.served.emulator.cloud.guests.look
        until(lambda: all(look(id_)["state"] == "answering" for id_ in ids), "answering")
    assert closed(house) < SOON
    assert running(house.folder) == []
    kept = {folder.name for folder in (house.folder / "guests").iterdir()}
    assert kept == set(ids), "their files, for the next start"


def test_what_is_only_just_being_started_ends(house):
    house.boots(SILENT)
    house.order(3)
    assert closed(house) < SOON
    assert running(house.folder) == []


def test_a_program_that_takes_too_long_is_ended_and_named(tmp_path):
    slow = script(tmp_path, "slow", SILENT)
    with pytest.raises(program.Failed, match=r"slow.* was not done after 1 s"):
        program.run(["sh", "-c", f"{slow} & {slow}"], tmp_path, 1.0, Event())
    assert running(tmp_path) == []


def test_a_program_that_fails_is_told_by_its_last_words(tmp_path):
    bad = script(tmp_path, "bad", "#!/bin/sh\necho first >&2\necho why >&2\nexit 3\n")
    with pytest.raises(program.Failed, match=r"bad -x: why$"):
        program.run([str(bad), "-x"], tmp_path, PATIENCE, Event())
    with pytest.raises(program.Failed, match="No such file"):
        program.run([str(tmp_path / "none")], tmp_path, PATIENCE, Event())


def test_the_process_of_all_clouds_ends_while_the_system_is_fetched(house, tmp_path, monkeypatch):
    """Ctrl-C, as it reaches `python -m emulators`."""
    if not qemu.found():
        pytest.skip("no qemu-system-x86_64 here: apt-get install qemu-system-x86")
    house.downloads()
    ports = [f"--{name}-port=0" for name in ("aws", "google", "azure", "openstack", "ibm")]
    command = [sys.executable, "-m", "emulators", *ports, "--lag=0", "--boot"]
    with subprocess.Popen(
        [*command, f"--state={tmp_path / 'state'}"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        told = process.stdout.readline().removeprefix("ready ").split(", ")
        url = dict(one.split(" ", 1) for one in told if " http" in one)["openstack"]
        for name, value in account(url).items():
            monkeypatch.setenv(name, value)
        connect("openstack", "sandbox").apply(SPEC)
        until((house.folder / "began").exists, "began to fetch")
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0
