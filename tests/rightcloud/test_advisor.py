"""One workload, looked at closely."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from rightcloud.advisor import Advisor
from rightcloud.columns import words
from rightcloud.decision import Candidate, Cause, Decision, Delivery
from rightcloud.errors import Refused
from rightcloud.rates import Charged
from rightcloud.words import Confidence, Mark
from rightcloud.workload import Asked, Database, Workload

TODAY = date(2026, 11, 24)
NEED = Workload(tags=("person",), vcpus=4, memory_gib=16, block_gb=200, egress_gb=100)


def asked(**changes: object) -> Workload:
    return NEED.model_copy(update=changes)


def at(decision: Decision, place: str) -> Candidate:
    return next(each for each in decision.candidates if each.place.id == place)


def why_not(decision: Decision, place: str) -> dict[Cause, str]:
    found = next(each for each in decision.exclusions if each.place == place)
    return {reason.cause: reason.text.en for reason in found.reasons}


def test_the_bill_of_a_known_machine_adds_up_by_hand(advisor: Advisor) -> None:
    found = at(advisor.decide(NEED, TODAY), "gcp/europe-north1")
    assert found.offer.sku == "e2-standard-4"
    assert [(line.charged, line.nok) for line in found.lines] == [
        (None, round(730 * 0.147555 * 10.5, 2)),
        (Charged.BLOCK, 231.0),
        (Charged.EGRESS, 126.0),
    ]
    assert found.monthly_nok == 1488.01


def test_archive_originals_leave_only_places_in_norway(advisor: Advisor) -> None:
    decision = advisor.decide(asked(tags=("person", "arkiv")), TODAY)
    assert {each.place.country for each in decision.candidates} == {"NO"}
    assert "Archives Act 1992 § 9 b" in why_not(decision, "aws/eu-north-1")[Cause.LAW]


def test_all_reasons_are_told_not_only_the_first(advisor: Advisor) -> None:
    need = asked(tags=("arkiv",), max_latency_ms=10, country_group="norway", vcpus=5000)
    assert set(why_not(advisor.decide(need, TODAY), "aws/eu-central-1")) == {
        Cause.LAW,
        Cause.LATENCY,
        Cause.COUNTRY,
        Cause.SIZE,
    }


def test_each_tag_that_denies_is_a_reason_of_its_own(advisor: Advisor) -> None:
    decision = advisor.decide(asked(tags=("arkiv", "begrenset")), TODAY)
    found = next(each for each in decision.exclusions if each.place == "aws/eu-north-1")
    assert [reason.tag for reason in found.reasons] == ["arkiv", "begrenset"]
    assert all(reason.reference for reason in found.reasons)


def test_a_place_nobody_has_assessed_is_left_out_and_says_so(advisor: Advisor) -> None:
    decision = advisor.decide(asked(tags=("apen",)), TODAY)
    assert "has not been assessed" in why_not(decision, "azure/japaneast")[Cause.NOT_ASSESSED]


def test_a_measure_that_asks_for_a_private_connection_puts_it_on_the_bill(
    advisor: Advisor,
) -> None:
    plain = at(advisor.decide(NEED, TODAY), "azure/norwayeast")
    strict = at(advisor.decide(asked(tags=("person_saerlig",)), TODAY), "azure/norwayeast")
    assert Charged.CONNECTION not in [line.charged for line in plain.lines]
    assert Charged.CONNECTION in [line.charged for line in strict.lines]
    assert strict.monthly_nok == round(plain.monthly_nok + 140 * 10.5, 2)


def test_two_zones_need_two_machines_and_two_zones(advisor: Advisor) -> None:
    one = at(advisor.decide(NEED, TODAY), "aws/eu-north-1").lines[0]
    decision = advisor.decide(asked(availability="zones"), TODAY)
    assert at(decision, "aws/eu-north-1").lines[0].quantity == 2 * one.quantity
    assert "here the number is 1" in why_not(decision, "azure/norwaywest")[Cause.AVAILABILITY]
    assert "unknown" in why_not(decision, "openstack/oslo-1")[Cause.AVAILABILITY]


def test_a_database_without_a_price_is_missing_and_not_free(advisor: Advisor) -> None:
    decision = advisor.decide(asked(database=Database(vcpus=2, storage_gb=50)), TODAY)
    found = at(decision, "gcp/europe-north1")
    missing = [line for line in found.lines if line.nok is None]
    assert [line.charged for line in missing] == [Charged.DATABASE_VCPU, Charged.DATABASE_GB]
    assert all(line.marks == (Mark.MISSING,) for line in missing)
    assert found.confidence is Confidence.RED
    assert found.monthly_nok == 1488.01
    assert "The sum is incomplete" in found.reasons[0].en
    assert "managed database" in why_not(decision, "oslo-privat/oslo-b")[Cause.SERVICE]


def test_a_bill_with_a_gap_never_comes_before_a_whole_one(advisor: Advisor) -> None:
    facts = advisor.facts
    rates = {
        key: rate
        for key, rate in facts.run.rates.items()
        if key != ("gcp/europe-north2", Charged.BLOCK)
    }
    other = Advisor(replace(facts, run=replace(facts.run, rates=rates)))
    decision = other.decide(NEED, TODAY)
    assert advisor.decide(NEED, TODAY).candidates[0].place.id == "gcp/europe-north2"
    assert decision.candidates[-1].place.id == "gcp/europe-north2"
    assert "The cheapest" not in decision.candidates[-1].reasons[0].en


def test_placeholders_are_red_and_unverified_figures_yellow(advisor: Advisor) -> None:
    decision = advisor.decide(NEED, TODAY)
    own, cloud = at(decision, "openstack/oslo-1"), at(decision, "azure/norwayeast")
    assert own.confidence is Confidence.RED
    assert any("placeholder" in text.en for text in own.doubts)
    assert cloud.confidence is Confidence.YELLOW
    assert any("not verified" in text.en for text in cloud.doubts)
    assert any("assumed" in text.en and "USD 10.5" in text.en for text in cloud.doubts)


def test_an_old_price_is_marked_and_a_very_old_one_not_used(advisor: Advisor) -> None:
    marked = at(advisor.decide(NEED, TODAY), "aws/eu-north-1")
    assert Mark.STALE in marked.lines[0].marks
    assert marked.guaranteed_until is None
    late = advisor.decide(NEED, date(2025, 3, 2) + timedelta(1461))
    assert "a price seen since 2025-03-03" in why_not(late, "aws/eu-north-1")[Cause.SIZE]


def test_a_price_that_was_seen_again_is_fresh(advisor: Advisor) -> None:
    run = advisor.facts.run
    seen = [TODAY.isoformat() if p == "gcp" else "2020-01-01" for p in run.offers.provider.spelt()]
    rates = {key: replace(rate, seen=TODAY.isoformat()) for key, rate in run.rates.items()}
    again = replace(run, offers=replace(run.offers, seen=words(seen)), rates=rates)
    decision = Advisor(replace(advisor.facts, run=again)).decide(NEED, TODAY)
    found = at(decision, "gcp/europe-north1")
    assert all(Mark.STALE not in line.marks for line in found.lines)
    assert found.guaranteed_until == date(2026, 11, 23) + timedelta(90)  # the exchange rate's
    assert Cause.SIZE in why_not(decision, "aws/eu-north-1")


def test_a_price_without_a_day_is_red(advisor: Advisor) -> None:
    found = at(advisor.decide(NEED, TODAY), "ibm/eu-de")
    assert Mark.UNDATED in found.lines[0].marks
    assert found.confidence is Confidence.RED


def test_an_overdue_rule_is_red(advisor: Advisor) -> None:
    late = advisor.decide(asked(tags=("arkiv",)), TODAY + timedelta(40))
    found = at(late, "azure/norwayeast")
    assert found.confidence is Confidence.RED
    assert any("arkiv should have been checked" in text.en for text in found.doubts)
    assert found.guaranteed_until is None


def test_the_agreement_decides_who_may_buy(advisor: Advisor) -> None:
    atlas = advisor.facts.atlas
    aws = atlas.providers["aws"]
    assert aws.agreement
    limited = replace(aws.agreement, agencies=frozenset({"HEL"}), end=date(2026, 12, 31))
    providers = {**atlas.providers, "aws": replace(aws, agreement=limited)}
    providers["gcp"] = replace(providers["gcp"], agreement=None)
    facts = replace(advisor.facts, atlas=replace(atlas, providers=providers))
    other = Advisor(facts)
    decision = other.decide(asked(agency="BYM"), TODAY)
    assert "does not cover the agency BYM" in why_not(decision, "aws/eu-north-1")[Cause.AGREEMENT]
    assert "no framework agreement" in why_not(decision, "gcp/europe-north1")[Cause.AGREEMENT]
    assert at(other.decide(asked(agency="HEL"), TODAY), "aws/eu-north-1")
    ended = other.decide(asked(agency="HEL"), date(2027, 1, 1))
    assert "ended on 2026-12-31" in why_not(ended, "aws/eu-north-1")[Cause.AGREEMENT]


def test_delivery_excludes_ranks_and_is_told_when_unknown(advisor: Advisor) -> None:
    soon = Delivery(
        p50=datetime(2026, 11, 24, 12, tzinfo=UTC), p90=datetime(2026, 11, 25, 12, tzinfo=UTC)
    )
    late = Delivery(p50=soon.p50, p90=datetime(2026, 12, 24, 12, tzinfo=UTC))
    need = asked(needed_by=date(2026, 12, 1), weights=Asked(delivery=1.0))
    decision = advisor.decide(need, TODAY, {"aws": late, "aws/eu-west-1": soon, "azure": soon})
    assert "only by 2026-12-24" in why_not(decision, "aws/eu-north-1")[Cause.DELIVERY]
    assert decision.candidates[0].delivery == soon
    assert decision.candidates[0].place.provider in {"aws", "azure"}
    assert any("not known" in text.en for text in at(decision, "gcp/europe-north1").doubts)


@pytest.mark.parametrize(
    ("weights", "first"),
    [
        (Asked(price=1), "gcp/us-central1"),
        (Asked(latency=1), "openstack/oslo-1"),
        (Asked(carbon=1), "gcp/europe-north2"),
        (Asked(control=1), "openstack/oslo-1"),
    ],
)
def test_one_weight_alone_decides(advisor: Advisor, weights: Asked, first: str) -> None:
    assert advisor.decide(asked(weights=weights), TODAY).candidates[0].place.id == first


def test_closing_the_us_zone_takes_its_places_out_with_that_reason(advisor: Advisor) -> None:
    closed = advisor.under(advisor.facts.policy.switched(dpf=False))
    before, after = advisor.decide(NEED, TODAY), closed.decide(NEED, TODAY)
    gone = {c.place.id for c in before.candidates} - {c.place.id for c in after.candidates}
    assert gone == {"aws/us-east-1", "azure/eastus", "gcp/us-central1"}
    assert "has fallen" in why_not(after, "gcp/us-central1")[Cause.LAW]


def test_growth_enlarges_what_is_stored_and_sent_and_not_the_machines(advisor: Advisor) -> None:
    found = at(advisor.decide(asked(growth_percent=100.0), TODAY), "gcp/europe-north1")
    machine, *rest = found.lines
    assert found.grown_nok == round(machine.nok + 8 * sum(line.nok for line in rest), 2)


def test_unknown_names_are_refused_before_anything_is_decided(advisor: Advisor) -> None:
    with pytest.raises(Refused, match="unknown tag `secret`") as refused:
        advisor.decide(asked(tags=("secret",), country_group="mars"), TODAY)
    assert len(refused.value.problems) == 2
