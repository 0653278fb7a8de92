"""A ledger of many orders, for benchmarks.

Some hundred orders of several offerings are placed and moved on as always; their rows are then
copied, under new numbers, until there are enough: what pages read is the same as if each had been
placed. The hashes of the copies are not: the ledger's chain is not what is measured here. However
many orders there are, no more than `OPEN` are open: of those only the first copies are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bench.ordering import ordered
from catalog.load import load
from catalog.offering import Offering
from ledger import SqlLedger, tables
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import DELIVERY, ResourceRef
from orders.steering import Question

PLACED = 400  # by the front door
OPEN = 10_000
RARE = "RAR"  # an agency, and a person, with two orders
AGENCIES = ("BYM", "PBE", "UKE", "SME", "KRV", "BYD", "DEG", "EBY", "FOB", "GEL")
OLDEST = AGENCIES[(PLACED - 1) % len(AGENCIES)]  # whose the oldest orders are
SORTS = 40  # every so many orders one asks, one is held, one waits for its approval
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFERINGS = ("linux-server", "object-storage", "own-cloud-server", "postgres-database")
_COPIED: Mapping[sa.Table, tuple[str, ...]] = {
    tables.orders: ("id", "external_id"),
    tables.items: ("order_id", "instance"),
    tables.ledger: ("order_id",),
    tables.things: ("order_id", "instance"),
}


def fill(ledger: SqlLedger, url: str, number: int) -> Sequence[str]:
    """The numbers of the orders that were placed by the front door, the oldest first."""
    catalog = load()
    offerings = [catalog[name] for name in OFFERINGS]
    orders = [_placed(ledger, offerings, index) for index in range(PLACED)]
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        _copy_all(connection, number)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()
    return orders


def _copy_all(connection: sa.Connection, number: int) -> None:
    """Indexes are taken away meanwhile: to make one is quicker than to keep it in order."""
    indexes = [index for table in _COPIED for index in table.indexes]
    for index in indexes:
        index.drop(connection)
    originals = {table: _original(connection, table) for table in _COPIED}
    for copy in range(1, number // PLACED):
        also = copy * PLACED * 3 // SORTS < OPEN
        for table, changed in _COPIED.items():
            connection.execute(_copy(originals[table], table, changed, copy, also=also))
    for index in indexes:
        index.create(connection)


def _original(connection: sa.Connection, table: sa.Table) -> sa.TableClause:
    """The rows that were placed, aside: looked for among their copies they take ever longer."""
    name = f"placed_{table.name}"
    number = "id" if table is tables.orders else "order_id"
    still = "(SELECT id FROM orders WHERE ended_at IS NULL)"
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {name} AS SELECT *, {number} IN {still} AS is_open FROM {table}"  # noqa: S608 - names of ours
    )
    return sa.table(name, *(sa.column(one.name, one.type) for one in table.c), sa.column("is_open"))


def _copy(
    placed: sa.TableClause, table: sa.Table, changed: tuple[str, ...], copy: int, *, also: bool
) -> sa.Insert:
    """The rows under other names; the open orders `also`, or only what has ended."""
    names = [one.name for one in table.c]
    columns = [
        (placed.c[name] + f"-{copy}").label(name) if name in changed else placed.c[name]
        for name in names
    ]
    rows = sa.select(*columns)
    if not also:
        rows = rows.where(sa.not_(placed.c.is_open))
    return sa.insert(table).from_select(names, rows)


def _placed(ledger: SqlLedger, offerings: Sequence[Offering], index: int) -> str:
    """One order, and what becomes of it: most are delivered, some fail, a few are open."""
    at, order = NOW - timedelta(hours=20 * index + 3), ledger.next_number()
    offering = offerings[index * index % 7 % len(offerings)]
    rare = index in {PLACED // 2, PLACED // 2 + 1}
    service.place(
        ledger,
        e.OrderPlaced(
            at=at,
            by=RARE if rare else "bench",
            order=order,
            external_id=order,
            fingerprint="bench",
            agency=RARE if rare else AGENCIES[index % len(AGENCIES)],
            orderer="Bench",
            promised_at=at + timedelta(hours=4),
            requested_at=None,
            items=ordered(offering, next(iter(offering.places)), at),
        ),
    )
    _moved(ledger, order, index % SORTS, Stamp(by="bench", at=at + timedelta(minutes=1)))
    return order


def _moved(ledger: SqlLedger, order: str, sort: int, stamp: Stamp) -> None:
    if sort == 0:
        question = Question(text="Hvilket nett?", deadline=NOW + timedelta(days=2))
        service.ask(ledger, order, stamp, question)
    elif sort == 1:
        service.hold(ledger, order, stamp, "Kvoten er brukt opp")
    elif sort > 2:  # noqa: PLR2004 - the third kind stays as it was placed
        service.record(ledger, order, *_delivered(stamp.at))


def _delivered(at: datetime) -> Iterator[e.ItemEvent]:
    by, item = "flow", "1"
    stages = [e.StageReached(at=at, by=by, item=item, stage=stage) for stage in DELIVERY]
    ref = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-0abc")
    yield e.ItemStarted(at=at, by=by, item=item)
    yield from stages[:2]
    yield e.ResourceRecorded(at=at, by=by, item=item, resource=ref)
    yield from stages[2:]
    yield e.ItemCompleted(at=at, by=by, item=item, outputs={"private_ip": "10.0.0.7"})
