"""What may happen to an item, one sentence each. Sequences of any length: test_properties.py."""

from datetime import datetime

import pytest

from fixtures.examples import NOON, RESOURCE, an_item, delivery, placed, question, told
from fixtures.histories import MOVING
from orders import events as e
from orders.errors import IllegalTransition, UnknownOrder
from orders.lifecycle import TOLD, TRANSITIONS, Move, evolve, replay
from orders.model import ENDS, Cleanup, Order, OrderItem, Party, ResourceRef, Stage, State

STARTED = [told(e.RunTaken, run="run-1"), told(e.ItemStarted)]
RECORDED = [*STARTED, told(e.ResourceRecorded, resource=RESOURCE)]
ASKED = told(e.QuestionAsked, waiting_on=question())
HELD = told(e.ItemHeld, reason="no capacity", resume_at=NOON)
CANCEL = told(e.CancellationRequested)
UNDOING = [*RECORDED, CANCEL, told(e.CancellationAccepted)]


def order(*events: e.ItemEvent) -> Order:
    return replay([placed(), *events])


def item(*events: e.ItemEvent) -> OrderItem:
    return order(*events).items["web"]


def refuses(*events: e.ItemEvent) -> str:
    """All events but the last are legal, the last is not; says why."""
    before = order(*events[:-1])
    with pytest.raises(IllegalTransition) as refused:
        evolve(before, events[-1])
    return str(refused.value)


def test_every_kind_of_event_is_in_the_table():
    assert {kind for moves in TRANSITIONS.values() for kind in moves} == set(MOVING)


def test_every_state_of_an_item_is_in_the_table():
    assert set(TRANSITIONS) == set(State) - {State.PARTIAL}


def test_ends_have_no_way_out_and_every_other_state_has():
    staying = {
        State.PARTIAL: {},
        **{state: set(moves.values()) for state, moves in TRANSITIONS.items()},
    }
    assert {state for state, targets in staying.items() if set(targets) <= {Move.STAY}} == ENDS


def test_what_an_item_keeps_of_an_event_is_a_field_of_both():
    for kind, names in TOLD.items():
        assert set(names) <= set(kind.__dataclass_fields__) & set(OrderItem.__dataclass_fields__)


def test_a_placed_order_is_acknowledged_and_it_is_the_suppliers_turn():
    assert order().state is State.ACKNOWLEDGED
    assert order().turn is Party.SUPPLIER
    assert order().version == 1


def test_a_delivery_ends_completed_with_what_was_handed_over():
    done = order(*delivery())
    assert done.state is State.COMPLETED
    assert done.turn is None
    assert done.version == 1 + len(delivery())
    assert done.items["web"].outputs == {"address": "10.0.0.7"}
    assert done.items["web"].resource == RESOURCE
    assert done.items["web"].run == "run-1"


def test_completing_needs_a_resource():
    hand_over = told(e.StageReached, stage=Stage.HAND_OVER)
    assert "without a resource" in refuses(*STARTED, hand_over, told(e.ItemCompleted, outputs={}))


def test_completing_needs_the_hand_over():
    assert "handed over" in refuses(*RECORDED, told(e.ItemCompleted, outputs={}))


def test_what_was_checked_and_then_removed_must_be_checked_again():
    again = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-2")
    rebuilt = [
        *delivery()[:-1],
        told(e.ResourceRemoved),
        told(e.ResourceRecorded, resource=again),
    ]
    assert item(*rebuilt).attempt == 2
    assert "handed over" in refuses(*rebuilt, told(e.ItemCompleted, outputs={}))


def test_a_second_resource_is_not_recorded_over_the_first():
    other = ResourceRef(kind="virtual-machine", region="eu-north-1", id="i-2")
    assert "another resource" in refuses(*RECORDED, told(e.ResourceRecorded, resource=other))


def test_the_same_resource_may_be_recorded_twice():
    assert item(*RECORDED, RECORDED[-1]).resource == RESOURCE


@pytest.mark.parametrize("aside", [CANCEL, HELD], ids=["cancelled", "held"])
def test_a_resource_that_comes_while_the_item_is_put_aside_is_recorded(aside):
    assert item(*STARTED, aside, RECORDED[-1]).resource == RESOURCE


@pytest.mark.parametrize(
    ("before", "aside", "back"),
    [
        ([], ASKED, told(e.QuestionAnswered, answer="parks")),
        (STARTED, ASKED, told(e.QuestionAnswered, answer="parks")),
        ([], HELD, told(e.ItemReleased)),
        (STARTED, HELD, told(e.ItemReleased)),
        (UNDOING, HELD, told(e.ItemReleased)),
        ([], CANCEL, told(e.CancellationRefused, reason="too late")),
        (STARTED, CANCEL, told(e.CancellationRefused, reason="too late")),
        ([ASKED], CANCEL, told(e.CancellationRefused, reason="too late")),
        ([*STARTED, ASKED], CANCEL, told(e.CancellationRefused, reason="too late")),
        ([HELD], CANCEL, told(e.CancellationRefused, reason="too late")),
    ],
)
def test_what_was_put_aside_goes_on_exactly_as_before(before, aside, back):
    assert item(*before, aside) != item(*before)
    assert item(*before, aside, back) == item(*before)


