"""Who did what, how long it took, what was asked and what people thought."""

import tracemalloc
from datetime import timedelta

import pytest

from fixtures.examples import NOON, an_item, delivery, placed, question, told
from fixtures.plans import plans
from orders import events as e
from orders.approval import Rule
from orders.clocks import item_time
from orders.entry import Stamp
from orders.model import Stage, State
from orders.service import answer_survey, approve, follow_up, place, record

MINUTE = timedelta(minutes=1)


def put(ledger, order, *events, minutes=0, agency="parks", rules=(), **item) -> None:
    at = NOON + minutes * MINUTE
    place(ledger, placed(order, an_item(**item), at=at, agency=agency), rules)
    if events:
        record(ledger, order, *events)


def test_a_timeline_is_all_that_happened_to_an_order(ledger):
    put(ledger, "1001", *delivery())
    line = ledger.audit.timeline("1001")
    assert [entry.event for entry in line] == ledger.history("1001")
    assert [entry.version for entry in line] == list(range(1, 11))
    assert (line[0].kind, line[0].agency, len(line[0].hash)) == ("OrderPlaced", "parks", 64)
    assert ledger.audit.timeline("9") == ledger.audit.timeline("\0") == []


def test_entries_come_in_the_order_of_time_and_are_narrowed(ledger):
    put(ledger, "1001", *delivery())
    put(ledger, "1002", told(e.ItemHeld, reason="quota", by="ola"), minutes=3, agency="schools")
    moments = [entry.event.at for entry in ledger.audit.entries()]
    assert moments == sorted(moments)
    assert len(moments) == 12

    def found(**wanted) -> list[tuple[str, int]]:
        return [(one.order, one.version) for one in ledger.audit.entries(**wanted)]

    assert found(by="ola") == found(kind="ItemHeld") == [("1002", 2)]
    assert found(agency="schools") == found(order="1002") == [("1002", 2), ("1002", 1)]
    assert found(since=NOON + 9 * MINUTE) == [("1001", 10)]
    assert found(until=NOON + MINUTE, agency="parks") == [("1001", 1)]
    assert found(by="\0") == []


def test_an_agency_with_few_orders_finds_its_entries_as_one_with_many_does(ledger, monkeypatch):
    put(ledger, "1001", *delivery())
    put(ledger, "1002", minutes=3, agency="schools")
    few = list(ledger.audit.entries(agency="parks"))
    monkeypatch.setattr("ledger.audit.FEW", 0)
    assert list(ledger.audit.entries(agency="parks")) == few
    assert {one.order for one in few} == {"1001"}
    assert list(ledger.audit.entries(agency="\0")) == []


def test_of_very_many_questions_the_latest_count(ledger, monkeypatch):
    monkeypatch.setattr("ledger.voices.LATEST", 2)
    for number in range(4):
        asked = told(e.QuestionAsked, at=NOON + number * MINUTE, waiting_on=question("Who pays?"))
        put(ledger, str(number), asked)
    (one,) = ledger.voices.questions(NOON, "linux-server")
    assert (one.times, one.orders) == (2, ("2", "3"))
    assert [each.order for each in ledger.voices.asked(NOON)] == ["3", "2"]


def test_an_export_is_streamed(ledger):
    for number in range(120):
        put(ledger, str(number), *delivery())
    list(ledger.audit.entries(order="1"))
    tracemalloc.start()
    try:
        assert sum(1 for _ in ledger.audit.entries()) == 1200
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_finished_item_tells_where_its_time_went(ledger):
    rule = Rule(id="all", steps=("approver",))
    put(ledger, "1001", rules=[rule])
    approve(ledger, "1001", Stamp(by="ola", at=NOON))
    record(ledger, "1001", *delivery())
    (case,) = ledger.lead_times.finished()
    assert (case.offering, case.plan, case.provider) == ("linux-server", "small", "aws")
    assert (case.approval_path, case.state, case.agency) == ("approver", State.COMPLETED, "parks")
    assert (case.placed_at, case.ended_at) == (NOON, NOON + 9 * MINUTE)
    assert case.spans == item_time(ledger.history("1001"), "web", NOON).spans
    assert list(ledger.lead_times.unfinished()) == []


