"""Candidates while several are at them: two yeses, a yes and a run, a yes and another's change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.adopting import propose
from catalog.load import load
from fixtures.adoption import order_to_adopt
from fixtures.adoption_pages import HERE, KNOWN, WELL, met
from fixtures.examples import NOON as NOW
from fixtures.racing import in_threads
from orders.adoption import Choice, Wish
from orders.entry import Stamp
from orders.lifecycle import replay

LATER = NOW + timedelta(days=1)


def tell(ledger, *several, at=NOW):
    """A run that meets these and no others; the open candidates by resource."""
    offered = load()
    ledger.candidates.tell([(one, propose(one, offered, KNOWN, at.date())) for one in several], at)
    ledger.candidates.close(HERE, at)
    return {one.met.resource: one for one in ledger.candidates.open()}


@pytest.fixture
def shown(ledger):
    """One candidate, as an operator has read it."""
    return tell(ledger, met())["i-0new"]


def orders(ledger):
    return [replay(ledger.history(one.id)) for one in ledger.orders()]


def test_of_eight_yeses_at_once_one_makes_an_order(ledger, shown):
    events = [replace(order_to_adopt(ledger, shown), by=f"person-{n}") for n in range(8)]
    said = in_threads(8, lambda n: ledger.candidates.adopt(shown, events[n]))
    assert sorted(map(str, said)) == ["False"] * 7 + ["True"], said
    (order,) = orders(ledger)
    assert order.placed_by == f"person-{said.index(True)}"
    (decided,) = ledger.candidates.decided(Choice.ADOPTED)
    assert (decided.order, decided.decided_by) == (order.id, order.placed_by)
    assert ledger.verify() == []


def test_a_yes_and_a_no_at_once_are_one_decision(ledger, shown):
    event, no = order_to_adopt(ledger, shown), Stamp(at=NOW, by="per", why="statens")
    acts = [
        lambda: ledger.candidates.adopt(shown, event),
        lambda: ledger.candidates.refuse(shown.id, no),
    ]
    yes, refused = in_threads(2, lambda n: acts[n]())
    assert yes is not refused
    assert len(orders(ledger)) == yes
    assert len(ledger.candidates.decided(Choice.REFUSED)) == refused


@pytest.mark.parametrize(
    "now",
    [
        {"parameters": {**met().parameters, "size": "t3.small"}},
        {"tags": {**WELL, "koststed": "410999"}},
        {"tags": {**WELL, "Owner": "BYS"}},
        {"name": "noe annet"},
    ],
)
def test_what_a_run_met_changed_after_it_was_read_is_not_adopted(ledger, shown, now):
    """The yes was to what was shown; only then is the order of what is there."""
    again = tell(ledger, met(**now), at=LATER)["i-0new"]
    assert again.id == shown.id
    assert not ledger.candidates.adopt(shown, order_to_adopt(ledger, shown))
    assert orders(ledger) == []
    assert ledger.candidates.adopt(again, order_to_adopt(ledger, again))


def test_what_a_run_met_as_it_was_is_adopted(ledger, shown):
    tell(ledger, met(), at=LATER)
    assert ledger.candidates.adopt(shown, order_to_adopt(ledger, shown))


def test_what_another_operator_made_something_else_of_is_not_adopted(ledger, shown):
    theirs = replace(shown.wish, plan="large")
    assert ledger.candidates.keep(shown.id, theirs, ready=True)
    assert not ledger.candidates.adopt(shown, order_to_adopt(ledger, shown))
    assert orders(ledger) == []
    again = ledger.candidates.one(shown.id)
    assert again.wish.plan == "large"
    assert ledger.candidates.adopt(again, order_to_adopt(ledger, again))


def test_what_is_gone_after_it_was_read_is_not_adopted_and_coming_back_is_another(ledger, shown):
    assert tell(ledger, at=LATER) == {}
    assert not ledger.candidates.adopt(shown, order_to_adopt(ledger, shown))
    back = tell(ledger, met(), at=LATER + timedelta(days=1))["i-0new"]
    assert back.id != shown.id
    assert not ledger.candidates.adopt(shown, order_to_adopt(ledger, shown))
    assert ledger.candidates.adopt(back, order_to_adopt(ledger, back))


def test_runs_and_yeses_at_once_lose_nothing_and_adopt_each_once(ledger):
    """Runs tell the same again and again while operators say yes to all of it, twice."""
    several = [met(f"i-{n}", name=f"parkering-{n}") for n in range(6)]
    shown = list(tell(ledger, *several).values())
    events = [order_to_adopt(ledger, one) for one in shown * 2]

    def act(number):
        if number < len(events):
            return ledger.candidates.adopt((shown * 2)[number], events[number])
        offered = load()
        proposed = [(one, propose(one, offered, KNOWN, NOW.date())) for one in several]
        return ledger.candidates.tell(proposed, LATER)

    said = in_threads(len(events) + 2, act)
    yeses = said[: len(events)]
    assert [one for one in said if isinstance(one, Exception)] == []
    assert yeses.count(True) == len(shown)
    assert said[len(events) :] == [0, 0], "nothing of it is new"
    assert {one.items["1"].resource.id for one in orders(ledger)} == {f"i-{n}" for n in range(6)}
    assert ledger.candidates.open() == []
    assert ledger.verify() == []


def test_a_wish_of_ones_own_is_read_back_as_it_was_kept(ledger, shown):
    """Whatever stands in it, it is known again when the yes comes."""
    odd = Wish(
        agency="BYM",
        offering="linux-server",
        plan="medium",
        answers={"name": "æøå-1", "purpose": 'to "linjer"\nog en €', "cost_centre": "410123"},
    )
    ledger.candidates.keep(shown.id, odd, ready=True)
    again = ledger.candidates.one(shown.id)
    assert again.wish == odd
    assert ledger.candidates.adopt(again, order_to_adopt(ledger, shown))
