"""Whoever changes the record behind its back is found; each finding is told once."""

import tracemalloc
from contextlib import closing

import pytest
import sqlalchemy as sa

from fixtures.examples import an_item, delivery, placed
from ledger import open_ledger, tables, verification
from ledger.chain import row_hash

TOUCHED = "1002"
COUNT = 10
MEND_HEAD = (
    "UPDATE orders SET head = "
    "(SELECT hash FROM ledger WHERE order_id = '1002' AND version = 10) WHERE id = '1002'"
)


@pytest.fixture(autouse=True)
def orders(ledger) -> None:
    """Three sound orders; only the middle one will be touched."""
    for order in ("1001", TOUCHED, "1003"):
        items = (an_item("web"), an_item("db"))
        ledger.append(order, [placed(order, *items), *delivery("web")], expected=0)
    assert ledger.verify() == []


@pytest.fixture
def rehash(ledger, ledger_url, behind):
    """Gives an event the hash that its content asks for, as a careful forger would."""
    engine = sa.create_engine(ledger_url)

    def run(version: int) -> None:
        mine = tables.ledger.c.order_id == TOUCHED, tables.ledger.c.version == version
        with engine.connect() as connection:
            row = connection.execute(sa.select(tables.ledger).where(*mine)).mappings().one()
        behind(
            "UPDATE ledger SET hash = :hash WHERE order_id = :order AND version = :version",
            hash=row_hash(row),
            order=TOUCHED,
            version=version,
        )

    yield run
    engine.dispose()


def found(ledger) -> list[tuple[int, str]]:
    flaws = ledger.verify()
    assert {flaw.order for flaw in flaws} <= {TOUCHED}
    return [(flaw.version, flaw.reason.split(":")[0]) for flaw in flaws]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET body = replace(body, 'i-1', 'i-9')",
        "UPDATE ledger SET body = body || ' '",
        "UPDATE ledger SET at = '2026-03-01T12:00:00.000000+00:00'",
        "UPDATE ledger SET actor = 'nobody'",
        "UPDATE ledger SET why = 'because'",
        "UPDATE ledger SET kind = 'ItemStarted'",
        "UPDATE ledger SET hash = 'abc'",
        "UPDATE ledger SET prev = 'abc'",
    ],
)
def test_a_changed_event_is_found(ledger, behind, change):
    behind(change + " WHERE order_id = '1002' AND version = 6")
    assert found(ledger) == [(6, "changed")]


def test_a_change_with_its_own_hash_mended_no_longer_fits_the_next_event(ledger, behind, rehash):
    behind("UPDATE ledger SET why = 'because' WHERE order_id = '1002' AND version = 6")
    rehash(6)
    assert found(ledger) == [(7, "does not follow on the event before it")]


def test_a_changed_last_event_with_its_hash_mended_is_not_the_head(ledger, behind, rehash):
    behind(
        "UPDATE ledger SET body = replace(body, '10.0.0.7', '10.0.0.8') "
        "WHERE order_id = '1002' AND version = 10",
    )
    rehash(COUNT)
    assert found(ledger) == [(10, "is not the event that its row in orders ends with")]


@pytest.mark.parametrize("version", [1, 2, 6, 9])
def test_a_removed_event_is_found(ledger, behind, version):
    behind("DELETE FROM ledger WHERE order_id = '1002' AND version = :version", version=version)
    assert found(ledger) == [(version, "missing")]


def test_several_removed_events_are_each_found(ledger, behind):
    behind("DELETE FROM ledger WHERE order_id = '1002' AND version IN (3, 4, 8)")
    assert found(ledger) == [(3, "missing"), (4, "missing"), (8, "missing")]


@pytest.mark.parametrize("first", [10, 8, 2, 1])
def test_a_removed_tail_is_found(ledger, behind, first):
    behind("DELETE FROM ledger WHERE order_id = '1002' AND version >= :first", first=first)
    assert found(ledger) == [(version, "missing") for version in range(first, COUNT + 1)]


def swap(one: int, other: int) -> tuple[str, ...]:
    change = "UPDATE ledger SET version = {} WHERE order_id = '1002' AND version = {}"
    return change.format(99, one), change.format(one, other), change.format(other, 99)


def test_reordered_events_are_found(ledger, behind):
    behind(*swap(5, 6))
    assert {version for version, _ in found(ledger)} >= {5, 6}


def test_reordered_events_are_found_with_their_hashes_mended(ledger, behind, rehash):
    behind(*swap(5, 6))
    rehash(5)
    rehash(6)
    assert {version for version, _ in found(ledger)} == {5, 6, 7}


def test_events_swapped_between_two_orders_are_found(ledger, behind):
    change = "UPDATE ledger SET order_id = '{}' WHERE order_id = '{}' AND version = 6"
    behind(change.format("x", "1001"), change.format("1001", "1002"), change.format("1002", "x"))
    flaws = {(flaw.order, flaw.version) for flaw in ledger.verify()}
    assert {("1001", 6), ("1002", 6)} <= flaws
    assert all(version in {6, 7} for _, version in flaws)


