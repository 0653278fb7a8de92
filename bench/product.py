"""The whole product as its users start it, in a folder of its own: what a benchmark orders from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cli.addresses import Addresses
from cli.home import Home
from cli.parts import PROGRAM
from cli.portal_access import Access
from cli.portal_api import PortalApi
from cli.ports import PREFERRED, any_free, variable

READY = "Ctrl-C stops everything"
PATIENCE = 300.0  # seconds
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Product:
    home: Home
    at: Addresses
    api: PortalApi


@contextmanager
def started(folder: Path) -> Generator[Product]:
    """Until the block ends. Raises TimeoutError."""
    ports = {variable(part): str(any_free()) for part in PREFERRED}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GRUNNMUR_", "PREFECT_"))}
    home, output = Home(folder / "home"), folder / "output.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**kept, **ports, "GRUNNMUR_HOME": str(home.folder)},
            cwd=ROOT,
            start_new_session=True,
        )
    try:
        _await(process, output)
        at = Addresses({part: int(ports[variable(part)]) for part in PREFERRED})
        access = Access(
            portal=at.of("portal"),
            issuer=at.of("signin"),
            client=PROGRAM,
            secret=home.secret(PROGRAM),
        )
        with httpx.Client(timeout=60, trust_env=False) as http:
            yield Product(home, at, PortalApi(access, http))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def _await(process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + PATIENCE
    while READY not in output.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise TimeoutError(f"the product did not start:\n{output.read_text()}")
        time.sleep(0.2)