def test_a_pending_item_shows_its_question_and_it_is_the_customers_turn():
    assert item(*STARTED, ASKED).waiting_on == question()
    assert order(*STARTED, ASKED).turn is Party.CUSTOMER


def test_an_answered_question_is_gone():
    assert item(*STARTED, ASKED, told(e.QuestionAnswered, answer="parks")).waiting_on is None


def test_a_held_item_shows_why_and_until_when():
    held = item(*STARTED, HELD)
    assert (held.state, held.reason, held.resume_at) == (State.HELD, "no capacity", NOON)


def test_a_question_without_words_is_refused():
    with pytest.raises(ValueError, match="needs a question"):
        question("  ")


def test_a_rejected_item_keeps_the_reason():
    rejected = item(ASKED, told(e.ItemRejected, reason="not approved"))
    assert (rejected.state, rejected.reason) == (State.REJECTED, "not approved")
    assert rejected.waiting_on is None


def test_an_item_with_a_resource_is_cancelled_not_rejected():
    assert "cancel it" in refuses(*RECORDED, HELD, told(e.ItemRejected, reason="changed my mind"))


def test_cancelling_undoes_and_then_ends_cancelled():
    gone = [*UNDOING, told(e.ResourceRemoved), told(e.ItemCancelled, cleanup=Cleanup.DONE)]
    assert item(*UNDOING).state is State.PENDING_CANCELLATION
    assert item(*gone).state is State.CANCELLED
    assert item(*gone).resource is None


def test_what_is_being_undone_cannot_be_cancelled_or_rejected_again():
    assert "undone already" in refuses(*UNDOING, HELD, CANCEL)
    assert "undone already" in refuses(*UNDOING, HELD, told(e.ItemRejected, reason="again"))


@pytest.mark.parametrize("cleanup", [Cleanup.DONE, Cleanup.NOT_REQUIRED])
def test_failing_or_cancelling_waits_until_the_resource_is_gone(cleanup):
    failed = told(e.ItemFailed, reason="quota", cleanup=cleanup)
    assert "before its clean-up" in refuses(*RECORDED, failed)
    assert "before its clean-up" in refuses(*UNDOING, told(e.ItemCancelled, cleanup=cleanup))


def test_a_person_may_be_left_to_clean_up_what_is_listed():
    left = {"cleanup": Cleanup.MANUAL_REQUIRED, "leftovers": ("i-1",)}
    failed = item(*RECORDED, told(e.ItemFailed, reason="cannot delete", **left))
    assert (failed.state, failed.leftovers) == (State.FAILED, ("i-1",))
    assert failed.resource == RESOURCE


@pytest.mark.parametrize(
    ("cleanup", "leftovers"),
    [(Cleanup.MANUAL_REQUIRED, ()), (Cleanup.DONE, ("i-1",)), (Cleanup.NOT_REQUIRED, ("i-1",))],
)
def test_leftovers_are_listed_when_and_only_when_a_person_must_clean_up(cleanup, leftovers):
    failed = told(e.ItemFailed, reason="quota", cleanup=cleanup, leftovers=leftovers)
    assert "leftovers" in refuses(*STARTED, failed)


def test_an_order_needs_items_each_with_its_own_id():
    with pytest.raises(IllegalTransition, match="items"):
        evolve(None, placed("1001", an_item(), an_item()))
    with pytest.raises(IllegalTransition, match="items"):
        evolve(None, placed(items=()))


def test_an_order_cannot_be_placed_with_its_items_delivered_already():
    with pytest.raises(IllegalTransition, match="acknowledged"):
        evolve(None, placed("1001", an_item(state=State.COMPLETED, resource=RESOURCE)))


def test_an_order_is_placed_once_and_before_all_else():
    with pytest.raises(IllegalTransition, match="order 1001"):
        evolve(order(), placed())
    with pytest.raises(IllegalTransition, match="does not exist"):
        evolve(None, told(e.ItemStarted))


def test_an_item_that_the_order_does_not_have_is_refused():
    with pytest.raises(IllegalTransition, match="no item db"):
        evolve(order(), told(e.ItemStarted, "db"))


def test_no_events_are_no_order():
    with pytest.raises(UnknownOrder):
        replay([])


def test_an_event_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        told(e.ItemStarted, at=datetime(2026, 3, 2, 12))  # noqa: DTZ001 - that is the point


def test_nothing_is_made_for_an_item_that_awaits_an_approval():
    asked = e.ApprovalAsked(
        at=NOON, by="rule", items=("web",), rule={}, step=1, steps=1, waiting_on=question()
    )
    assert "awaits an approval" in refuses(asked, told(e.ResourceRecorded, resource=RESOURCE))


def test_a_question_is_not_refused_as_an_approval_is():
    refused = e.ApprovalRefused(at=NOON, by="ola", items=("web",), reason="no")
    assert "an answer, not an approval" in refuses(*RECORDED, ASKED, refused)
