"""Debian itself as a server: it lets in the ordered key, and PostgreSQL is set up on it.

Long: where nothing is built yet, `tools/debian-image` takes minutes, and so does each start.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.desk import PATIENCE, ROOT, SPEC, Desk, guests, until
from flows.probes import ask_database
from providers.types import Resource

KEPT = ROOT / ".venv/debian-image"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def debian() -> Path:
    """The system, built once and kept between runs."""
    if not shutil.which("mmdebstrap") or os.geteuid():
        pytest.skip("builds a Debian: needs root, and apt-get install mmdebstrap")
    subprocess.run([ROOT / "tools/debian-image", KEPT], check=True)
    return KEPT / "debian.ext4"


@pytest.fixture
def desk(debian, guest_state, monkeypatch):
    (guest_state / "openstack/guests/debian.ext4").symlink_to(debian)
    one = Desk(guest_state, monkeypatch)
    yield one
    one.end(signal.SIGKILL)
    until(lambda: not guests(guest_state), "ended with the cloud")


def doors(state: Path) -> dict[int, int]:
    """Where the ports of the one guest are reached on this machine."""
    (process,) = guests(state)
    command = Path(f"/proc/{process}/cmdline").read_bytes()
    found = re.findall(rb"hostfwd=tcp:127\.0\.0\.1:([0-9]+)-:([0-9]+)", command)
    return {int(inside): int(out) for out, inside in found}


def ssh(port: int, key: Path, *command: str) -> str:
    known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    way = ["ssh", "-i", str(key), *known, "-o", "BatchMode=yes", "-p", str(port)]
    done = subprocess.run(
        [*way, "debian@127.0.0.1", *command],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.stdout.strip()


def ordered(desk: Desk, key: Path, kind: str, **parameters: object) -> Resource:
    public = key.with_suffix(".pub").read_text(encoding="utf8").strip()
    wanted = {"size": "vm-2-4", "disk_gb": 20, "ssh_key": public, **parameters}
    return desk.ready(desk.cloud.apply(replace(SPEC, kind=kind, parameters=wanted)).ref)


def test_debian_12_lets_in_the_ordered_key_and_keeps_its_disk(desk, key):
    told = ordered(desk, key, "virtual-machine", image="debian-12")
    port = int(told.outputs["ssh"].split()[2])
    assert told.outputs["ssh"].endswith("debian@127.0.0.1")
    asked = ("cat", "/etc/debian_version;", "hostname;", "sudo", "whoami")
    version, name, who = until(lambda: ssh(port, key, *asked), "let in").splitlines()
    assert version.startswith("12.")
    assert (name, who) == ("parkering-web", "root")
    ssh(port, key, "echo kept >notes; sync")

    desk.end(signal.SIGTERM)
    desk.start()
    again = int(desk.ready(told.ref).outputs["ssh"].split()[2])
    assert until(lambda: ssh(again, key, "cat", "notes"), "let in again") == "kept"
    desk.cloud.delete(told.ref)
    until(lambda: desk.cloud.read(told.ref) is None, "removed")
    assert guests(desk.state) == []


def test_postgresql_is_set_up_by_its_script_and_takes_who_ordered_it(desk, key):
    told = ordered(desk, key, "database", version="15")
    there = doors(desk.state)
    assert (told.outputs["host"], told.outputs["port"]) == ("127.0.0.1", str(there[5432]))
    asked = ("sudo", "-u", "postgres", "psql", "-Atc", "'show server_version_num; show ssl'")
    number, encrypted = until(lambda: ssh(there[22], key, *asked), "let in").splitlines()
    assert number.startswith("15")
    assert encrypted == "on"
    seen = ask_database("127.0.0.1", there[5432], PATIENCE)
    assert seen.seconds is not None
    assert seen.why.startswith("TLSv1."), "measured as it is once it is delivered"
