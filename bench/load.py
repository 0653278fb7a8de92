"""A hundred orders at once, then many in a row, all through the portal's API and all delivered.

Meanwhile the portal and the worker are looked at: memory, open files and connections to the
ledger's database, at the beginning, in the middle, at the end, and how they grow over the row.
Before the row each scheduled flow runs once: the libraries that it brings into the worker stay
there. On PostgreSQL where this machine has it, else on SQLite. `python -m bench load --row 1000`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import linear_regression, median
from typing import Any
from uuid import uuid4

import httpx
from rich.table import Table

from bench.latency import CONSOLE, Bench, await_end, standing, until, working
from bench.postgres import postgres
from bench.processes import Held, held, number_of
from cli.parts import PROGRAM
from cli.portal_access import Access
from cli.portal_api import ORDERS, SECONDS, PortalApi
from cli.supervisor import Supervisor

AT_ONCE = 100
CUSTOMERS = 8
PLACES = ("gcp/europe-north1", "azure/norwayeast")  # whose emulators do not tire of many machines
PROGRAMS = {"portal": "portal", "worker": "flows.worker"}
SAMPLES = 200
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
WARM = 0.2  # the part of the row after which nothing should grow any more


@dataclass(frozen=True, slots=True)
class Look:
    """What a part held when so many orders of the row were delivered."""

    orders: int
    held: Held


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at the parts of `bench`."""

    bench: Bench
    numbers: dict[str, int]
    seen: dict[str, list[Look]]

    def look(self, orders: int) -> None:
        url = self.bench.known["worker"].environment["GRUNNMUR_LEDGER_URL"]
        for part, number in self.numbers.items():
            self.seen[part].append(Look(orders, held(number, url)))


def run(row: int) -> None:
    """Print what was delivered and how quickly, and the table of what was held."""
    with (
        postgres() as url,
        tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder,
        standing(folder, url or "", parts=("signin", "portal")) as bench,
        working(bench) as supervisor,
        asking(bench) as portal,
    ):
        CONSOLE.print(f"\nLoad through the portal, on {'PostgreSQL' if url else 'SQLite'}")
        burst(bench, supervisor, portal)
        run_scheduled(bench)
        show(in_a_row(bench, supervisor, portal, row))


@contextmanager
def asking(bench: Bench) -> Iterator[PortalApi]:
    access = Access(
        portal=bench.at.of("portal"),
        issuer=bench.at.of("signin"),
        client=PROGRAM,
        secret=bench.home.secret(PROGRAM),
    )
    with httpx.Client(timeout=SECONDS, trust_env=False) as http:
        yield PortalApi(access, http)


def burst(bench: Bench, supervisor: Supervisor, portal: PortalApi) -> None:
    start = time.monotonic()
    places = [place for place, _ in zip(cycle(PLACES), range(AT_ONCE), strict=False)]
    with ThreadPoolExecutor(CUSTOMERS) as pool:
        numbers = list(pool.map(lambda place: order(portal, place), places))
    accepted = time.monotonic() - start
    for number in numbers:
        await_end(bench, number, supervisor)
    took = time.monotonic() - start
    CONSOLE.print(
        f"{AT_ONCE} orders at once: accepted in {accepted:.1f} s and delivered in {took:.1f} s, "
        f"{AT_ONCE / took * 60:.0f} a minute"
    )


def run_scheduled(bench: Bench) -> None:
    """Whatever comes by itself, once and at once; it may end as it likes."""
    url = f"{bench.at.of('prefect')}/api"
    with httpx.Client(base_url=url, timeout=SECONDS, trust_env=False) as prefect:

        def ended(run: str) -> bool:
            state = prefect.get(f"/flow_runs/{run}").raise_for_status().json()["state"]
            return state["type"] in ENDED

        known = prefect.post("/deployments/filter", json={}).raise_for_status().json()
        runs = []
        for one in known:
            if one["schedules"]:
                made = prefect.post(f"/deployments/{one['id']}/create_flow_run", json={})
                runs.append(made.raise_for_status().json()["id"])
        until(lambda: all(ended(run) for run in runs))


def in_a_row(bench: Bench, supervisor: Supervisor, portal: PortalApi, row: int) -> Watch:
    """Each is delivered before the next is placed."""
    numbers = {part: number_of(name, bench.home.folder) for part, name in PROGRAMS.items()}
    watch = Watch(bench, numbers, {part: [] for part in PROGRAMS})
    every, took, start = max(1, row // SAMPLES), [], time.monotonic()
    for nth, place in zip(range(row), cycle(PLACES), strict=False):
        if nth % every == 0:
            watch.look(nth)
        before = time.monotonic()
        await_end(bench, order(portal, place), supervisor)
        took.append(time.monotonic() - before)
    watch.look(row)
    tenth = max(1, row // 10)
    CONSOLE.print(
        f"{row} in a row: all delivered in {time.monotonic() - start:.0f} s, {median(took):.2f} s "
        f"each (the first tenth {median(took[:tenth]):.2f}, the last {median(took[-tenth:]):.2f})"
    )
    return watch


def order(portal: PortalApi, place: str) -> str:
    """The number of an order of one small server there."""
    answers = {
        "plan": "small",
        "place": place,
        "name": "load",
        "environment": "test",
        "classification": "internal",
        "cost_centre": "410123",
    }
    told = [{"name": name, "value": value} for name, value in answers.items()]
    service = {"serviceSpecification": {"id": "linux-server"}, "serviceCharacteristic": told}
    item: dict[str, Any] = {"id": "1", "action": "add", "service": service}
    body = {"externalId": uuid4().hex, "description": "load", "serviceOrderItem": [item]}
    return str(portal.post(ORDERS, body).json()["id"])


def show(watch: Watch) -> None:
    table = Table(title="What is held over the row", title_justify="left")
    for heading in ("", "first", "middle", "last", "growth per 1,000 orders, once warm"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for part, looks in watch.seen.items():
        for name, unit in (("memory", " MB"), ("files", ""), ("connections", "")):
            values = [(one.orders, float(getattr(one.held, name))) for one in looks]
            shown = [f"{value:.0f}{unit}" for _, value in (values[0], middle(values), values[-1])]
            table.add_row(f"{part}: {name}", *shown, f"{growth(values):+.1f}{unit}")
    CONSOLE.print(table)


def middle(values: Sequence[tuple[int, float]]) -> tuple[int, float]:
    return values[len(values) // 2]


def growth(values: Sequence[tuple[int, float]]) -> float:
    """Per thousand orders, by the line that fits best; 0 where there is too little to say."""
    warm = values[int(len(values) * WARM) :]
    if len(warm) < 3:  # noqa: PLR2004 - two points make any line
        return 0.0
    return linear_regression([at for at, _ in warm], [value for _, value in warm]).slope * 1000
