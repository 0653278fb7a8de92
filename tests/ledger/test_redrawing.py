"""A ledger of an earlier version: its projections are drawn anew when its schema is brought up."""

from contextlib import closing
from datetime import timedelta

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from fixtures.day_two import a_change, changing
from fixtures.examples import NOON, an_item, delivery, placed, told
from ledger import open_ledger, restore_ledger, tables
from ledger.archive import written_archive
from ledger.chain import FIRST
from ledger.opening import MIGRATIONS, VERSION_TABLE
from ledger.projection import item_row, order_row
from ledger.redrawing import redraw
from ledger.store import _chained
from orders import events as e
from orders.lifecycle import replay
from orders.service import place, record

BEFORE_THINGS = "0003"


def at_an_earlier_step(url: str, *histories: list[e.LedgerEvent]) -> None:
    """A database as the version before `things` left it, with these orders in it."""
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_THINGS)
        for history in histories:
            _write(connection, history)
    engine.dispose()


def _write(connection: sa.Connection, history: list[e.LedgerEvent]) -> None:
    order = replay(history)
    rows = list(_chained(order.id, history, 0, FIRST))
    _insert(connection, "orders", {**order_row(order, history), "head": rows[-1]["hash"]})
    for item in order.items.values():
        _insert(connection, "items", item_row(order, item, history))
    connection.execute(sa.insert(tables.ledger), rows)


def _insert(connection: sa.Connection, table: str, row: dict[str, object]) -> None:
    """What of the row the table had room for then."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table)}
    old = sa.table(table, *(sa.column(c.name, c.type) for c in tables.metadata.tables[table].c))
    connection.execute(sa.insert(old).values({k: v for k, v in row.items() if k in there}))


def test_what_was_written_before_there_were_things_is_all_there(empty_url):
    delivered = [placed("1001"), *delivery()]
    open_ = [
        placed("1002", an_item("db"), at=NOON + timedelta(hours=1)),
        told(e.RunTaken, "db", run="r"),
    ]
    at_an_earlier_step(empty_url, delivered, open_)
    with closing(open_ledger(empty_url)) as ledger:
        assert ledger.verify() == []
        (thing,) = ledger.things()
        assert (thing.order, thing.since) == ("1001", NOON + timedelta(minutes=9))
        assert ledger.order_row("1002").due_at == replay(open_).promised_at
        assert [one.order for one in ledger.ready()] == ["1002"]


def test_drawing_anew_changes_nothing_of_what_is_right(ledger, ledger_url):
    ledger.append("1001", [placed("1001"), *delivery()], expected=0)
    (thing,) = ledger.things()
    place(ledger, a_change("1002", thing))
    record(ledger, "1002", *changing(start=NOON + timedelta(hours=1)))
    place(ledger, a_change("1003", ledger.thing(thing.instance)))
    before = ledger.things(), ledger.orders()
    engine = sa.create_engine(ledger_url)
    with engine.begin() as connection:
        redraw(connection)
    engine.dispose()
    assert (ledger.things(), ledger.orders()) == before
    assert ledger.verify() == []


def test_the_schema_says_its_version(ledger, ledger_url):
    engine = sa.create_engine(ledger_url)
    with engine.connect() as connection:
        found = connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    engine.dispose()
    assert found > BEFORE_THINGS


def test_a_backup_of_an_earlier_version_becomes_a_ledger_of_today(empty_url, tmp_path):
    old = f"sqlite:///{tmp_path / 'old.db'}"
    at_an_earlier_step(old, [placed("1001"), *delivery()])
    engine, there = sa.create_engine(old), sa.MetaData()
    with engine.connect() as connection:
        there.reflect(connection)
        found = (
            (table.name, [c.name for c in table.columns], connection.execute(sa.select(table)))
            for table in there.sorted_tables
            if table.name != VERSION_TABLE
        )
        written_archive(tmp_path / "b.zip", NOON, BEFORE_THINGS, found)
    engine.dispose()
    again, manifest = restore_ledger(empty_url, tmp_path / "b.zip", spare=0)
    with closing(again):
        assert (manifest.schema, manifest.orders) == (BEFORE_THINGS, 1)
        assert again.verify() == []
        assert [thing.order for thing in again.things()] == ["1001"]
