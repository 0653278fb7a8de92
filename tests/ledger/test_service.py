"""The use cases of `orders.service` on a real ledger."""

import dataclasses
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.examples import an_item, delivery, placed, told
from fixtures.histories import histories, placements
from orders import events as e
from orders.errors import ExternalIdReused, IllegalTransition, StaleOrder, UnknownOrder
from orders.lifecycle import replay
from orders.model import State
from orders.needs import doomed
from orders.service import TRIES, place, record


def test_a_new_order_is_placed(ledger):
    order, new = place(ledger, placed())
    assert new
    assert order == replay(ledger.history("1001"))


def test_the_same_key_and_content_is_the_same_order_as_it_stands_now(ledger):
    place(ledger, placed("1001", external_id="x"))
    record(ledger, "1001", told(e.ItemStarted))
    order, new = place(ledger, placed("1002", external_id="x"))
    assert (order.id, order.state, new) == ("1001", State.IN_PROGRESS, False)
    assert ledger.count() == 1


def test_the_same_key_with_another_content_is_refused(ledger):
    place(ledger, placed("1001", external_id="x"))
    with pytest.raises(ExternalIdReused, match="'x' stands on order 1001"):
        place(ledger, placed("1002", external_id="x", fingerprint="another"))
    assert ledger.count() == 1


def test_the_same_key_of_another_agency_is_another_order(ledger):
    place(ledger, placed("1001", external_id="x", agency="parks"))
    _, new = place(ledger, placed("1002", external_id="x", agency="schools"))
    assert new


def test_an_order_without_items_is_not_placed(ledger):
    with pytest.raises(IllegalTransition):
        place(ledger, placed(items=()))
    assert ledger.count() == 0


def test_recording_gives_the_order_after_the_events(ledger):
    place(ledger, placed())
    order = record(ledger, "1001", *delivery())
    assert order.state is State.COMPLETED
    assert order == replay(ledger.history("1001"))


def test_recording_is_all_or_nothing(ledger):
    place(ledger, placed())
    with pytest.raises(IllegalTransition):
        record(ledger, "1001", told(e.ItemStarted), told(e.ItemStarted))
    assert len(ledger.history("1001")) == 1


def test_recording_on_an_order_nobody_placed_is_refused(ledger):
    with pytest.raises(UnknownOrder, match="1001"):
        record(ledger, "1001", told(e.ItemStarted))


class Overtaken:
    """A ledger on which somebody else always was quicker: `times` times, then no more."""

    def __init__(self, ledger, times: int, event: e.ItemEvent) -> None:
        self._ledger, self.times, self._event = ledger, times, event

    def __getattr__(self, name: str):
        return getattr(self._ledger, name)

    def append(self, order, events, *, expected) -> None:
        if self.times:
            self.times -= 1
            self._ledger.append(order, [self._event], expected=expected)
        self._ledger.append(order, events, expected=expected)


def test_an_overtaken_writer_reads_again_and_goes_on(ledger):
    place(ledger, placed())
    slow = Overtaken(ledger, 3, told(e.RunTaken, run="other"))
    order = record(slow, "1001", told(e.ItemStarted))
    assert (order.state, order.version) == (State.IN_PROGRESS, 5)


def test_an_overtaken_writer_decides_anew_whether_its_events_are_legal(ledger):
    place(ledger, placed())
    slow = Overtaken(ledger, 1, told(e.ItemRejected, reason="no"))
    with pytest.raises(IllegalTransition):
        record(slow, "1001", told(e.ItemStarted))
    assert ledger.order_row("1001").state is State.REJECTED


def test_a_writer_that_is_overtaken_for_ever_gives_up(ledger):
    place(ledger, placed())
    slow = Overtaken(ledger, TRIES + 5, told(e.RunTaken, run="other"))
    with pytest.raises(StaleOrder):
        record(slow, "1001", told(e.ItemStarted))
    assert slow.times == 5


def test_an_order_placed_between_look_and_append_is_given_back(ledger):
    other = placed("1001", external_id="x")

    class Late(Overtaken):
        def append(self, order, events, *, expected) -> None:
            self._ledger.append("1001", [other], expected=0)
            self._ledger.append(order, events, expected=expected)

    order, new = place(Late(ledger, 0, None), placed("1002", external_id="x"))
    assert (order.id, new) == ("1001", False)


MANY = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@MANY
@given(st.data())
def test_recording_a_history_event_by_event_gives_what_a_replay_gives(ledger, data):
    number = ledger.next_number()
    first, *rest = data.draw(histories(number))
    place(ledger, first)
    for event in rest:
        with suppress(IllegalTransition):  # of an item that was rejected with what it needs
            record(ledger, number, event)
    order = replay(ledger.history(number))
    assert not list(doomed(order))
    if not any(item.needs for item in first.items):
        assert order == replay([first, *rest])


@MANY
@given(st.data())
def test_posting_again_never_makes_a_second_order(ledger, data):
    number = ledger.next_number()
    first = data.draw(placements(number))
    order, new = place(ledger, first)
    assert new
    again = dataclasses.replace(first, order=ledger.next_number(), at=first.promised_at)
    assert place(ledger, again) == (order, False)
    changed = dataclasses.replace(again, fingerprint="another", items=(an_item(),))
    with pytest.raises(ExternalIdReused):
        place(ledger, changed)
