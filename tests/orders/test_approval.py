"""Which orders ask whom."""

import dataclasses

import pytest

from fixtures.examples import an_item
from fixtures.histories import on_day_two
from orders.approval import Rule, increase, needed, parsed, snapshot
from orders.model import Action

DEAR = Rule(id="dear", steps=("approver",), above=100)
SECRET = Rule(
    id="secret",
    steps=("approver", "owner"),
    classifications=frozenset({"strictly protected"}),
)


def item(name: str = "web", price: int | None = 50, classification: str = "open", **fields):
    answers = {"classification": classification}
    return an_item(name, monthly_price=price, answers=answers, **fields)


def test_a_ceiling_counts_all_items_together():
    items = [item("a", 60), item("b", 60)]
    assert needed([DEAR], "parks", items[:1]) is None
    ask = needed([DEAR], "parks", items)
    assert (ask.items, ask.amount) == (("a", "b"), 120)


def test_an_unknown_price_does_not_pass_for_cheap():
    ask = needed([DEAR], "parks", [item(price=None)])
    assert (ask.rule, ask.amount) == (DEAR, None)


def test_the_rule_with_most_steps_asks_about_all_that_is_asked_about():
    items = [item("a", 500), item("b", 1, "strictly protected"), item("c", 0)]
    ask = needed([DEAR, SECRET], "parks", items)
    assert (ask.rule, ask.items) == (SECRET, ("a", "b", "c"))
    assert needed([SECRET], "parks", items).items == ("b",)


def test_a_rule_may_be_of_one_agency_only():
    rule = Rule(id="parks", steps=("approver",), agencies=frozenset({"parks"}))
    assert needed([rule], "parks", [item()])
    assert needed([rule], "schools", [item()]) is None


def test_a_change_counts_by_what_it_costs_more():
    changed = on_day_two(item(price=500), Action.MODIFY)
    assert increase([changed]) is None
    former = dataclasses.replace(changed.former, monthly_price=450)
    changed = dataclasses.replace(changed, former=former)
    assert increase([changed]) == 50
    assert needed([DEAR], "parks", [changed]) is None


def test_a_removal_costs_less_and_asks_nobody_unless_a_rule_says_so():
    gone = on_day_two(item(), Action.TERMINATE)
    assert needed([DEAR, Rule(id="all", steps=("approver",))], "parks", [gone]) is None
    rule = Rule(id="out", steps=("approver",), actions=frozenset({Action.TERMINATE}))
    assert needed([rule], "parks", [gone]).rule is rule


def test_the_snapshot_says_what_the_rule_was_and_by_itself():
    ask = needed([SECRET], "parks", [item(classification="strictly protected")])
    assert snapshot(ask, ()) == {
        "automatic": False,
        "amount": 50,
        "rule": "secret",
        "steps": ["approver", "owner"],
        "above": None,
        "days": 5,
        "offerings": [],
        "classifications": ["strictly protected"],
    }


def test_rules_are_read_from_plain_values():
    rules = parsed(
        [
            {"id": "dear", "steps": ["approver"], "above": 100},
            {
                "id": "secret",
                "steps": ["approver", "owner"],
                "classifications": ["strictly protected"],
            },
        ],
    )
    assert rules == (DEAR, SECRET)
    assert parsed([{"id": "x", "steps": ["owner"], "actions": ["terminate"], "days": 2}]) == (
        Rule(id="x", steps=("owner",), actions=frozenset({Action.TERMINATE}), days=2),
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"id": "x"}, "name who approves"),
        ({"id": "x", "steps": ["a"], "celing": 5}, "rule x: celing is not known"),
        ({"steps": ["a"], "above": "much"}, "rule 1: invalid literal"),
        ({"id": "x", "steps": ["a"], "actions": ["destroy"]}, "'destroy'"),
        ({"id": "x", "steps": "approver"}, "a list"),
    ],
)
def test_a_rule_that_cannot_be_read_says_which_and_why(data, why):
    with pytest.raises(ValueError, match=why):
        parsed([data])
