"""From a kill -9 of the worker to the moment its order goes on, and what that time is made of.

An order is stopped in the middle of its creation by a cloud that does not answer; the worker dies
there, and another is started at once, as a service manager would. Nothing is asserted:
`python -m bench recovery`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import httpx
from rich.table import Table

from bench.latency import CONSOLE, Bench, place, standing, until
from orders.lifecycle import replay
from orders.model import OrderItem, State

TIMES = 5
SILENT = {"match": "ec2.RunInstances", "kind": "delay", "seconds": 60, "times": 1}


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds after the kill: the new worker serves, the order has a new run, it is delivered."""

    ready: float
    goes_on: float
    delivered: float


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder, standing(folder) as bench:
        show([killed(bench, f"worker-{number}") for number in range(TIMES)])


def killed(bench: Bench, name: str) -> Recovery:
    with worker(bench, name) as first:
        await_ready(bench, name)
        number = in_the_middle(bench)
        former = item(bench, number).run
        os.kill(first.pid, signal.SIGKILL)
        start = time.monotonic()
        first.wait()
        with worker(bench, f"{name}-again"):
            await_ready(bench, f"{name}-again")
            ready = time.monotonic() - start
            until(lambda: item(bench, number).run != former)
            goes_on = time.monotonic() - start
            until(lambda: item(bench, number).state is State.COMPLETED)
            return Recovery(ready, goes_on, time.monotonic() - start)


def in_the_middle(bench: Bench) -> str:
    """An order whose creation has begun, and waits for an answer of the cloud."""
    faults = f"{bench.at.of('aws')}/_emulator/faults"
    httpx.delete(faults, trust_env=False).raise_for_status()
    httpx.post(faults, json=SILENT, trust_env=False).raise_for_status()
    number = place(bench.ledger)
    until(lambda: httpx.get(faults, trust_env=False).json()["rules"][0]["struck"] == 1)
    return number


def item(bench: Bench, number: str) -> OrderItem:
    return replay(bench.ledger.history(number)).items["1"]


@contextmanager
def worker(bench: Bench, name: str) -> Iterator[subprocess.Popen[bytes]]:
    part = bench.known["worker"]
    with (bench.home.logs / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            part.command, env=dict(part.environment), cwd=bench.home.logs, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def await_ready(bench: Bench, name: str) -> None:
    log = bench.home.logs / f"{name}.log"
    until(lambda: "\nready" in "\n" + log.read_text(errors="replace"))


def show(found: list[Recovery]) -> None:
    table = Table(title=f"Seconds after the kill, median (min - max) of {len(found)}")
    for heading in ("", "seconds"):
        table.add_column(heading)
    rows = {
        "the new worker serves": [one.ready for one in found],
        "the order goes on": [one.goes_on for one in found],
        "it is delivered": [one.delivered for one in found],
    }
    for name, values in rows.items():
        table.add_row(name, f"{median(values):.1f} ({min(values):.1f} - {max(values):.1f})")
    CONSOLE.print(table)
