"""Wanted against found, an unsorted listing of both sizes, beside two dicts and SQLite.

`python -m bench reconcile`. Each way runs in a process of its own, and all must find the same
differences. Seconds are beyond what making the two streams takes, which is timed as well; memory
is the most that a process held beyond what it had after its imports.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import NamedTuple

from flows.listing import in_order
from orders.model import State
from orders.reconcile import Verdict, compare
from providers.types import Ref, Resource, Status

SIZES = (100_000, 1_000_000)
STEP = 7_919  # a prime that no size is a multiple of: the listing comes in no order
GONE = 1_000  # every so many-th is missing, and as many are nobody's
Counts = dict[str, int]


class Wanted(NamedTuple):
    """As little of an item as the comparison asks for, for all ways alike."""

    instance: str
    resource_id: str
    state: State = State.COMPLETED


def run() -> None:
    print("\nReconciliation, seconds beyond the streams themselves and MB beyond the imports")
    for size in SIZES:
        told = {way: _measured(way, size) for way in WAYS}
        answers = {json.dumps(one["counts"], sort_keys=True) for one in told.values()}
        if len(answers) != 1:
            raise SystemExit(f"the ways give different answers: {told}")
        print(
            f"  {size:,} wanted, as many found; the streams take {told['merge']['streams']:.2f} s"
        )
        for way, one in told.items():
            print(f"    {TITLES[way]:<44}{one['seconds']:7.2f} s {one['megabytes']:8.1f} MB")


def _measured(way: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.reconcile", way, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _wanted(size: int) -> Iterator[Wanted]:
    return (Wanted(f"{number:032x}", f"i-{number:017x}") for number in range(size))


def _listed(size: int) -> Iterator[Resource]:
    """All but every GONE-th, and as many that no order knows."""
    for number in range(size):
        which = number * STEP % size
        if which % GONE == 0:
            which += size
        yield Resource(
            ref=Ref(kind="virtual-machine", region="eu-north-1", id=f"i-{which:017x}"),
            instance=f"{which:032x}",
            status=Status.READY,
        )


def _merged(size: int) -> Counts:
    with in_order(_listed(size)) as found:
        return _counted(pairing.verdict for pairing in compare(_wanted(size), found))


def _looked_up(size: int) -> Counts:
    wanted = {one.instance: one for one in _wanted(size)}
    found = {one.instance: one for one in _listed(size)}
    both = wanted.keys() & found.keys()
    in_step = sum(wanted[one].resource_id == found[one].ref.id for one in both)
    missing, orphan = len(wanted.keys() - both), len(found.keys() - both)
    return {"in step": in_step, "missing": missing, "orphan": orphan}


def _joined(size: int) -> Counts:
    with sqlite3.connect(":memory:") as database:
        for table in ("wanted", "found"):
            database.execute(f"create table {table} (instance primary key, id) without rowid")
        database.executemany("insert into wanted values (?, ?)", (w[:2] for w in _wanted(size)))
        rows = ((one.instance, one.ref.id) for one in _listed(size))
        database.executemany("insert into found values (?, ?)", rows)
        query = """select sum(f.id = w.id), sum(f.id is null), sum(w.id is null)
        from wanted w full outer join found f using (instance)"""
        return dict(
            zip(("in step", "missing", "orphan"), database.execute(query).fetchone(), strict=True)
        )


def _counted(verdicts: Iterator[Verdict]) -> Counts:
    return {verdict.value: count for verdict, count in Counter(verdicts).items()}


TITLES = {
    "merge": "ours: sorted in pieces, merged as a stream",
    "dicts": "two dicts",
    "sqlite": "SQLite in memory, full outer join",
}
WAYS: dict[str, Callable[[int], Counts]] = {
    "merge": _merged,
    "dicts": _looked_up,
    "sqlite": _joined,
}


def _child(way: str, size: int) -> None:
    began = perf_counter()
    for stream in (_wanted(size), _listed(size)):
        for _ in stream:
            pass
    streams = perf_counter() - began
    held = _most()
    began = perf_counter()
    counts = WAYS[way](size)
    spent = perf_counter() - began - streams
    megabytes = (_most() - held) / 1024
    print(
        json.dumps({"counts": counts, "seconds": spent, "streams": streams, "megabytes": megabytes})
    )


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]))
