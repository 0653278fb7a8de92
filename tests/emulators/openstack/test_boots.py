"""A server of the private cloud really boots, answers, lets in the ordered key, and goes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.openstack_emulator import account
from providers import connect
from providers.types import Ref, Resource, Spec, Status

ROOT = Path(__file__).parents[3]
PATIENCE = 300.0  # seconds: two busy cores emulate a third
SPEC = Spec(
    instance="0123456789abcdef0123456789abcdef",
    kind="virtual-machine",
    region="oslo-1",
    parameters={"size": "vm-2-4", "image": "debian-12", "disk_gb": 20},
    name="Parkering web",
)
CLOUDS = ("aws", "google", "azure", "openstack", "ibm")
MOST_MEMORY = 200 * 1024  # KiB


def started(state: Path) -> tuple[subprocess.Popen[str], str]:
    """All clouds as `make run` serves them, and the address of the private one."""
    ports = [f"--{name}-port=0" for name in CLOUDS]
    command = [sys.executable, "-m", "emulators", *ports, "--lag=0", f"--state={state}", "--boot"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    told = process.stdout.readline().removeprefix("ready ").split(", ")
    urls = dict(one.split(" ", 1) for one in told if " http" in one)
    return process, urls["openstack"]


def until(look: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"never {what}")


def guests(state: Path) -> list[int]:
    """The processes that run a guest of this state."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"qemu-system" in command.split(b"\0")[0] and str(state).encode() in command:
            found.append(int(folder.name))
    return found


def memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf8")
    return next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmRSS:")


@pytest.fixture
def key(tmp_path):
    if not shutil.which("ssh"):
        pytest.skip("no ssh here: apt-get install openssh-client")
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)  # noqa: S607 - as found
    return file


def signed_in(told: Resource, key: Path) -> str:
    """What the server itself answers to whoever has the key."""
    port = told.outputs["ssh"].split()[2]
    known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    command = ["ssh", "-i", str(key), *known, "-o", "BatchMode=yes", "-p", port, "root@127.0.0.1"]
    done = subprocess.run(
        [*command, "hostname"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.stdout.strip()


class Desk:
    """The clouds of one state in a process of their own, started and ended as often as asked."""

    def __init__(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state = state
        self._monkeypatch = monkeypatch
        self.start()

    def start(self) -> None:
        self.process, url = started(self.state)
        for name, value in account(url).items():
            self._monkeypatch.setenv(name, value)
        self.cloud = connect("openstack", "sandbox")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def ready(self, ref: Ref) -> Resource:
        def look() -> Resource | None:
            now = self.cloud.read(ref)
            assert now.status is not Status.FAILED, now.detail
            return now if now.status is Status.READY else None

        return until(look, "ready")


@pytest.fixture
def desk(guest_state, monkeypatch):
    one = Desk(guest_state, monkeypatch)
    yield one
    if one.process.poll() is None:
        one.end(signal.SIGKILL)
        until(lambda: not guests(guest_state), "ended with the cloud")


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own, on this machine
        return answer.read()


def test_a_server_boots_lets_in_the_key_outlives_a_restart_and_goes(desk, key):
    """One story, since each boot takes its time."""
    public = key.with_suffix(".pub").read_text(encoding="utf8").strip()
    spec = replace(SPEC, parameters={**SPEC.parameters, "ssh_key": public})
    made = desk.cloud.apply(spec)
    assert (made.status, made.outputs) == (Status.PENDING, {}), "before it has answered"
    told = desk.ready(made.ref)
    assert json.loads(fetched(f"{told.outputs['url']}cgi-bin/info"))["hostname"] == "parkering-web"
    assert until(lambda: signed_in(told, key), "let in") == "parkering-web"
    (one,) = guests(desk.state)
    assert memory(one) < MOST_MEMORY

    desk.end(signal.SIGKILL)  # the worst of ends
    until(lambda: not guests(desk.state), "ended with the cloud")
    desk.start()
    again = desk.ready(made.ref)
    assert b"parkering-web" in fetched(again.outputs["url"])
    desk.cloud.delete(made.ref)
    until(lambda: desk.cloud.read(made.ref) is None, "removed")
    assert guests(desk.state) == []

    desk.cloud.apply(spec)
    until(lambda: guests(desk.state), "started")
    assert desk.end(signal.SIGINT) == 0
    assert guests(desk.state) == []
