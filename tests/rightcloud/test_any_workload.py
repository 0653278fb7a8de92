"""What holds for every workload, whatever is asked."""

import json
import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.workloads import TAGS, workloads
from rightcloud.advisor import Advisor
from rightcloud.choice import choose
from rightcloud.decision import Cause, Decision, Delivery
from rightcloud.decision_json import answer, record
from rightcloud.errors import NotChoosable
from rightcloud.policy import STRICTNESS, Outcome
from rightcloud.replay import replay
from rightcloud.words import Confidence
from rightcloud.workload import Workload

TODAY = date(2026, 11, 24)
DELIVERY = Delivery(
    p50=datetime(2026, 11, 26, 12, tzinfo=UTC), p90=datetime(2026, 12, 3, 12, tzinfo=UTC)
)
deliveries = st.sampled_from([{}, {"azure": DELIVERY, "gcp/europe-north1": DELIVERY}])


@given(need=workloads, times=deliveries)
def test_every_place_is_either_a_candidate_or_left_out_with_a_reason(
    advisor: Advisor, need: Workload, times: dict[str, Delivery]
) -> None:
    decision = advisor.decide(need, TODAY, times)
    places = [candidate.place.id for candidate in decision.candidates]
    places += [exclusion.place for exclusion in decision.exclusions]
    assert sorted(places) == sorted(advisor.facts.atlas.places)
    for exclusion in decision.exclusions:
        assert exclusion.reasons
        for reason in exclusion.reasons:
            assert len(reason.text.nb) > 15
            assert len(reason.text.en) > 15
            assert (reason.cause is Cause.LAW) == (reason.basis is not None)


@given(need=workloads)
def test_no_place_that_the_law_denies_is_a_candidate_and_every_denial_is_told(
    advisor: Advisor, need: Workload
) -> None:
    policy = advisor.facts.policy
    decision = advisor.decide(need, TODAY)
    for candidate in decision.candidates:
        verdict = policy.judge(need.tags, candidate.zone)
        assert verdict.outcome is not Outcome.DENY
        assert candidate.measures == verdict.measures
    for exclusion in decision.exclusions:
        denied = policy.judge(need.tags, exclusion.zone).outcome is Outcome.DENY
        assert denied == any(reason.cause is Cause.LAW for reason in exclusion.reasons)


@given(need=workloads, why=st.sampled_from(["", "because"]))
def test_no_place_that_is_left_out_can_be_chosen(
    advisor: Advisor, need: Workload, why: str
) -> None:
    decision = advisor.decide(need, TODAY)
    for exclusion in decision.exclusions:
        with pytest.raises(NotChoosable):
            choose(decision, exclusion.place, why)


@given(need=workloads, times=deliveries)
def test_a_candidate_meets_the_need(
    advisor: Advisor, need: Workload, times: dict[str, Delivery]
) -> None:
    groups = advisor.facts.groups
    for each in advisor.decide(need, TODAY, times).candidates:
        assert each.offer.place == each.place.id
        assert each.offer.vcpus >= need.vcpus
        assert each.offer.memory >= need.memory_gib
        assert need.architecture in {"any", each.offer.arch}
        assert need.burstable or not each.offer.burstable
        assert each.offer.gpus >= need.gpus
        assert (each.offer.gpus > 0) == (need.gpus > 0)
        assert need.max_latency_ms is None or (each.place.latency.value or 0) <= need.max_latency_ms
        assert not need.country_group or each.place.country in groups[need.country_group].countries
        assert need.availability == "single" or (each.place.zones or 0) >= 2
        if need.needed_by and each.delivery:
            assert each.delivery.p90.date() <= need.needed_by


@given(need=workloads)
def test_the_total_is_exactly_its_lines_and_a_missing_price_is_never_zero(
    advisor: Advisor, need: Workload
) -> None:
    for each in advisor.decide(need, TODAY).candidates:
        priced = [line.nok for line in each.lines if line.nok is not None]
        assert each.monthly_nok == round(sum(priced), 2)
        assert math.isfinite(each.monthly_nok)
        for line in each.lines:
            if line.nok is None:
                assert line.unit_price is None
                assert not each.complete
                assert each.confidence is Confidence.RED
            else:
                assert line.nok == round(line.quantity * (line.unit_price or 0) * line.rate, 2)
        assert each.grown_nok >= each.monthly_nok


@given(need=workloads)
def test_it_is_the_cheapest_fitting_machine_of_the_place(advisor: Advisor, need: Workload) -> None:
    run = advisor.facts.run
    for each in advisor.decide(need, TODAY).candidates[:2]:
        row = advisor.facts.run.offers.places.words.index(each.place.id)
        rows = (run.offers.places.codes == row).nonzero()[0]
        fitting = [
            (offer.price * run.nok(offer.currency), offer.sku)
            for offer in (run.offers[int(at)] for at in rows)
            if offer.vcpus >= need.vcpus
            and offer.memory >= need.memory_gib
            and (offer.gpus > 0) == (need.gpus > 0)
            and offer.gpus >= need.gpus
            and (need.burstable or not offer.burstable)
            and need.architecture in {"any", offer.arch}
        ]
        assert min(fitting)[1] == each.offer.sku


@given(need=workloads, more=st.sampled_from(TAGS))
def test_a_tag_more_never_opens_a_place(advisor: Advisor, need: Workload, more: str) -> None:
    fewer = {each.place.id: each for each in advisor.decide(need, TODAY).candidates}
    tags = tuple(dict.fromkeys((*need.tags, more)))
    for each in advisor.decide(need.model_copy(update={"tags": tags}), TODAY).candidates:
        before = fewer[each.place.id]
        assert set(each.measures) >= set(before.measures)
        assert each.monthly_nok >= before.monthly_nok
    verdicts = [advisor.facts.policy.judge(some, "third").outcome for some in (need.tags, tags)]
    assert STRICTNESS[verdicts[0]] <= STRICTNESS[verdicts[1]]


@given(need=workloads)
def test_what_is_on_the_front_is_beaten_by_nobody(advisor: Advisor, need: Workload) -> None:
    candidates = advisor.decide(need, TODAY).candidates
    whole = [each for each in candidates if each.complete]
    points = {
        each.place.id: (each.monthly_nok, each.place.latency.value, each.place.carbon.value)
        for each in whole
    }
    for each in whole:
        point = points[each.place.id]
        beaten = any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True))
            for other in points.values()
        )
        assert each.pareto != beaten


@given(need=workloads, times=deliveries)
@settings(max_examples=60)
def test_a_record_through_json_replays_to_the_same_answer(
    advisor: Advisor, need: Workload, times: dict[str, Delivery]
) -> None:
    decision: Decision = advisor.decide(need, TODAY, times)
    stored = json.loads(json.dumps(record(decision)))
    assert answer(replay(stored, advisor)) == answer(decision)


@given(need=workloads)
def test_ranks_run_from_one_and_every_candidate_says_why(advisor: Advisor, need: Workload) -> None:
    candidates = advisor.decide(need, TODAY).candidates
    assert [each.rank for each in candidates] == list(range(1, len(candidates) + 1))
    gaps = [sum(line.nok is None for line in each.lines) for each in candidates]
    assert gaps == sorted(gaps)
    for each in candidates:
        assert len(each.reasons) >= 4
        assert len(each.why) == len(need.tags)
