"""What people do to an order under way."""

from datetime import timedelta

import pytest

from fixtures.examples import NOON, an_item, delivery, placed, told
from fixtures.paper_ledger import PaperLedger
from orders import events as e
from orders import service
from orders.approval import Rule
from orders.entry import Stamp
from orders.errors import IllegalTransition, NothingToDo, QuoteChanged
from orders.model import Cleanup, Party, State
from orders.particulars import Attachment

RULE = Rule(id="dear", steps=("approver",), above=100)
TWICE = Rule(id="very dear", steps=("approver", "owner"), above=1000)
LATER = NOON + timedelta(hours=1)


def stamp(by: str = "ola", why: str = "") -> Stamp:
    return Stamp(by=by, at=LATER, why=why)


@pytest.fixture
def ledger() -> PaperLedger:
    return PaperLedger()


def place(ledger, *items, rules=()):
    return service.place(ledger, placed("1001", *items), rules)[0]


def dear(price: int = 500, name: str = "web"):
    return an_item(name, monthly_price=price)


def test_what_costs_little_starts_by_itself_and_that_is_written_down(ledger):
    order = place(ledger, dear(100), rules=[RULE, TWICE])
    assert order.state is State.ACKNOWLEDGED
    assert order.quote["approval"] == {"automatic": True, "amount": 100}


def test_what_costs_more_awaits_an_approver_from_the_first_moment(ledger):
    order = place(ledger, dear(), rules=[RULE, TWICE])
    assert (order.state, order.turn, order.version) == (State.PENDING, Party.CUSTOMER, 2)
    assert order.items["web"].waiting_on.role == "approver"
    assert order.quote["approval"]["rule"] == order.approval.rule["rule"] == "dear"
    assert order.approval.rule["amount"] == 500


def test_an_approved_order_goes_on(ledger):
    place(ledger, dear(), rules=[RULE])
    order = service.approve(ledger, "1001", stamp(why="needed"))
    assert (order.state, order.approval.given) == (State.ACKNOWLEDGED, ("ola",))
    assert ledger.history("1001")[-1].why == "needed"


def test_nobody_approves_their_own_order(ledger):
    place(ledger, dear(), rules=[RULE])
    with pytest.raises(IllegalTransition, match="kari placed order 1001"):
        service.approve(ledger, "1001", stamp("kari"))


def test_two_steps_are_given_by_two_people(ledger):
    place(ledger, dear(5000), rules=[RULE, TWICE])
    order = service.approve(ledger, "1001", stamp("ola"))
    assert order.state is State.PENDING
    assert order.items["web"].waiting_on.role == "owner"
    with pytest.raises(IllegalTransition, match="ola has approved an earlier step"):
        service.approve(ledger, "1001", stamp("ola"))
    order = service.approve(ledger, "1001", stamp("eva"))
    assert (order.state, order.approval.given) == (State.ACKNOWLEDGED, ("ola", "eva"))


def test_a_refused_order_ends_with_the_reason(ledger):
    place(ledger, dear(), rules=[RULE])
    order = service.refuse(ledger, "1001", stamp(), "take the small one")
    assert (order.state, order.items["web"].reason) == (State.REJECTED, "take the small one")


def test_only_what_the_rule_is_about_waits(ledger):
    rule = Rule(id="db", steps=("approver",), offerings=frozenset({"database"}))
    order = place(ledger, an_item("web"), an_item("db", offering="database"), rules=[rule])
    assert order.items["web"].state is State.ACKNOWLEDGED
    assert order.items["db"].state is State.PENDING


def test_what_was_seen_at_another_price_is_not_approved(ledger):
    place(ledger, dear(500), rules=[RULE])
    with pytest.raises(QuoteChanged):
        service.approve(ledger, "1001", stamp(), {"web": 450})
    assert service.approve(ledger, "1001", stamp(), {"web": 500}).state is State.ACKNOWLEDGED


def test_a_changed_price_asks_again_from_the_first_step(ledger):
    place(ledger, dear(5000), rules=[RULE, TWICE])
    service.approve(ledger, "1001", stamp("ola"))
    order = service.quote_again(ledger, "1001", stamp("grunnmur"), {"web": 6000}, [RULE, TWICE])
    assert (order.items["web"].approval_step, order.items["web"].monthly_price) == (1, 6000)
    assert (order.approval.given, order.approval.rule["amount"]) == ((), 6000)
    assert service.approve(ledger, "1001", stamp("ola"), {"web": 6000}).state is State.PENDING


def test_the_same_price_asks_nobody_again(ledger):
    order = place(ledger, dear(), rules=[RULE])
    assert service.quote_again(ledger, "1001", stamp(), {"web": 500}, [RULE]) == order


def test_a_lower_price_still_asks_who_was_asked(ledger):
    place(ledger, dear(), rules=[RULE])
    order = service.quote_again(ledger, "1001", stamp(), {"web": 50}, [RULE])
    assert (order.state, order.approval.rule["amount"]) == (State.PENDING, 50)


def test_an_approval_is_no_answer_and_an_answer_no_approval(ledger):
    place(ledger, dear(), rules=[RULE])
    with pytest.raises(NothingToDo):
        service.answer(ledger, "1001", stamp(), "yes")
    with pytest.raises(IllegalTransition, match="an approval, not an answer"):
        service.record(ledger, "1001", told(e.QuestionAnswered, answer="yes"))


