"""From what a delivery asks of the private cloud to an HTTP answer from inside the server."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from shutil import which

from cli import clouds
from cli.addresses import Addresses
from cli.home import Home
from providers import connect
from providers.types import Spec, Status

QEMU = "qemu-system-x86_64"
PATIENCE = 300.0  # seconds
SPEC = Spec(
    instance="0123456789abcdef0123456789abcdef",
    kind="virtual-machine",
    region="oslo-1",
    parameters={"size": "vm-2-4", "image": "debian-12", "disk_gb": 20},
    name="bench",
)


def run() -> None:
    print("\nA server of the private cloud, from the call of its delivery to its own answer")
    if which(QEMU) is None:
        print(f"  no {QEMU} here: servers are simulated, and there is nothing to time")
        return
    with tempfile.TemporaryDirectory() as folder:
        _boot(Path(folder))


def _boot(folder: Path) -> None:
    """Twice: the first also fetches and builds the system of every guest."""
    ports = [f"--{name}-port=0" for name in clouds.TITLES]
    command = [sys.executable, "-m", "emulators", *ports, "--lag=0", f"--state={folder}", "--boot"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            told = (served.stdout.readline() if served.stdout else "").split(", ")
            url = next(one.split()[1] for one in told if one.startswith("openstack "))
            known = clouds.settings(Home(folder), Addresses(dict.fromkeys(clouds.TITLES, 0)))
            os.environ.update(known)
            os.environ["GRUNNMUR_ACCOUNT_SANDBOX_OPENSTACK_ENDPOINT"] = f"{url}/identity/v3"
            for name in ("first, with the system built", "next"):
                _one(name)
        finally:
            served.terminate()


def _one(name: str) -> None:
    cloud = connect("openstack", clouds.ACCOUNT)
    start = time.perf_counter()
    ref = cloud.apply(SPEC).ref
    accepted = time.perf_counter() - start
    while (now := cloud.read(ref)) and now.status is Status.PENDING:
        if time.perf_counter() - start > PATIENCE:
            break
        time.sleep(0.1)
    ready = time.perf_counter() - start
    where = now.outputs.get("url") if now else None
    if where is None:
        print(f"  {name}: no answer ({now.detail or 'simulated' if now else 'gone'})")
        return
    with urllib.request.urlopen(where, timeout=60) as answer:  # noqa: S310 - on this machine
        answer.read()
    answered = time.perf_counter() - start
    print(
        f"  {name}: {answered:.1f} s, of which accepted {accepted:.2f} s, "
        f"started and answering {ready - accepted:.1f} s, one more answer {answered - ready:.2f} s"
    )
    cloud.delete(ref)
    while cloud.read(ref) is not None:
        time.sleep(0.1)
