"""Every list and page of the portal over 100,000 orders, on SQLite and PostgreSQL.

`python -m bench pages`. A few hundred orders are placed and moved on as always; their rows are then
copied, under new numbers, until there are enough: what pages read is the same as if each had been
placed. The hashes of the copies are not: the ledger's chain is not what is measured here.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import sqlalchemy as sa
from starlette.testclient import TestClient

from bench.ordering import ordered
from bench.postgres import postgres
from catalog.load import load
from catalog.offering import Offering
from ledger import SqlLedger, open_ledger, tables
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import DELIVERY, ResourceRef
from orders.steering import Question
from portal.app import create_app
from portal.person import Person, Role
from portal.settings import Settings

ORDERS = 100_000
PLACED = 200  # by the front door
ROUNDS = 9
LIMIT = 200  # milliseconds: what the issue asks for
Catalog = Mapping[str, Offering]
AGENCIES = ("BYM", "PBE", "UKE", "SME", "KRV")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REF = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")
PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.OPERATOR: (
        "/desk", "/desk?view=ours", "/desk?view=held", "/desk?view=jeopardy", "/desk?view=theirs",
        "/desk?view=free", "/desk?view=mine", "/desk?agency=PBE&offering=linux-server",
        "/orders", "/orders?page=3000", "/orders/{order}", "/things", "/status",
    ),
    Role.OWNER: ("/approvals", "/offerings", "/offerings/linux-server", "/questions"),
    Role.ORDERER: ("/", "/orders", "/orders/{order}", "/things", "/order/linux-server", "/help"),
    Role.AUDITOR: ("/audit", "/audit?by=bench", "/lead-time"),
}  # fmt: skip


def run(number: int = ORDERS) -> None:
    print(f"Pages over {number} orders; milliseconds, the middle of {ROUNDS}, limit {LIMIT}")
    found: dict[str, list[tuple[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder:
        found["SQLite"] = _measured(f"sqlite:///{Path(folder) / 'ledger.db'}", number)
    with postgres() as url:
        if url:
            found["PostgreSQL"] = _measured(url, number)
        else:
            print("no PostgreSQL here: apt-get install postgresql")
    names = list(found)
    print(f"{'page':<58}" + "".join(f"{name:>12}" for name in names))
    for row in zip(*found.values(), strict=True):
        slow = "  over the limit" if any(took > LIMIT for _, took in row) else ""
        print(f"{row[0][0]:<58}" + "".join(f"{took:>12.1f}" for _, took in row) + slow)


def _measured(url: str, number: int) -> list[tuple[str, float]]:
    ledger = open_ledger(url)
    try:
        began = perf_counter()
        last = _filled(ledger, url, number)
        print(f"{url.partition(':')[0]}: {ledger.count()} orders in {perf_counter() - began:.0f} s")
        catalog = load()
        return [
            (f"{role.value:<9} {path}", _took(ledger, catalog, role, path.format(order=last)))
            for role, paths in PAGES.items()
            for path in paths
        ]
    finally:
        ledger.close()


def _took(ledger: SqlLedger, catalog: Catalog, role: Role, path: str) -> float:
    settings = Settings(
        url="http://127.0.0.1:8410",
        issuer="http://127.0.0.1:8411",
        client_id="portal",
        client_secret=uuid4().hex,
        now=lambda: NOW,
    )
    person = Person(subject="bench", name="Bench", agency="BYM", roles=frozenset({role}))
    token = ledger.open_session(person.stored(), NOW, NOW + timedelta(hours=8))
    times = []
    with TestClient(create_app(ledger, catalog, settings), base_url=settings.url) as client:
        client.cookies.set("session", token)
        for _ in range(ROUNDS + 1):  # the first warms up
            began = perf_counter()
            answer = client.get(path)
            times.append((perf_counter() - began) * 1000)
            if answer.status_code != 200:  # noqa: PLR2004 - OK
                raise RuntimeError(f"{path}: {answer.status_code}")
    return statistics.median(times[1:])


def _filled(ledger: SqlLedger, url: str, number: int) -> str:
    """The number of an order of BYM."""
    offering = load()["linux-server"]
    orders = [_placed(ledger, offering, index) for index in range(PLACED)]
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for copy in range(1, number // PLACED):
            for table, changed in _COPIED.items():
                connection.execute(_copy(table, changed, f"-{copy}"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()
    return orders[-5]


_COPIED: Mapping[sa.Table, tuple[str, ...]] = {
    tables.orders: ("id", "external_id"),
    tables.items: ("order_id", "instance"),
    tables.ledger: ("order_id",),
    tables.things: ("order_id", "instance"),
}


def _copy(table: sa.Table, changed: tuple[str, ...], ending: str) -> sa.Insert:
    """The rows that were placed, under names with `ending`."""
    columns = [
        (column + ending).label(column.name) if column.name in changed else column
        for column in table.c
    ]
    number = table.c.id if table is tables.orders else table.c.order_id
    rows = sa.select(*columns).where(number.not_like("%-%"))
    return sa.insert(table).from_select([column.name for column in table.c], rows)


def _placed(ledger: SqlLedger, offering: Offering, index: int) -> str:
    """One order, and what becomes of it: most are delivered, some fail, a few are open."""
    at, order = NOW - timedelta(days=index, hours=3), ledger.next_number()
    event = e.OrderPlaced(
        at=at,
        by="bench",
        order=order,
        external_id=order,
        fingerprint="bench",
        agency=AGENCIES[index % len(AGENCIES)],
        orderer="Bench",
        promised_at=at + timedelta(hours=4),
        requested_at=None,
        items=ordered(offering, "aws/eu-north-1", at),
    )
    service.place(ledger, event)
    stamp = Stamp(by="bench", at=at + timedelta(minutes=1))
    item = {"at": stamp.at, "by": "flow", "item": "1"}
    sort = index % 40
    if sort == 0:
        question = Question(text="Hvilket nett?", deadline=NOW + timedelta(days=2))
        service.ask(ledger, order, stamp, question)
    elif sort == 1:
        service.hold(ledger, order, stamp, "Kvoten er brukt opp")
    elif sort > 2:  # noqa: PLR2004 - the third kind stays as it was placed
        service.record(ledger, order, e.ItemStarted(**item), *_delivered(item))
    return order


def _delivered(item: dict[str, object]) -> list[e.ItemEvent]:
    stages = [e.StageReached(**item, stage=stage) for stage in DELIVERY]
    made = e.ResourceRecorded(**item, resource=REF)
    outputs = {"private_ip": "10.0.0.7"}
    return [*stages[:2], made, *stages[2:], e.ItemCompleted(**item, outputs=outputs)]
