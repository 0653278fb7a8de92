"""Wanted versus found: what is exact, and what is never claimed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.model import ENDS, State
from orders.reconcile import NotSorted, Verdict, compare


@dataclass(frozen=True)
class Item:
    instance: str
    state: State = State.COMPLETED
    resource_id: str | None = "i-1"


@dataclass(frozen=True)
class Thing:
    instance: str
    id: str = "i-1"


def verdicts(wanted, found):
    return [(finding.verdict, finding.instance) for finding in compare(wanted, found)]


def test_what_is_delivered_and_there_is_in_step():
    assert verdicts([Item("a")], [Thing("a")]) == [(Verdict.IN_STEP, "a")]


def test_what_is_delivered_and_gone_is_missing():
    assert verdicts([Item("a")], []) == [(Verdict.MISSING, "a")]


def test_what_no_order_accounts_for_is_an_orphan():
    assert verdicts([], [Thing("a")]) == [(Verdict.ORPHAN, "a")]


def test_what_lost_its_tag_is_an_orphan_and_its_order_misses_it():
    found = verdicts([Item("a")], [Thing("")])
    assert found == [(Verdict.ORPHAN, ""), (Verdict.MISSING, "a")]


def test_another_resource_than_the_delivered_one_is_both():
    found = verdicts([Item("a", resource_id="i-1")], [Thing("a", "i-2")])
    assert found == [(Verdict.MISSING, "a"), (Verdict.ORPHAN, "a")]


def test_a_second_resource_of_one_instance_is_an_orphan():
    findings = list(compare([Item("a", resource_id="i-2")], [Thing("a", "i-1"), Thing("a", "i-2")]))
    assert [(f.verdict, f.found.id) for f in findings] == [
        (Verdict.IN_STEP, "i-2"),
        (Verdict.ORPHAN, "i-1"),
    ]


@pytest.mark.parametrize("state", sorted(set(State) - ENDS))
@pytest.mark.parametrize("resource", [None, "i-1"])
def test_what_is_still_being_delivered_is_never_missing(state, resource):
    assert verdicts([Item("a", state, resource)], []) == []


@pytest.mark.parametrize("state", sorted(set(State) - ENDS))
def test_what_is_being_made_for_an_order_is_no_orphan(state):
    assert verdicts([Item("a", state, None)], [Thing("a")]) == [(Verdict.IN_STEP, "a")]


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_what_an_order_says_is_left_over_is_accounted_for(state):
    assert verdicts([Item("a", state)], [Thing("a")]) == [(Verdict.IN_STEP, "a")]
    assert verdicts([Item("a", state)], []) == []


def test_an_item_at_work_answers_for_an_instance_that_another_delivered():
    items = [Item("a", State.COMPLETED), Item("a", State.IN_PROGRESS)]
    assert verdicts(items, []) == []
    assert verdicts(items, [Thing("a")]) == [(Verdict.IN_STEP, "a")]


@pytest.mark.parametrize(
    ("wanted", "found"), [([Item("b"), Item("a")], []), ([], [Thing("b"), Thing("a")])]
)
def test_an_unsorted_stream_is_refused(wanted, found):
    with pytest.raises(NotSorted, match="'a' came after 'b'"):
        list(compare(wanted, found))


names = st.sets(st.text("abcdef", min_size=1, max_size=3))


@given(names, names)
def test_every_difference_is_found_and_none_is_made_up(wanted, found):
    findings = verdicts(map(Item, sorted(wanted)), map(Thing, sorted(found)))
    by = {verdict: {name for kind, name in findings if kind is verdict} for verdict in Verdict}
    assert by[Verdict.IN_STEP] == wanted & found
    assert by[Verdict.MISSING] == wanted - found
    assert by[Verdict.ORPHAN] == found - wanted
    assert [name for _, name in findings] == sorted(wanted | found)


def test_memory_does_not_grow_with_the_streams():
    def peak(count: int) -> int:
        numbers: Iterator[int] = iter(range(count))
        wanted = (Item(f"{n:08}") for n in range(count))
        found = (Thing(f"{n:08}") for n in chain(numbers))
        tracemalloc.start()
        assert sum(1 for _ in compare(wanted, found)) == count
        (_, most) = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(20_000) < 2 * peak(200) + 10_000
