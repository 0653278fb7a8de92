"""A server of the private cloud really boots, answers, lets in the ordered key, and goes."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.desk import PATIENCE, SPEC, Desk, guests, until
from providers.types import Resource, Status

ROOT = Path(__file__).parents[3]
MOST_MEMORY = 200 * 1024  # KiB


def memory(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf8")
    return next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmRSS:")


def signed_in(told: Resource, key: Path) -> str:
    """What the server itself answers to whoever has the key."""
    port = told.outputs["ssh"].split()[2]
    known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    command = ["ssh", "-i", str(key), *known, "-o", "BatchMode=yes", "-p", port, "root@127.0.0.1"]
    done = subprocess.run(
        [*command, "hostname"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.stdout.strip()


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
    assert again.outputs == told.outputs, "what its page says stays true"
    assert b"parkering-web" in fetched(again.outputs["url"])
    desk.cloud.delete(made.ref)
    until(lambda: desk.cloud.read(made.ref) is None, "removed")
    assert guests(desk.state) == []

    desk.cloud.apply(spec)
    until(lambda: guests(desk.state), "started")
    assert desk.end(signal.SIGINT) == 0
    assert guests(desk.state) == []
