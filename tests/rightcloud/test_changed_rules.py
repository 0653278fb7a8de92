"""A change of the rules takes two people; closing a zone takes one."""

import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.in_force import AMINA, DAY, LEIF, NEED, RULE
from rightcloud.errors import Refused
from rightcloud.journal import PolicyApproved
from rightcloud.policy import Outcome
from rightcloud.policy_change import CellChange, changes, write_policy
from rightcloud.policy_office import (
    after,
    approve,
    close_switch,
    propose_opening,
    propose_policy,
    propose_rule,
    reject,
    waiting,
)


def test_a_change_of_a_rule_takes_a_second_person(counsel) -> None:
    before = counsel.facts().policy
    number = propose_rule(counsel, ("person", "eea_us_owner"), RULE, AMINA)
    assert counsel.facts().policy.id == before.id
    with pytest.raises(Refused, match="second person"):
        approve(counsel, number, AMINA)
    approve(counsel, number, LEIF)
    now = counsel.facts().policy
    (change,) = changes(before, now)
    assert (change.tag, change.zone, change.direction) == ("person", "eea_us_owner", "tighter")
    assert change.after.why == RULE.why
    assert change.after.recheck == DAY + timedelta(days=90)
    assert now.version != before.version
    places = {e.place for e in counsel.advisor().decide(NEED, DAY).exclusions}
    assert "aws/eu-north-1" in places
    told = [e for e in counsel.entries() if isinstance(e, PolicyApproved)]
    assert [(e.hand.name, e.policy) for e in told] == [("Leif Lund", now.id)]


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (("cmk", "dpia"), ("cmk", "dpia", "mfa"), "tighter"),
        (("cmk", "dpia"), ("dpia",), "looser"),
        (("cmk", "dpia"), ("dpia", "cmk"), "as strict"),
        (("cmk", "dpia"), ("cmk", "mfa"), "mixed"),
        (("cmk",), ("mfa", "dpia"), "mixed"),
    ],
)
def test_measures_that_come_while_others_go_are_neither_stricter_nor_less(
    counsel, before, after, direction
) -> None:
    cells = counsel.facts().policy.cells
    cell = next(one for one in cells.values() if one.outcome is Outcome.MEASURES)
    one, other = (replace(cell, measures=measures) for measures in (before, after))
    change = CellChange(tag=cell.tag, zone=cell.zone, before=one, after=other)
    assert change.direction == direction


def test_a_rejected_proposal_changes_nothing_and_cannot_be_approved(counsel) -> None:
    before = counsel.facts().policy.id
    number = propose_rule(counsel, ("person", "eea_us_owner"), RULE, AMINA)
    reject(counsel, number, AMINA)
    assert counsel.facts().policy.id == before
    with pytest.raises(Refused, match="does not wait"):
        approve(counsel, number, LEIF)


def test_a_proposal_from_a_policy_that_is_no_longer_in_force_is_refused(counsel) -> None:
    first = propose_rule(counsel, ("person", "eea_us_owner"), RULE, AMINA)
    second = propose_rule(counsel, ("intern", "eea_us_owner"), RULE, AMINA)
    approve(counsel, first, LEIF)
    with pytest.raises(Refused, match="has changed since"):
        approve(counsel, second, LEIF)
    assert after(counsel, waiting(counsel, second))


def test_a_change_without_a_reason_or_without_a_difference_is_refused(counsel) -> None:
    with pytest.raises(Refused, match="write the reason"):
        propose_rule(counsel, ("person", "third"), RULE, replace(AMINA, why=" "))
    with pytest.raises(Refused, match="no cell person x moon"):
        propose_rule(counsel, ("person", "moon"), RULE, AMINA)
    with pytest.raises(Refused, match="nothing in it differs"):
        propose_policy(counsel, counsel.policy_document(), AMINA)
    with pytest.raises(Refused, match=r"policy.toml:1: not TOML"):
        propose_policy(counsel, b"= 1", AMINA)
    assert counsel.standing().seq == 0


def test_a_switch_is_closed_by_one_and_opened_by_two(counsel) -> None:
    close_switch(counsel, "dpf", AMINA)
    assert counsel.facts().policy.id.endswith("without-dpf")
    close_switch(counsel, "dpf", LEIF)
    assert counsel.standing().seq == 1
    number = propose_opening(counsel, "dpf", AMINA)
    with pytest.raises(Refused, match="second person"):
        approve(counsel, number, AMINA)
    assert not counsel.facts().policy.switches["dpf"].stands
    approve(counsel, number, LEIF)
    assert counsel.facts().policy.switches["dpf"].stands
    with pytest.raises(Refused, match="no switch `moon`"):
        close_switch(counsel, "moon", AMINA)


def test_the_policy_written_as_toml_reads_back_to_the_same_table(counsel, policy_text) -> None:
    data = tomllib.loads(policy_text)
    assert tomllib.loads(write_policy(data).decode()) == data
    assert not changes(
        counsel.policy(write_policy(data), {}), counsel.policy(policy_text.encode(), {})
    )