def test_a_question_waits_for_its_answer_and_then_work_goes_on(ledger):
    place(ledger)
    service.record(ledger, "1001", *delivery()[:4])
    question = service.Question(text="Which network?", deadline=LATER + timedelta(days=3))
    order = service.ask(ledger, "1001", stamp(), question)
    assert (order.state, order.items["web"].waiting_on.question) == (
        State.PENDING,
        "Which network?",
    )
    order = service.answer(ledger, "1001", stamp("kari"), "the inner one")
    assert order.state is State.IN_PROGRESS


def test_what_is_held_may_be_asked_about_and_is_held_again_after_the_answer(ledger):
    place(ledger)
    service.hold(ledger, "1001", stamp(), "quota")
    question = service.Question(text="May it be smaller?", deadline=LATER)
    service.ask(ledger, "1001", stamp(), question)
    held = service.answer(ledger, "1001", stamp("kari"), "no").items["web"]
    assert (held.state, held.reason) == (State.HELD, "quota")


def test_everybody_writes_on_the_thread_also_when_the_order_has_ended(ledger):
    place(ledger)
    service.record(ledger, "1001", *delivery())
    file = Attachment(id="1", name="map.png", media_type="image/png", size=9, sha256="ab")
    order = service.post(ledger, "1001", stamp(), "", [file])
    assert order.state is State.COMPLETED
    assert ledger.history("1001")[-1].attachments == (file,)
    with pytest.raises(IllegalTransition, match="words or a file"):
        service.post(ledger, "1001", stamp(), "  ")


def test_a_hold_lasts_until_it_is_released(ledger):
    place(ledger)
    assert service.hold(ledger, "1001", stamp(), "quota").state is State.HELD
    assert service.release(ledger, "1001", stamp()).state is State.ACKNOWLEDGED
    with pytest.raises(NothingToDo, match="web is acknowledged"):
        service.release(ledger, "1001", stamp())


def test_an_order_is_assigned_and_laid_down_again(ledger):
    place(ledger)
    assert service.assign(ledger, "1001", stamp(), "ola").assigned == "ola"
    assert service.assign(ledger, "1001", stamp(), "").assigned == ""


def test_what_has_not_begun_is_cancelled_at_once(ledger):
    rule = Rule(id="web", steps=("approver",), offerings=frozenset({"linux-server"}))
    place(ledger, dear(), an_item("db", offering="database"), rules=[rule])
    service.hold(ledger, "1001", stamp(), "quota", ["db"])
    order = service.cancel(ledger, "1001", stamp("kari", "not needed"))
    assert order.state is State.CANCELLED
    assert {item.cleanup for item in order.items.values()} == {Cleanup.NOT_REQUIRED}


def test_what_has_begun_is_assessed_first(ledger):
    place(ledger, an_item("web"), an_item("db"))
    service.record(ledger, "1001", *delivery("web")[:4])
    order = service.cancel(ledger, "1001", stamp("kari"))
    assert order.items["web"].state is State.ASSESSING_CANCELLATION
    assert order.items["db"].state is State.CANCELLED
    with pytest.raises(NothingToDo):
        service.cancel(ledger, "1001", stamp("kari"))


def test_what_needs_a_cancelled_item_is_rejected_with_it(ledger):
    net, web = an_item("net"), an_item("web", needs=("net",))
    place(ledger, net, web, an_item("site", needs=("web",)))
    order = service.cancel(ledger, "1001", stamp("kari"), ["net"])
    reasons = [item.reason for item in order.items.values()]
    assert reasons == [
        "",
        "needs net, which was not delivered",
        "needs web, which was not delivered",
    ]
    assert order.state is State.PARTIAL
    assert service.settle_dependents(ledger, "1001", stamp()) == order


def test_a_survey_is_answered_once_and_after_the_end(ledger):
    place(ledger)
    with pytest.raises(IllegalTransition, match="has not ended"):
        service.answer_survey(ledger, "1001", stamp("kari"), 5, "")
    service.record(ledger, "1001", *delivery())
    with pytest.raises(IllegalTransition, match="no score"):
        service.answer_survey(ledger, "1001", stamp("kari"), 6, "")
    assert service.answer_survey(ledger, "1001", stamp("kari"), 5, "quick").survey == 5
    with pytest.raises(IllegalTransition, match="already"):
        service.answer_survey(ledger, "1001", stamp("kari"), 1, "")


def test_what_was_done_about_an_answer_is_said_after_it(ledger):
    place(ledger)
    service.record(ledger, "1001", *delivery())
    with pytest.raises(IllegalTransition, match="only about a survey that was answered"):
        service.follow_up(ledger, "1001", stamp("ola"), "a new form")
    assert not service.answer_survey(ledger, "1001", stamp("kari"), 1, "slow").followed_up
    with pytest.raises(IllegalTransition, match="say what was done"):
        service.follow_up(ledger, "1001", stamp("ola"), " ")
    assert service.follow_up(ledger, "1001", stamp("ola"), "a new form").followed_up
    assert service.follow_up(ledger, "1001", stamp("ola"), "and a guide").survey == 1


def test_a_restated_promise_leaves_the_first_one_as_it_was(ledger):
    first = place(ledger).promised_at
    later = first + timedelta(days=1)
    moved = told(e.PromiseRestated, probable_at=None, promised_at=later, why="queue")
    order = service.record(ledger, "1001", moved)
    assert (order.promised_at, order.restated.promised_at) == (first, later)


def test_jeopardy_is_raised_and_cleared(ledger):
    place(ledger)
    assert service.record(ledger, "1001", told(e.JeopardyRaised, probability=0.7)).jeopardy == 0.7
    assert service.record(ledger, "1001", told(e.JeopardyCleared)).jeopardy is None
    with pytest.raises(IllegalTransition, match="no probability"):
        service.record(ledger, "1001", told(e.JeopardyRaised, probability=7))
