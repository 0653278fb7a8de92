"""From a kill -9 of the worker to the moment its order goes on, and what that time is made of.

An order is stopped in the middle of its creation by a cloud that does not answer; the worker dies
there, and another is started at once, as a service manager would. Then the same with every place
taken and as many more orders in Prefect's queue as a dispatcher puts there. Nothing is asserted:
`python -m bench recovery`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

import httpx
from rich.table import Table

from bench.latency import CONSOLE, LOOK, Bench, place, standing, until
from flows.dispatch import OUTSTANDING
from flows.worker import LIMIT
from orders.lifecycle import replay
from orders.model import OrderItem, Stage, State

TIMES = 5
SILENT = {"match": "ec2.RunInstances", "kind": "delay", "seconds": 60, "times": 1}
# Longer than the client waits; it asks again seven times before an item is held.
BUILDING = {"match": "ec2.DescribeInstances", "kind": "delay", "seconds": 25, "times": None}


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
        show_crowded(crowded(bench))


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


def crowded(bench: Bench) -> list[float]:
    """Seconds after the kill until each of the orders that were begun has a new run."""
    only(bench, BUILDING)
    with worker(bench, "full") as first:
        await_ready(bench, "full")
        begun = [place(bench.ledger) for _ in range(LIMIT)]
        until(lambda: all(item(bench, number).stage is Stage.BUILD for number in begun))
        waiting = {place(bench.ledger) for _ in range(OUTSTANDING)}
        until(lambda: waiting <= with_runs(bench))
        former = {number: item(bench, number).run for number in begun}
        os.kill(first.pid, signal.SIGKILL)
        start = time.monotonic()
        first.wait()
    only(bench)
    found: list[float] = []
    with worker(bench, "full-again"):
        while former:
            for number in [one for one, run in former.items() if item(bench, one).run != run]:
                found.append(time.monotonic() - start)
                del former[number]
            time.sleep(LOOK)
        until(lambda: all(item(bench, one).state is State.COMPLETED for one in (*begun, *waiting)))
    return found


def with_runs(bench: Bench) -> set[str]:
    """The orders that have a run, in the queue or begun."""
    ready = bench.ledger.ready(now=datetime.now(UTC))
    return {one.order for one in ready if one.lease is not None and one.lease.run}


def in_the_middle(bench: Bench) -> str:
    """An order whose creation has begun, and waits for an answer of the cloud."""
    faults = only(bench, SILENT)
    number = place(bench.ledger)
    until(lambda: httpx.get(faults, trust_env=False).json()["rules"][0]["struck"] == 1)
    return number


def only(bench: Bench, *rules: Mapping[str, Any]) -> str:
    """These faults of the cloud and no others; the address where it tells of them."""
    faults = f"{bench.at.of('aws')}/_emulator/faults"
    httpx.delete(faults, trust_env=False).raise_for_status()
    for rule in rules:
        httpx.post(faults, json=rule, trust_env=False).raise_for_status()
    return faults


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


def show_crowded(seconds: Sequence[float]) -> None:
    CONSOLE.print(
        f"{LIMIT} orders in the middle, {OUTSTANDING} in the queue: the former go on "
        f"{min(seconds):.1f} - {max(seconds):.1f} s after the kill, median {median(seconds):.1f}."
    )
