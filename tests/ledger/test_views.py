"""What pages, the API and reconciliation read."""

import tracemalloc
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from fixtures.examples import NOON, RESOURCE, an_item, delivery, placed, question, told
from ledger import open_ledger, tables
from orders import events as e
from orders.errors import UnknownOrder
from orders.model import Cleanup, Party, Stage, State, Target


def place(ledger, order, *events, minutes=0, items=(), **fields) -> None:
    at = NOON + timedelta(minutes=minutes)
    ledger.append(order, [placed(order, *items, at=at, **fields), *events], expected=0)


@pytest.fixture
def some(ledger) -> None:
    place(ledger, "1001", *delivery(), minutes=0, agency="parks")
    place(ledger, "1002", told(e.ItemStarted), minutes=2, agency="parks")
    place(ledger, "1003", minutes=1, agency="schools", external_id="the one")
    place(ledger, "1004", told(e.QuestionAsked, waiting_on=question()), minutes=3, agency="parks")


def ids(rows) -> list[str]:
    return [row.id for row in rows]


def test_orders_are_listed_newest_first(ledger, some):
    assert ids(ledger.orders()) == ["1004", "1002", "1003", "1001"]
    assert ledger.count() == 4


def test_orders_are_found_by_agency_state_and_external_id(ledger, some):
    assert ids(ledger.orders("parks")) == ["1004", "1002", "1001"]
    assert ids(ledger.orders(state=State.ACKNOWLEDGED)) == ["1003"]
    assert ids(ledger.orders("parks", state=State.IN_PROGRESS)) == ["1002"]
    assert ids(ledger.orders("schools", external_id="the one")) == ["1003"]
    assert ids(ledger.orders("parks", external_id="the one")) == []
    assert ids(ledger.orders("")) == []


def test_counting_takes_the_same_filters(ledger, some):
    assert ledger.count("parks") == 3
    assert ledger.count("parks", state=State.COMPLETED) == 1
    assert ledger.count(external_id="the one") == 1
    assert ledger.count("roads") == 0


def test_pages_of_a_list_follow_on_each_other(ledger, some):
    pages = [ids(ledger.orders(limit=3, offset=offset)) for offset in (0, 3, 6)]
    assert pages == [["1004", "1002", "1003"], ["1001"], []]


@pytest.mark.parametrize("text", ["\0", "10\x0001", "half \ud83d", "'; --", "é" * 100_000])
def test_words_that_no_database_can_hold_find_nothing(ledger, some, text):
    assert ledger.orders(text) == ledger.orders(external_id=text) == []
    assert ledger.count(external_id=text) == 0
    assert ledger.order_row(text) is None
    assert ledger.earlier("parks", text) is ledger.earlier(text, "x") is None
    with pytest.raises(UnknownOrder):
        ledger.history(text)


def test_a_page_far_beyond_the_last_is_empty(ledger, some):
    assert ledger.orders(offset=10**30) == []
    assert ledger.orders(limit=-1) == []
    assert len(ledger.orders(limit=10**30, offset=-5)) == 4


def test_a_line_tells_whose_turn_it_is_and_when_it_ended(ledger, some):
    done, asked = ledger.order_row("1001"), ledger.order_row("1004")
    assert (done.state, done.turn) == (State.COMPLETED, None)
    assert done.ended_at == NOON + timedelta(minutes=9)
    assert (asked.state, asked.turn, asked.ended_at) == (State.PENDING, Party.CUSTOMER, None)
    assert ledger.order_row("9999") is None


def test_a_line_is_named_after_its_items(ledger):
    place(ledger, "1001", items=(an_item("web"), an_item("db", offering="database")))
    row = ledger.order_row("1001")
    assert (row.title, row.offering) == ("web, db", "linux-server")


def test_wanted_is_sorted_by_instance_as_python_sorts(ledger):
    names = ["ab", "a-b", "B", "a", "Å", "_", "a1", "A0", "zz"]
    items = [an_item(str(number), instance=name) for number, name in enumerate(names)]
    place(ledger, "1001", items=items)
    found = [one.instance for one in ledger.wanted("aws", "sandbox")]
    assert found == sorted(names)


def test_wanted_asks_for_one_provider_account_and_region(ledger):
    def at(provider, account, region):
        target = Target(provider=provider, account=account, region=region)
        return an_item(f"{provider}-{account}-{region}", target=target)

    places = [("aws", "a", "north"), ("aws", "a", "west"), ("aws", "b", "north")]
    places.append(("gcp", "a", "north"))
    place(ledger, "1001", items=[at(*one) for one in places])
    assert {one.name for one in ledger.wanted("aws", "a")} == {"aws-a-north", "aws-a-west"}
    assert [one.name for one in ledger.wanted("aws", "a", "west")] == ["aws-a-west"]
    assert list(ledger.wanted("azure", "a")) == []


