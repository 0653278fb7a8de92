"""What an order keeps of a decision: replayable, and never a choice that was left out."""

import json
from dataclasses import replace
from datetime import date

import pytest

from rightcloud.advisor import Advisor
from rightcloud.choice import Choice, choose
from rightcloud.decision_json import excluded_places, record
from rightcloud.errors import NotChoosable, NotReplayable
from rightcloud.replay import replay
from rightcloud.whatif import alternatives, sweep
from rightcloud.words import Text, figure, written
from rightcloud.workload import Workload

TODAY = date(2026, 11, 24)
NEED = Workload(tags=("person",), vcpus=4, memory_gib=16, block_gb=200)


@pytest.fixture(scope="module")
def decision(advisor):
    return advisor.decide(NEED, TODAY)


@pytest.fixture
def stored(decision):
    return json.loads(json.dumps(record(decision)))


def test_a_record_is_small_enough_for_an_event_and_names_what_was_left_out(stored) -> None:
    assert len(json.dumps(stored)) < 12_000
    assert "aws/us-gov-west-1" in excluded_places(stored)


def test_a_changed_record_or_program_is_found_out(stored, advisor: Advisor) -> None:
    stored["workload"]["block_gb"] = 201.0
    with pytest.raises(NotReplayable, match="another answer"):
        replay(stored, advisor)


def test_other_prices_places_or_policy_cannot_replay_it(stored, advisor: Advisor) -> None:
    facts = advisor.facts
    newer = replace(facts, run=replace(facts.run, rates={}))
    with pytest.raises(NotReplayable, match=f"made from prices {facts.run.id}"):
        replay(stored, Advisor(newer))
    moved = replace(facts, atlas=replace(facts.atlas, digest="0" * 64))
    with pytest.raises(NotReplayable, match="made from places"):
        replay(stored, Advisor(moved))
    other = advisor.under(replace(facts.policy, version="2027-01-01"))
    with pytest.raises(NotReplayable, match=f"made under policy {facts.policy.id}"):
        replay(stored, other)


def test_a_decision_replays_with_the_switches_as_they_stood(advisor: Advisor, stored) -> None:
    closed = advisor.under(advisor.facts.policy.switched(dpf=False))
    assert replay(stored, closed).policy == advisor.facts.policy.id
    then = json.loads(json.dumps(record(closed.decide(NEED, TODAY))))
    assert replay(then, advisor).policy.endswith("-without-dpf")


def test_a_record_of_another_format_is_refused(stored, advisor: Advisor) -> None:
    with pytest.raises(NotReplayable, match="format 2"):
        replay({**stored, "format": 2}, advisor)


def test_the_recommended_place_needs_no_reason_and_another_does(decision) -> None:
    first, second = decision.candidates[0].place.id, decision.candidates[1].place.id
    assert choose(decision, first) == Choice(recommended=first, chosen=first, why="")
    with pytest.raises(NotChoosable, match="say why"):
        choose(decision, second, "  ")
    assert choose(decision, second, "our data are there").why == "our data are there"


def test_what_is_left_out_or_unknown_cannot_be_chosen_with_any_reason(decision) -> None:
    with pytest.raises(NotChoosable, match="has not been assessed"):
        choose(decision, "aws/us-west-2", "please")
    with pytest.raises(NotChoosable, match="no place is called"):
        choose(decision, "aws/mars-1", "please")


def test_with_no_candidate_nothing_can_be_chosen(advisor: Advisor) -> None:
    none = advisor.decide(NEED.model_copy(update={"vcpus": 9999.0}), TODAY)
    assert none.recommended is None
    with pytest.raises(NotChoosable, match="is left out: No machine here has at least 9999"):
        choose(none, "openstack/oslo-1")


def test_a_sweep_answers_each_value(advisor: Advisor, decision) -> None:
    rows = list(sweep(advisor, decision, {"egress_gb": [0.0, 10_000.0], "tags": [["begrenset"]]}))
    assert [(row.field, row.value) for row in rows[:2]] == [
        ("egress_gb", 0.0),
        ("egress_gb", 10_000.0),
    ]
    assert rows[1].best.monthly_nok > rows[0].best.monthly_nok
    assert rows[2].best.place.provider.startswith("oslo-")
    assert rows[2].places == 2


def test_giving_up_a_wish_is_an_alternative_with_what_it_saves(advisor: Advisor) -> None:
    need = NEED.model_copy(update={"country_group": "norway"})
    here = advisor.decide(need, TODAY)
    found = alternatives(advisor, here)
    best = found[0].best
    assert found[0].wish.en == "Without the wish for certain countries"
    assert best.place.id == "gcp/europe-north2"
    assert found[0].saves == round(here.candidates[0].monthly_nok - best.monthly_nok, 2) > 0


def test_with_no_candidate_there_is_nothing_to_save_but_there_are_alternatives(
    advisor: Advisor,
) -> None:
    nowhere = NEED.model_copy(update={"country_group": "africa"})
    found = alternatives(advisor, advisor.decide(nowhere, TODAY))
    assert [each.saves for each in found] == [None]


def test_law_is_no_wish(advisor: Advisor) -> None:
    need = NEED.model_copy(update={"tags": ("arkiv",), "max_latency_ms": 1.0})
    found = alternatives(advisor, advisor.decide(need, TODAY))
    assert found
    assert all(each.best.place.country == "NO" for each in found)


def test_norwegian_numbers_and_dates_are_written_the_norwegian_way() -> None:
    assert figure(2.73) == Text("2,73", "2.73")
    assert figure(1_000_000.0).nb == "1000000"
    assert written(date(2026, 12, 1)) == Text("1.12.2026", "2026-12-01")
