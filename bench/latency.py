"""From an order to the first call at the cloud, and to its delivery, three ways side by side.

Our worker, Prefect's own process worker on the same deployments (told at once that there is a run,
and as it comes, which looks every ten seconds), and the bare boto3 calls that any delivery comes
down to, on one emulated AWS whose states do not lag. Nothing is asserted: machines
differ, and the ratios of one run are what counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any
from uuid import uuid4

import boto3
import httpx
from rich.console import Console
from rich.table import Table

from bench.ordering import placed
from catalog.load import load
from cli.addresses import Addresses
from cli.home import Home, opened
from cli.parts import parts as all_parts
from cli.ports import PREFERRED, any_free
from cli.supervisor import Part, Supervisor
from ledger import SqlLedger, open_ledger
from orders.model import ENDS, State

LOOK = 0.01  # seconds between looks at the ledger
PATIENCE = 180.0
STOCK = str(Path(__file__).with_name("stock.py"))
CONSOLE = Console(highlight=False, soft_wrap=True, width=110)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from the order to the first call at the cloud, and to `completed`."""

    first_call: float
    completed: float


@dataclass(frozen=True, slots=True)
class Bench:
    home: Home
    at: Addresses
    known: dict[str, Part]
    ledger: SqlLedger

    def calls(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.at.of('aws')}/_emulator/calls", trust_env=False)
        recent: list[dict[str, Any]] = answer.json()["recent"]
        return recent

    def forget_calls(self) -> None:
        httpx.delete(f"{self.at.of('aws')}/_emulator/calls", trust_env=False)


def run(orders: int, burst: int) -> None:
    """Print the table; `orders` one after the other each way, then `burst` at once."""
    with tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder, standing(folder) as bench:
        with working(bench) as supervisor:
            ours = [timed(bench, supervisor) for _ in range(orders + 1)][1:]
            rate = burst_rate(bench, supervisor, burst)
        with working(bench, "--stock") as supervisor:
            woken = [timed(bench, supervisor) for _ in range(orders + 1)][1:]
        with working(bench, "--dispatch-only") as supervisor:
            worker = replace(bench.known["worker"], name="stock", title="Process worker")
            supervisor.start(replace(worker, command=[sys.executable, "-P", STOCK]))
            stock = [timed(bench, supervisor) for _ in range(orders + 1)][1:]
        bare = [bare_calls(bench) for _ in range(orders + 1)][1:]
    show(
        {
            "our worker": ours,
            "process worker, woken by us": woken,
            "process worker as it comes": stock,
            "bare boto3 calls": bare,
        }
    )
    CONSOLE.print(f"{burst} orders at once through our worker: {rate:.0f} delivered a minute\n")


@contextmanager
def standing(folder: str, url: str = "", parts: Sequence[str] = ()) -> Iterator[Bench]:
    """A Prefect server with our deployments and emulated clouds, on ports of their own.

    url    of the ledger, if not the home's own
    parts  what else is started
    """
    with opened(Path(folder) / "home") as home:
        at = Addresses({part: any_free() for part in PREFERRED})
        url = url or home.ledger_url
        known = {name: on(url, part) for name, part in all_parts(home, at, os.environ).items()}
        clouds = replace(known["clouds"], command=[*known["clouds"].command, "--lag=0"])
        with Supervisor(home.logs, CONSOLE.print, Event()) as supervisor:
            supervisor.start(known["prefect"], clouds, *(known[name] for name in parts))
            supervisor.start(known["deploy"])
            ledger = open_ledger(url)
            try:
                yield Bench(home, at, known, ledger)
            finally:
                ledger.close()


def on(url: str, part: Part) -> Part:
    """The part, with its ledger at `url`."""
    return replace(part, environment={**part.environment, "GRUNNMUR_LEDGER_URL": url})


@contextmanager
def working(bench: Bench, *options: str) -> Iterator[Supervisor]:
    """A worker at work, started with `options`."""
    worker = bench.known["worker"]
    kind = " ".join(["worker", *options])
    part = replace(worker, title=kind.capitalize(), command=[*worker.command, *options])
    with Supervisor(bench.home.logs, CONSOLE.print, Event()) as supervisor:
        supervisor.start(part)
        yield supervisor


def timed(bench: Bench, supervisor: Supervisor) -> Timing:
    bench.forget_calls()
    start = time.monotonic()
    await_end(bench, place(bench.ledger), supervisor)
    end = time.monotonic()
    return Timing(bench.calls()[0]["monotonic"] - start, end - start)


def burst_rate(bench: Bench, supervisor: Supervisor, count: int) -> float:
    """Orders delivered a minute when all are placed at once."""
    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda _: place(bench.ledger), range(count)))
    for order in placed:
        await_end(bench, order, supervisor)
    return count / (time.monotonic() - start) * 60


def place(ledger: SqlLedger) -> str:
    """An order of one small server on AWS; its number."""
    return placed(ledger, load()["linux-server"], "aws/eu-north-1")


def await_end(bench: Bench, order: str, supervisor: Supervisor) -> None:
    end = time.monotonic() + PATIENCE
    while (row := bench.ledger.order_row(order)) is None or row.state not in ENDS:
        if time.monotonic() > end:
            raise TimeoutError(f"order {order} is not delivered: see {bench.home.logs}")
        supervisor.pause(LOOK)
    if row.state is not State.COMPLETED:
        raise RuntimeError(f"order {order} is {row.state}: see {bench.home.logs}")


def bare_calls(bench: Bench) -> Timing:
    """What a delivery comes down to: find the image, start a machine, see it running."""
    ec2 = boto3.client(
        "ec2",
        endpoint_url=bench.at.of("aws"),
        region_name="eu-north-1",
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",  # noqa: S106 - an emulator takes any
    )
    bench.forget_calls()
    start = time.monotonic()
    wanted = [{"Name": "name", "Values": ["debian-12-amd64-*"]}]
    image = ec2.describe_images(Filters=wanted)["Images"][0]["ImageId"]
    made = ec2.run_instances(
        ImageId=image,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        ClientToken=uuid4().hex,
    )
    machine = made["Instances"][0]["InstanceId"]
    until(lambda: state_of(ec2, machine) == "running")
    end = time.monotonic()
    return Timing(bench.calls()[0]["monotonic"] - start, end - start)


def state_of(ec2: Any, machine: str) -> str:  # noqa: ANN401 - boto3 makes its clients at run time
    found = ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]
    return str(found["State"]["Name"])


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            raise TimeoutError("what was waited for never came")
        time.sleep(LOOK)


def show(ways: dict[str, list[Timing]]) -> None:
    floor = median(one.completed for one in ways["bare boto3 calls"])
    count = len(next(iter(ways.values())))
    table = Table(title=f"Seconds, median (min - max) of {count}", title_justify="left")
    for heading in ("", "order to first call", "order to completed", "to bare calls"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, timings in ways.items():
        first = spread([one.first_call for one in timings])
        whole = [one.completed for one in timings]
        table.add_row(name, first, spread(whole), f"{median(whole) / floor:.1f} x")
    CONSOLE.print(table)


def spread(values: list[float]) -> str:
    return f"{median(values):.3f} ({min(values):.3f} - {max(values):.3f})"