def test_the_finished_come_as_they_ended_and_only_the_new_ones_after_a_mark(ledger):
    put(ledger, "1001", *delivery(start=NOON + 5 * MINUTE))
    put(ledger, "1002", *delivery(), agency="schools")
    put(ledger, "1003", told(e.RunTaken, run="r"), told(e.ItemStarted))
    first, second = ledger.lead_times.finished()
    assert (first.order, second.order) == ("1002", "1001")
    assert [one.order for one in ledger.lead_times.finished(first.mark)] == ["1001"]
    assert list(ledger.lead_times.finished(second.mark)) == []
    assert [one.order for one in ledger.lead_times.finished(agency="schools")] == ["1002"]
    assert list(ledger.lead_times.latest(2)) == [first, second]
    assert list(ledger.lead_times.latest(1)) == [second]


def test_an_open_item_tells_its_age_and_stage(ledger):
    put(ledger, "1001", *delivery()[:4])
    (case,) = ledger.lead_times.unfinished("parks")
    assert (case.state, case.stage) == (State.IN_PROGRESS, Stage.CREATE)
    assert (case.placed_at, case.changed_at) == (NOON, NOON + 4 * MINUTE)
    assert (case.ended_at, case.mark, case.spans) == (None, None, ())
    assert list(ledger.lead_times.unfinished("schools")) == []


def test_questions_that_recur_are_counted_whatever_their_case(ledger):
    for number, text in enumerate(["Who pays?", "who  pays?", "Which network?"]):
        asked = told(e.QuestionAsked, at=NOON + number * MINUTE, waiting_on=question(text))
        put(ledger, str(number), asked)
    first, second = ledger.voices.questions(NOON)
    assert (first.question, first.times, first.orders) == ("who  pays?", 2, ("0", "1"))
    assert (second.question, second.offering) == ("Which network?", "linux-server")
    assert ledger.voices.questions(NOON + 2 * MINUTE) == [second]
    assert ledger.voices.questions(NOON, "database") == []


def test_opinions_are_told_with_their_order(ledger):
    put(ledger, "1001", *delivery())
    answer_survey(ledger, "1001", Stamp(by="kari", at=NOON + 20 * MINUTE), 4, "quick")
    (one,) = ledger.voices.opinions(NOON)
    assert (one.order, one.offering, one.score, one.text) == ("1001", "linux-server", 4, "quick")
    assert list(ledger.voices.opinions(NOON, "schools")) == []
    assert ledger.order_row("1001").survey == 4
    assert not one.unhappy


def test_a_low_answer_waits_until_somebody_says_what_was_done(ledger):
    put(ledger, "1001", *delivery())
    answer_survey(ledger, "1001", Stamp(by="kari", at=NOON + 20 * MINUTE), 2, "slow")
    assert [row.id for row in ledger.desk.unhappy()] == ["1001"]
    assert ledger.desk.count_unhappy() == 1
    for number, text in enumerate(("a new form", "and a guide"), 30):
        follow_up(ledger, "1001", Stamp(by="amina", at=NOON + number * MINUTE), text)
    assert ledger.desk.unhappy() == []
    (one,) = ledger.voices.opinions(NOON)
    assert (one.done, one.done_at) == ("and a guide", NOON + 31 * MINUTE)
    assert not one.unhappy
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda ledger: list(ledger.audit.entries(since=NOON)), "ledger_by_time"),
        (lambda ledger: list(ledger.audit.entries(by="ola")), "ledger_by_actor"),
        (lambda ledger: list(ledger.lead_times.finished()), "items_by_end"),
        (lambda ledger: ledger.voices.questions(NOON), "ledger_questions"),
        (lambda ledger: list(ledger.voices.opinions(NOON)), "ledger_opinions"),
        (lambda ledger: ledger.things("parks", limit=9), "things_by_agency"),
        (lambda ledger: ledger.things(limit=9), "things_by_age"),
        (lambda ledger: ledger.count_things(offering="database"), "things_by_offering"),
        (lambda ledger: ledger.desk.approvals(), "all_awaiting_approval"),
        (lambda ledger: ledger.own_offerings.track.holders("database"), "things_by_offering"),
        (lambda ledger: ledger.things(expires_by=NOON, order="1"), "things_by_"),
    ],
)
def test_what_is_streamed_is_read_from_an_index(ledger, call, index):
    assert index in plans(ledger, lambda: call(ledger))