def test_wanted_leaves_out_what_ended_without_a_resource(ledger):
    started = told(e.ItemStarted)
    recorded = told(e.ResourceRecorded, resource=RESOURCE)
    left = {"cleanup": Cleanup.MANUAL_REQUIRED, "leftovers": ("disk-1",)}
    cancelled = [started, told(e.CancellationRequested), told(e.CancellationAccepted)]
    place(ledger, "1001", *delivery())
    place(ledger, "1002")
    place(ledger, "1003", started, recorded, told(e.ItemFailed, reason="quota", **left))
    place(ledger, "1004", *cancelled, told(e.ItemCancelled, **left))
    place(ledger, "2001", told(e.ItemRejected, reason="no"))
    place(ledger, "2002", started, told(e.ItemFailed, reason="x", cleanup=Cleanup.DONE))
    place(ledger, "2003", *cancelled, told(e.ItemCancelled, cleanup=Cleanup.NOT_REQUIRED))
    found = {one.order: one.resource_id for one in ledger.wanted("aws", "sandbox")}
    assert found == {"1001": "i-1", "1002": None, "1003": "i-1", "1004": None}


def test_wanted_counts_the_attempts(ledger):
    events = [
        told(e.ItemStarted),
        told(e.ResourceRecorded, resource=RESOURCE),
        told(e.StageReached, stage=Stage.BUILD),
        told(e.ResourceRemoved),
    ]
    place(ledger, "1001", *events)
    (one,) = ledger.wanted("aws", "sandbox")
    assert (one.attempt, one.resource_id) == (2, None)


def fill(ledger_url: str, count: int) -> None:
    """Many items, without the events behind them: only their number matters."""
    engine = sa.create_engine(ledger_url)
    with engine.begin() as connection:
        (row,) = connection.execute(sa.select(tables.items)).mappings()
        rows = [{**row, "item_id": f"{n}", "instance": f"{n:032x}"} for n in range(count)]
        connection.execute(sa.insert(tables.items), rows)
    engine.dispose()


def peak(ledger) -> int:
    tracemalloc.start()
    try:
        assert sum(1 for _ in ledger.wanted("aws", "sandbox")) > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_wanted_is_streamed(ledger, ledger_url):
    place(ledger, "1001")
    fill(ledger_url, 20_000)
    list(ledger.wanted("aws", "sandbox"))  # what is loaded and cached once
    assert peak(ledger) < 6_000_000  # all rows at once take more than 40 MB


def test_a_stream_that_is_given_up_leaves_nothing_open(ledger, ledger_url):
    place(ledger, "1001")
    fill(ledger_url, 2_000)
    stream = ledger.wanted("aws", "sandbox")
    next(stream)
    stream.close()
    place(ledger, "1002")
    assert ledger.count() == 2


def test_postgresql_hands_the_stream_over_in_pieces(postgres_url):
    """Its driver would take all rows at once, into memory that Python does not count."""
    engine = sa.create_engine(postgres_url)
    with closing(open_ledger(postgres_url)) as ledger:
        place(ledger, "1001")
        fill(postgres_url, 2_000)
        stream = ledger.wanted("aws", "sandbox")
        next(stream)
        with engine.connect() as connection:
            query = "SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction'"
            (last,) = connection.scalars(sa.text(query))
        stream.close()
    engine.dispose()
    assert last.startswith("FETCH FORWARD")


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM orders WHERE agency='a' ORDER BY placed_at DESC, id DESC", "by_agency"),
        ("SELECT * FROM orders ORDER BY placed_at DESC, id DESC", "by_age"),
        ("SELECT * FROM orders WHERE state='held' ORDER BY placed_at DESC, id DESC", "by_state"),
        ("SELECT * FROM orders WHERE agency='a' AND external_id='b'", "external_id|autoindex"),
        ("SELECT * FROM items WHERE state IN ('a','b')", "items_by_state"),
        ("SELECT * FROM items WHERE state='held' AND resume_at <= '2026-01-01'", "items_by_state"),
        (
            "SELECT * FROM items WHERE provider='a' AND account='b' ORDER BY instance, order_id",
            "items_by_instance",
        ),
    ],
)
def test_the_questions_asked_most_have_an_index_and_need_no_sorting(
    ledger, ledger_url, query, index
):
    engine = sa.create_engine(ledger_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # On an empty table it would rather read all of it, and that is right there.
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
            connection.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
            plan = " ".join(connection.scalars(sa.text(f"EXPLAIN {query}")))
        else:
            rows = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {query}"))
            plan = " ".join(row.detail for row in rows)
    engine.dispose()
    assert any(name in plan for name in index.split("|")), plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
