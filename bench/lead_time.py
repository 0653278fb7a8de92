"""Lead times with 100,000 orders delivered: read, counted, and the first promise made of them.

`python -m bench lead_time`. One order is placed as the portal places it; its rows in the
projections are then copied, each with times, agency, offering and provider of its own. What is
read is real; what wrote it is not measured.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np

from bench.ordering import placed
from catalog.load import load
from leadtime.deliveries import Deliveries
from leadtime.figures import figures, grouped, histogram, pieces, split
from leadtime.history import Sort
from leadtime.learning import Learning
from ledger import open_ledger

ORDERS = 100_000
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WAY = ("acknowledged", "check", "pending", "create", "build", "verify")
OFFERINGS = ("linux-server", "postgres-database", "object-storage", "workspace", "personal-desktop")


def run() -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        ledger = open_ledger(f"sqlite:///{file}")
        placed(ledger, load()["linux-server"], "aws/eu-north-1")
        _copy(file)
        print(f"\nLead times of {ORDERS:,} orders, seconds of processor time")
        deliveries = Deliveries(ledger.lead_times)
        book = _timed("read once", lambda: deliveries.book(NOW))
        _timed("look for what is new", lambda: deliveries.book(NOW))
        rows, all_of_them = book.rows, np.ones(len(book.rows), bool)
        _timed("figures by month", lambda: list(grouped(book, rows, "month", "business")))
        _timed("histogram", lambda: histogram(book, rows, "business"))
        _timed("waterfall", lambda: pieces(book, all_of_them, "business"))
        by = ("month", "offering", "provider", "agency")
        lines = _timed("file", lambda: [figures(book, one, "wall") for _, one in split(rows, by)])
        learning = Learning(ledger.lead_times, ledger.old_orders)
        sort = Sort(offering="linux-server", provider="aws", plan="small")
        hours = timedelta(hours=4)
        said = _timed("first promise", lambda: learning.promise(sort, hours, NOW))
        _timed("next promise", lambda: learning.promise(sort, hours, NOW))
        print(f"  ({len(book.stretches):,} stretches, {len(lines):,} lines, {said.basis})")
        ledger.close()


def _timed(what: str, do: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was done
    began = process_time()
    done = do()
    print(f"  {what:24}{process_time() - began:8.3f}")
    return done


def _copy(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        for table, rows in zip(("orders", "items"), _copies(connection), strict=True):
            names = list(rows[0])
            marks = ",".join("?" * len(names))
            into = f"insert into {table}({','.join(names)}) values({marks})"
            connection.executemany(into, [tuple(row.values()) for row in rows])
    connection.close()


def _copies(connection: sqlite3.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    order = dict(connection.execute("select * from orders").fetchone())
    item = dict(connection.execute("select * from items").fetchone())
    pairs = list(_drawn(order, item, random.Random(1)))  # noqa: S311 - a benchmark's own chance
    return [one for one, _ in pairs], [one for _, one in pairs]


def _drawn(
    order: dict[str, Any], item: dict[str, Any], chance: random.Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for number in range(ORDERS):
        start = NOW - timedelta(minutes=chance.uniform(3000, 365 * 1440))
        whole = timedelta(hours=min(chance.lognormvariate(2, 1.2), 48))
        cuts = sorted(chance.random() for _ in WAY[1:])
        moments = [start, *(start + whole * cut for cut in cuts), start + whole]
        spans = [
            [
                label,
                "customer" if label == "pending" else "supplier",
                one.isoformat(),
                two.isoformat(),
            ]
            for label, one, two in zip(WAY, moments, moments[1:], strict=False)
        ]
        end, id_ = f"{start + whole:%Y-%m-%d %H:%M:%S.%f}", str(5000 + number)
        promised = f"{start + timedelta(days=2):%Y-%m-%d %H:%M:%S.%f}"
        said = {"state": "completed", "offering": chance.choice(OFFERINGS), "ended_at": end}
        yield (
            order
            | said
            | {"id": id_, "external_id": id_, "placed_at": f"{start:%Y-%m-%d %H:%M:%S.%f}"}
            | {"promised_at": promised, "due_at": promised, "agency": chance.choice("ABCDEF")},
            item
            | said
            | {"order_id": id_, "instance": id_, "spans": json.dumps(spans), "changed_at": end}
            | {"provider": chance.choice(("aws", "azure", "gcp")), "plan": "small"},
        )


if __name__ == "__main__":
    run()
