"""What a delivery of each kind takes at each cloud: the calls made, and the time over them.

An order of every offering goes through the whole product (ledger, Prefect, our worker) and, beside
it, its provider alone is asked for the same thing with nothing around it: the bare SDK calls. Both
on emulated clouds whose states do not lag; of three runs the one with fewest calls counts. A
private connection is followed until somebody outside must act, if anybody must. Then how many calls
a second the emulators answer. Nothing is asserted: `python -m bench deliveries`.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from rich.table import Table

import providers
from bench.latency import CONSOLE, LOOK, PATIENCE, Bench, standing, working
from bench.ordering import ordered, placed
from catalog.load import load
from catalog.offering import Offering
from catalog.places import provider_of
from cli import clouds
from cli.supervisor import Supervisor
from orders.model import OrderItem, State
from providers.contract import Provider
from providers.types import Resource, Spec, Status

EMULATORS = {"gcp": "google"}  # where they have another name than the provider
LINE = "private-connection"  # carriers and customers decide how long it takes
OUTSIDE = frozenset({State.HELD, State.PENDING})  # where it waits for them
RUNS = 3  # the first warms up
SECONDS = 2.0  # of asking, for the calls a second
THREADS = (1, 4)


@dataclass(frozen=True, slots=True)
class Taken:
    """One delivery: the operations asked for, in their order, and the seconds it took."""

    calls: list[str]
    seconds: float


def run() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder, standing(folder) as bench:
        os.environ.update(clouds.settings(bench.home, bench.at))
        rows: list[tuple[str, str, Taken, Taken]] = []
        with working(bench) as supervisor:
            for offering, place in wanted():
                whole = fewest(
                    through_the_product(bench, supervisor, offering, place) for _ in range(RUNS)
                )
                bare = fewest(bare_calls(bench, offering, place) for _ in range(RUNS))
                rows.append((offering.kind or "", provider_of(place), bare, whole))
        show(rows)
        show_rates(bench)


def fewest(several: Iterable[Taken]) -> Taken:
    """The delivery undisturbed by what else asks the clouds, such as an hourly comparison."""
    return min(several, key=lambda one: (len(one.calls), one.seconds))


def wanted() -> Iterator[tuple[Offering, str]]:
    """Every offering that is no bundle, at each of its places, by kind; what waits comes last."""
    simple = [one for one in load().values() if not one.parts]
    for offering in sorted(simple, key=lambda one: (one.kind == LINE, one.kind or "")):
        for place in offering.places:
            yield offering, place


def through_the_product(
    bench: Bench, supervisor: Supervisor, offering: Offering, place: str
) -> Taken:
    known, ends = stood_on(offering, place), {State.COMPLETED}
    ends |= OUTSIDE if offering.kind == LINE else set()
    with counting(bench, place) as calls:
        start = time.monotonic()
        order = placed(bench.ledger, offering, place, known)
        end = start + PATIENCE
        while (row := bench.ledger.order_row(order)) is None or row.state not in ends:
            if time.monotonic() > end or (row and row.state in {State.HELD, State.FAILED}):
                raise RuntimeError(f"{offering.id} at {place}: {row}; see {bench.home.logs}")
            supervisor.pause(LOOK)
        seconds = time.monotonic() - start
    return Taken(calls, seconds)


def bare_calls(bench: Bench, offering: Offering, place: str) -> Taken:
    known = stood_on(offering, place)
    (item,) = ordered(offering, place, datetime.now(UTC), known)
    provider = providers.connect(provider_of(place), clouds.ACCOUNT)
    with counting(bench, place) as calls:
        start = time.monotonic()
        until_ready(provider, asked(item))
        seconds = time.monotonic() - start
    return Taken(calls, seconds)


def stood_on(offering: Offering, place: str) -> dict[str, str]:
    """What the customer has already: a line of AWS leads into a network, which takes but one."""
    if (offering.kind, provider_of(place)) != (LINE, "aws"):
        return {}
    (item,) = ordered(load()["landing-zone"], place, datetime.now(UTC))
    provider = providers.connect(provider_of(place), clouds.ACCOUNT)
    return {"network": until_ready(provider, asked(item)).outputs["network"]}


def asked(item: OrderItem) -> Spec:
    return Spec(
        instance=item.instance,
        kind=item.kind,
        region=item.target.region,
        parameters=item.parameters,
        name=item.name,
        tags={"order": "bench"},
    )


def until_ready(provider: Provider, spec: Spec) -> Resource:
    end = time.monotonic() + PATIENCE
    found = provider.apply(spec)
    while found.status is not Status.READY and found.awaits is None:
        if time.monotonic() > end or found.status is Status.FAILED:
            raise RuntimeError(f"{spec.kind}: {found.detail}")
        time.sleep(LOOK)
        again = provider.read(found.ref) if found.by_itself else provider.apply(spec)
        found = again or found
    return found


@contextmanager
def counting(bench: Bench, place: str) -> Iterator[list[str]]:
    """The operations that the cloud of `place` is asked for meanwhile; filled in at the end."""
    name = provider_of(place)
    address = f"{bench.at.of(EMULATORS.get(name, name))}/_emulator/calls"
    calls: list[str] = []
    httpx.delete(address, trust_env=False)
    yield calls
    report = httpx.get(address, trust_env=False).json()
    calls += [one["operation"] for one in report["recent"]]


def show(rows: list[tuple[str, str, Taken, Taken]]) -> None:
    table = Table(title="A delivery: calls, and seconds over the bare SDK calls", show_lines=True)
    for heading in ("kind", "cloud", "calls", "bare", "delivered", "ratio", "what was called"):
        table.add_column(heading, overflow="fold")
    for kind, cloud, bare, whole in rows:
        ratio = f"{whole.seconds / bare.seconds:.1f} x"
        count = f"{len(whole.calls)} ({len(bare.calls)})"
        times = f"{bare.seconds:.3f}", f"{whole.seconds:.3f}"
        table.add_row(kind, cloud, count, *times, ratio, told(whole.calls))
    CONSOLE.print(table)
    CONSOLE.print("calls: by the whole product (by its provider alone)\n")


def told(calls: list[str]) -> str:
    """The operations in the order of their first call, with how often."""
    counts = {name: calls.count(name) for name in dict.fromkeys(calls)}
    return ", ".join(name if n == 1 else f"{name} x{n}" for name, n in counts.items())


def show_rates(bench: Bench) -> None:
    table = Table(title="Calls a second that the emulators answer, asked by their SDKs")
    table.add_column("cloud")
    for threads in THREADS:
        table.add_column(f"{threads} at a time", justify="right")
    offering = load()["linux-server"]
    for place in offering.places:
        (item,) = ordered(offering, place, datetime.now(UTC))
        provider = providers.connect(provider_of(place), clouds.ACCOUNT)
        machine = until_ready(provider, asked(item))
        rates = [rate(bench, place, provider, machine, threads) for threads in THREADS]
        table.add_row(provider_of(place), *(f"{one:.0f}" for one in rates))
    CONSOLE.print(table)


def rate(bench: Bench, place: str, provider: Provider, machine: Resource, threads: int) -> float:
    end = time.monotonic() + SECONDS

    def ask() -> None:
        while time.monotonic() < end:
            provider.read(machine.ref)

    with counting(bench, place) as calls, ThreadPoolExecutor(threads) as pool:
        for one in [pool.submit(ask) for _ in range(threads)]:
            one.result()
    return len(calls) / SECONDS
