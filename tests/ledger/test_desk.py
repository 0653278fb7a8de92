"""The lists that operators, approvers and agencies work from."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fixtures.examples import NOON, an_item, delivery, placed, question, told
from fixtures.plans import plans, reads
from ledger import tables
from ledger.desk import mark
from ledger.paging import Mark
from orders import events as e
from orders.approval import Rule
from orders.entry import Stamp
from orders.model import Party, State
from orders.service import approve, assign, place, record

STAMP = Stamp(by="ola", at=NOON)
RULE = Rule(id="dear", steps=("approver", "owner"), above=100)
AFTER = Mark(at=NOON, id="3")
MIDDLE = Mark(at=NOON + timedelta(minutes=2000), id="3")


def ids(rows) -> list[str]:
    return [row.id for row in rows]


def put(ledger, order, *events, agency="parks", price=5, **item) -> None:
    at = NOON + timedelta(minutes=int(order))
    item = an_item(monthly_price=price, **item)
    place(ledger, placed(order, item, at=at, agency=agency), [RULE])
    if events:
        record(ledger, order, *events)


@pytest.fixture
def some(ledger) -> None:
    """Six orders a minute apart, one of each sort."""
    put(ledger, "1")
    put(ledger, "2", told(e.QuestionAsked, waiting_on=question()), agency="schools")
    put(ledger, "3", told(e.ItemHeld, reason="quota"), offering="database")
    put(ledger, "4", told(e.JeopardyRaised, probability=0.8))
    put(ledger, "5", price=500)
    put(ledger, "6", *delivery(), told(e.JeopardyRaised, probability=0.9))
    assign(ledger, "1", STAMP, "ola")


def test_many_histories_are_one_question(ledger, some):
    wanted = ["2", "3", "5"]
    asked = reads(ledger, lambda: ledger.histories(wanted))
    assert len(asked) == 1
    assert ledger.histories(wanted) == {one: ledger.history(one) for one in wanted}
    assert list(ledger.histories(["3", "99", "\0"])) == ["3"]
    assert reads(ledger, lambda: ledger.histories([])) == []
    plan = plans(ledger, lambda: ledger.histories(wanted))
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "")


def test_the_desk_shows_open_orders_oldest_first(ledger, some):
    assert ids(ledger.desk.orders()) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"turn": Party.CUSTOMER}, ["2", "5"]),
        ({"turn": Party.SUPPLIER}, ["1", "3", "4"]),
        ({"state": State.HELD}, ["3"]),
        ({"agency": "schools"}, ["2"]),
        ({"offering": "database"}, ["3"]),
        ({"assigned": "ola"}, ["1"]),
        ({"assigned": ""}, ["2", "3", "4", "5"]),
        ({"jeopardy": True}, ["4"]),
        ({"agency": "parks", "turn": Party.SUPPLIER, "assigned": ""}, ["3", "4"]),
        ({"after": Mark(at=NOON + timedelta(minutes=3), id="3")}, ["4", "5"]),
        ({"agency": "no\0body"}, []),
        ({"limit": 0}, []),
        ({"limit": 2}, ["1", "2"]),
    ],
)
def test_the_desk_is_narrowed(ledger, some, wanted, found):
    assert ids(ledger.desk.orders(**wanted)) == found


def test_a_line_of_the_desk_says_what_is_wrong_and_who_looks_after_it(ledger, some):
    rows = {row.id: row for row in ledger.desk.orders()}
    assert (rows["1"].assigned, rows["1"].placed_by) == ("ola", "kari")
    assert rows["2"].deadline == question().deadline
    assert rows["4"].jeopardy == 0.8
    assert (rows["5"].approval_role, rows["5"].monthly_price) == ("approver", 500)


def test_a_restated_promise_is_the_one_in_force_and_the_first_one_stays(ledger):
    put(ledger, "1")
    first = ledger.order_row("1")
    later = first.promised_at + timedelta(days=1)
    moved = told(e.PromiseRestated, probable_at=NOON, promised_at=later, why="queue")
    record(ledger, "1", moved)
    row = ledger.order_row("1")
    assert (row.promised_at, row.due_at, row.expected_at) == (first.due_at, later, NOON)


def test_the_approvers_inbox_is_of_one_agency_and_the_step_that_is_awaited(ledger, some):
    assert ids(ledger.desk.approvals("parks")) == ids(ledger.desk.approvals()) == ["5"]
    assert ledger.desk.approvals("schools") == ledger.desk.approvals("\0") == []
    approve(ledger, "5", STAMP)
    assert ids(ledger.desk.approvals("parks", "owner")) == ["5"]
    assert ledger.desk.approvals("parks", "approver") == []
    approve(ledger, "5", Stamp(by="eva", at=NOON))
    assert ledger.desk.approvals() == []


def test_the_tally_counts_open_orders(ledger, some):
    tally = ledger.desk.tally()
    assert tally.by_state == {State.ACKNOWLEDGED: 2, State.PENDING: 2, State.HELD: 1}
    assert (tally.whole, tally.jeopardy, tally.unassigned) == (5, 1, 4)
    assert ledger.desk.tally("schools").whole == 1
    assert ledger.desk.tally("\0").whole == 0


def test_pages_follow_on_each_other_in_both_directions(ledger, some):
    first = ledger.desk.orders(limit=2)
    assert ids(ledger.desk.orders(limit=9, after=mark(first[-1]))) == ["3", "4", "5"]
    newest = ledger.desk.listed(limit=4)
    assert ids(newest) == ["6", "5", "4", "3"]
    assert ids(ledger.desk.listed(after=mark(newest[-1]))) == ["2", "1"]
    assert ids(ledger.desk.listed("parks", State.COMPLETED)) == ["6"]
    assert ledger.desk.listed("\0") == []


def test_a_mark_goes_through_a_link_and_nonsense_is_none():
    assert Mark.read(AFTER.text) == AFTER
    for text in ("", "~", "1001", "2026-01-01~1", "x~y", f"{AFTER.text}\0"):
        assert Mark.read(text) is None


LISTS = [
    ("open_orders_by_age", lambda desk: desk.orders(after=AFTER)),
    ("open_orders_by_turn", lambda desk: desk.orders(turn=Party.CUSTOMER, after=AFTER)),
    ("open_orders_by_agency", lambda desk: desk.orders(agency="agency7")),
    ("open_orders_by_offering", lambda desk: desk.orders(offering="offering7", after=AFTER)),
    ("open_orders_by_assigned", lambda desk: desk.orders(assigned="ola")),
    ("orders_in_jeopardy", lambda desk: desk.orders(jeopardy=True)),
    ("unhappy_orders", lambda desk: desk.unhappy()),
    ("orders_awaiting_approval", lambda desk: desk.approvals("agency7", "approver")),
    ("orders_by_agency", lambda desk: desk.listed("agency7", after=MIDDLE)),
    ("orders_by_age", lambda desk: desk.listed(after=MIDDLE)),
    ("orders_by_state", lambda desk: desk.listed(state=State.HELD)),
    ("open_orders_", lambda desk: desk.tally()),
]


def test_pages_and_tallies_are_read_from_an_index_without_sorting(ledger, ledger_url):
    put(ledger, "1")
    fill(ledger_url, 4000)
    for index, call in LISTS:
        plan = plans(ledger, lambda call=call: call(ledger.desk))
        assert index in plan
        assert "Sort" not in plan, index
        assert "TEMP B-TREE" not in plan, index


def fill(ledger_url: str, count: int) -> None:
    """Many orders, one in ten of them open, without the events behind them."""
    engine = sa.create_engine(ledger_url)
    with engine.begin() as connection:
        (row,) = connection.execute(sa.select(tables.orders)).mappings()
        rows = [{**row, **_one_of_many(number)} for number in range(count)]
        connection.execute(sa.insert(tables.orders), rows)
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _one_of_many(number: int) -> dict[str, object]:
    at, is_open = NOON + timedelta(minutes=number), number % 10 == 0
    state, turn = ("pending", "customer") if number % 20 == 0 else ("inProgress", "supplier")
    return {
        "id": f"many-{number}",
        "external_id": f"many-{number}",
        "placed_at": at,
        "agency": f"agency{number % 37}",
        "offering": f"offering{number % 31}",
        "state": state if is_open else ("completed", "held")[number % 50 == 1],
        "turn": turn if is_open else None,
        "ended_at": None if is_open else at,
        "assigned": "ola" if number % 30 == 0 else "",
        "jeopardy": 0.5 if number % 70 == 0 else None,
        "approval_role": "approver" if number % 20 == 0 else None,
    }