def test_an_event_put_behind_the_last_one_is_found(ledger, behind, rehash):
    behind(
        "INSERT INTO ledger SELECT order_id, 11, 'RunTaken', at, actor, why, "
        'replace(body, \'"outputs":{"address":"10.0.0.7"}\', \'"run":"x"\'), hash, \'\' '
        "FROM ledger WHERE order_id = '1002' AND version = 10",
    )
    rehash(11)
    assert found(ledger) == [(11, "put behind the order's last event")]


def test_an_event_of_a_kind_that_nobody_knows_is_found(ledger, behind, rehash):
    behind("UPDATE ledger SET kind = 'Praised' WHERE order_id = '1002' AND version = 10")
    rehash(COUNT)
    behind(MEND_HEAD)
    (flaw,) = ledger.verify()
    assert flaw.version == COUNT
    assert "'Praised'" in flaw.reason


def test_columns_that_contradict_the_body_are_found_even_when_all_hashes_fit(
    ledger, behind, rehash
):
    behind("UPDATE ledger SET actor = 'nobody' WHERE order_id = '1002' AND version = 10")
    rehash(COUNT)
    behind(MEND_HEAD)
    assert found(ledger) == [(10, "its columns at, actor and why contradict its body")]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("UPDATE orders SET state = 'completed' WHERE id = '1002'", "state"),
        ("UPDATE orders SET turn = 'customer' WHERE id = '1002'", "turn"),
        ("UPDATE orders SET agency = 'schools' WHERE id = '1002'", "agency"),
        ("UPDATE orders SET ended_at = placed_at WHERE id = '1002'", "ended_at"),
        ("UPDATE orders SET fingerprint = '' WHERE id = '1002'", "fingerprint"),
        ("UPDATE items SET state = 'failed' WHERE order_id = '1002' AND item_id = 'web'", "state"),
        (
            "UPDATE items SET resource_id = 'i-9' WHERE order_id = '1002' AND item_id = 'web'",
            "resource_id",
        ),
        ("UPDATE items SET answers = '{}' WHERE order_id = '1002' AND item_id = 'db'", "answers"),
    ],
)
def test_a_projection_that_disagrees_with_a_replay_is_found(ledger, behind, change, column):
    behind(change)
    (flaw,) = ledger.verify()
    assert (flaw.order, flaw.version) == (TOUCHED, COUNT)
    assert flaw.reason.endswith(f"disagrees in {column}")


def test_missing_and_surplus_projections_are_found(ledger, behind):
    names = [column.name for column in tables.items.c]
    copied = ", ".join("'extra'" if name == "item_id" else name for name in names)
    web = "order_id = '1002' AND item_id = 'web'"
    behind(
        f"INSERT INTO items ({', '.join(names)}) SELECT {copied} FROM items WHERE {web}",  # noqa: S608
        "DELETE FROM items WHERE order_id = '1002' AND item_id = 'db'",
    )
    assert [flaw.reason for flaw in ledger.verify()] == [
        "its row in items, item db, is missing",
        "its row in items, item extra, belongs to no event",
    ]


def test_a_missing_row_in_orders_is_found(ledger, behind):
    behind("DELETE FROM orders WHERE id = '1002'")
    assert found(ledger) == [(10, "its row in orders is missing")]


def test_items_that_no_order_has_are_found(ledger, behind):
    behind("UPDATE items SET order_id = '7777' WHERE order_id = '1002' AND item_id = 'db'")
    assert {flaw.order for flaw in ledger.verify()} == {TOUCHED, "7777"}


def test_rows_that_cannot_even_be_read_are_found(tmp_path):
    """PostgreSQL keeps no such thing; SQLite keeps anything in any column."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    engine = sa.create_engine(url)
    with closing(open_ledger(url)) as ledger:
        for order in ("1001", TOUCHED):
            ledger.append(order, [placed(order), *delivery()], expected=0)
        for change in (
            "UPDATE orders SET placed_at = 'never'",
            "UPDATE orders SET version = 'ten'",
        ):
            with engine.begin() as connection:
                connection.execute(sa.text(change + " WHERE id = '1002'"))
            assert found(ledger) == [(0, "changed")]
    engine.dispose()


def test_verifying_many_orders_takes_the_memory_of_a_few(ledger, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", 10)

    def peak() -> int:
        tracemalloc.start()
        try:
            assert ledger.verify() == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    for number in range(2000, 2040):
        ledger.append(str(number), [placed(str(number)), *delivery()], expected=0)
    ledger.verify()  # what is loaded and cached once
    few = peak()
    for number in range(3000, 3160):
        ledger.append(str(number), [placed(str(number)), *delivery()], expected=0)
    assert peak() < few + 500_000  # all at once they take some megabytes
