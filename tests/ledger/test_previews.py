"""Questions about changes that nobody has ordered yet, and their answers."""

from datetime import UTC, datetime, timedelta

from ledger import SqlLedger
from ledger.previews import KEPT, STALE, Answer, Difference, Wish

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WISH = Wish(agency="BYM", instance="a" * 32, parameters={"disk_gb": 40}, answers={"plan": "large"})
ANSWER = Answer(changes=(Difference(field="disk_gb", actual=20, wanted=40),))


def test_an_answer_is_found_by_who_asked_and_nobody_else(ledger: SqlLedger) -> None:
    asked = ledger.previews.ask(WISH, AT)
    open_ = ledger.previews.find(asked, "BYM")
    assert open_ is not None
    assert (open_.wish, open_.asked_at, open_.answer) == (WISH, AT, None)

    ledger.previews.answer(asked, ANSWER, AT)

    found = ledger.previews.find(asked, "BYM")
    assert found is not None
    assert found.answer == ANSWER
    assert ledger.previews.find(asked, "PBE") is None
    assert ledger.previews.find("\ud800", "BYM") is None
    assert ledger.previews.find("nothing", "BYM") is None


def test_a_problem_is_an_answer_too(ledger: SqlLedger) -> None:
    asked = ledger.previews.ask(WISH, AT)
    ledger.previews.answer(asked, Answer(problem="the cloud is away", again=True), AT)
    found = ledger.previews.find(asked, "BYM")
    assert found is not None
    assert found.answer == Answer(problem="the cloud is away", again=True)


def test_one_of_two_workers_takes_it(ledger: SqlLedger) -> None:
    first, second = ledger.previews.ask(WISH, AT), ledger.previews.ask(WISH, AT)
    assert sorted(one.id for one in ledger.previews.waiting(AT)) == sorted([first, second])
    assert ledger.previews.take(first)
    assert not ledger.previews.take(first)
    assert [one.id for one in ledger.previews.waiting(AT)] == [second]


def test_what_is_old_is_neither_answered_nor_kept(ledger: SqlLedger) -> None:
    old = ledger.previews.ask(WISH, AT)
    assert ledger.previews.waiting(AT + STALE) == []
    assert ledger.previews.find(old, "BYM") is not None
    ledger.previews.ask(WISH, AT + KEPT + timedelta(seconds=1))
    assert ledger.previews.find(old, "BYM") is None
