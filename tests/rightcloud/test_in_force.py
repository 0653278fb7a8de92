"""What is in force: readings, rate cards, policy and switches, and who put them there."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger import open_ledger
from rightcloud.advisor import Advisor
from rightcloud.card_office import drop_card, take_card, upload_card, waiting_card
from rightcloud.counsel import Counsel
from rightcloud.decision_json import answer, record
from rightcloud.errors import NotReplayable, Refused
from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.reading import Reading
from rightcloud.feeds.refresh import Bounds, Outcome
from rightcloud.journal import Hand, PolicyApproved
from rightcloud.office import keep_facts
from rightcloud.policy import Basis
from rightcloud.policy import Outcome as Ruling
from rightcloud.policy_change import Rule, changes, write_policy
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
from rightcloud.prices_office import (
    drop_quarantine,
    release_quarantine,
    take_exchange,
    take_reading,
    tell_refused,
)
from rightcloud.replay import replay
from rightcloud.run_file import parts_of, run_of
from rightcloud.words import Mark, Text
from rightcloud.workload import Workload

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NIGHT = Hand(at=NOW, by="flow prices")
AMINA = Hand(at=NOW, by="amina", name="Amina Yusuf", why="ny vurdering")
LEIF = Hand(at=NOW + timedelta(hours=1), by="leif", name="Leif Lund", why="enig")
LOOSE = Bounds(changed=2)
NEED = Workload(tags=("person",), vcpus=4, memory_gib=16, block_gb=200)
RULE = Rule(
    outcome=Ruling.DENY,
    measures=(),
    why=Text('Ikke før "avklart".', 'Not before it is "settled".'),
    basis=Basis.POLICY,
    reference="Byråd sak 12/26",
    checked=DAY,
    recheck_days=90,
)
CARD = (
    "provider,region,item,sku,vcpu,ram_gib,arch,price,currency,as_of,mark\n"
    "oslo-egne,oslo-a,machine,vm-4-16,4,16,x86_64,9.5,NOK,2026-11-20,verified\n"
    "oslo-egne,oslo-a,block,,,,,0.4,NOK,2026-11-20,verified\n"
)


@pytest.fixture(scope="module")
def small(facts):
    """Few offers, so that a run is stored in no time."""
    offers = facts.run.offers
    wanted = {"aws/eu-north-1", "azure/norwayeast", "oslo-egne/oslo-a"}
    rows = [row for row, place in enumerate(offers.places.spelt()) if place in wanted]
    return replace(facts, run=replace(facts.run, offers=offers.taken(rows)))


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def counsel(ledger, small) -> Counsel:
    return Counsel(ledger.rightcloud, lambda: small)


def reading(run, factor: float = 1.0, day: date = DAY, keep: float = 1.0) -> Reading:
    """The AWS offers of a run as a feed would tell them."""
    mine = [offer for offer in run.offers if offer.provider == "aws"]
    told = [replace(o, price=o.price * factor, seen=day.isoformat()) for o in mine]
    return Reading(provider="aws", day=day, offers=tuple(told[: int(len(told) * keep)]))


def test_without_a_journal_the_products_own_facts_are_in_force(counsel, small) -> None:
    assert counsel.facts().run.id == small.run.id
    assert counsel.standing().seq == 0


def test_a_run_through_its_documents_is_the_same_run(small) -> None:
    assert run_of(parts_of(small.run)).id == small.run.id
    parts = parts_of(small.run)
    with pytest.raises(Refused, match="seen/aws"):
        run_of({name: body for name, body in parts.items() if name != "seen/aws"})


def test_a_reading_takes_force_once_and_the_same_again_changes_nothing(counsel, ledger, small):
    assert take_reading(counsel, reading(small.run), NIGHT).outcome is Outcome.TAKEN
    run, lines = counsel.facts().run.id, ledger.rightcloud.last()
    assert run != small.run.id
    again = Counsel(ledger.rightcloud, lambda: small)
    assert again.facts().run.id == run
    assert take_reading(again, reading(small.run), NIGHT).outcome is Outcome.UNCHANGED
    assert ledger.rightcloud.last() == lines


def test_a_night_with_the_same_prices_stores_no_price_list_again(counsel, small) -> None:
    take_reading(counsel, reading(small.run), NIGHT)
    first = counsel.standing().prices
    take_reading(counsel, reading(small.run, day=date(2026, 11, 25)), NIGHT)
    second = counsel.standing().prices
    changed = {name for name in second.parts if second.parts[name] != first.parts.get(name)}
    assert changed == {"seen/aws"}


@pytest.mark.parametrize("wrong", [{"factor": 4.0}, {"keep": 0.5}])
def test_what_jumps_or_shrinks_waits_in_quarantine_and_the_prices_stay(counsel, small, wrong):
    for _ in range(2):  # the next night says the same, and is not told twice
        assert take_reading(counsel, reading(small.run, **wrong), NIGHT).outcome is (
            Outcome.QUARANTINED
        )
    assert counsel.facts().run.id == small.run.id
    held = counsel.standing().quarantine["aws"]
    assert held.reasons
    assert counsel.standing().seq == 1


def test_an_operator_may_believe_what_is_in_quarantine(counsel, small) -> None:
    take_reading(counsel, reading(small.run, factor=4.0), NIGHT)
    release_quarantine(counsel, "aws", AMINA)
    now = {o.sku: o.price for o in counsel.facts().run.offers if o.provider == "aws"}
    for offer in small.run.offers:
        if offer.provider == "aws":
            assert now[offer.sku] == pytest.approx(4 * offer.price)
    assert not counsel.standing().quarantine
    with pytest.raises(Refused, match="nothing is in quarantine"):
        release_quarantine(counsel, "aws", AMINA)


def test_an_operator_may_drop_what_is_in_quarantine(counsel, small) -> None:
    take_reading(counsel, reading(small.run, keep=0.2), NIGHT)
    drop_quarantine(counsel, "aws", AMINA)
    assert not counsel.standing().quarantine
    assert counsel.facts().run.id == small.run.id


def test_a_refused_feed_is_told_once_and_changes_no_price(counsel, small) -> None:
    for _ in range(2):
        tell_refused(counsel, "azure", ["azure page 2: Count is 3, but there are 2 items"], NIGHT)
    assert counsel.standing().seq == 1
    assert counsel.standing().last["azure"].problems[0].startswith("azure page 2")
    assert counsel.facts().run.id == small.run.id


def test_a_younger_exchange_rate_takes_force_with_its_day(counsel) -> None:
    rate = ExchangeRate(
        currency="USD", nok=10.1, day=DAY, source="Norges Bank", mark=Mark.PUBLISHED
    )
    assert take_exchange(counsel, {"USD": rate}, NIGHT)
    assert counsel.facts().run.exchange["USD"] == rate
    assert not take_exchange(counsel, {"USD": rate}, NIGHT)
    assert not take_exchange(counsel, {"USD": replace(rate, day=date(2026, 11, 1))}, NIGHT)


def test_a_rate_card_waits_until_it_is_taken(counsel, small) -> None:
    card = upload_card(counsel, CARD.encode(), "kort.csv", AMINA)
    assert counsel.facts().run.id == small.run.id
    assert waiting_card(counsel, card).places == {"oslo-egne/oslo-a"}
    take_card(counsel, card, AMINA)
    mine = [o for o in counsel.facts().run.offers if o.place == "oslo-egne/oslo-a"]
    assert [(o.sku, o.price) for o in mine] == [("vm-4-16", 9.5)]
    with pytest.raises(Refused, match="does not wait"):
        take_card(counsel, card, AMINA)
    taken = counsel.standing().prices
    assert (taken.hand.name, taken.source) == ("Amina Yusuf", f"card {card}")


def test_a_wrong_rate_card_is_refused_with_its_line_and_nothing_waits(counsel) -> None:
    with pytest.raises(Refused, match=r"kort.csv:2: region: is empty"):
        upload_card(counsel, CARD.replace("oslo-a", "").encode(), "kort.csv", AMINA)
    assert not counsel.standing().cards


def test_a_dropped_rate_card_is_gone(counsel, small) -> None:
    drop_card(counsel, upload_card(counsel, CARD.encode(), "kort.csv", AMINA), AMINA)
    assert not counsel.standing().cards
    assert counsel.facts().run.id == small.run.id


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


def test_a_decision_replays_after_prices_policy_and_switch_have_changed(counsel, ledger, small):
    decisions = []

    def decided() -> None:
        found = counsel.advisor().decide(NEED, DAY)
        decisions.append((record(found), answer(found)))

    decided()
    take_reading(counsel, reading(small.run, factor=1.02, keep=0.99), NIGHT, LOOSE)
    decided()
    approve(counsel, propose_rule(counsel, ("person", "eea_us_owner"), RULE, AMINA), LEIF)
    decided()
    close_switch(counsel, "dpf", AMINA)
    decided()
    assert len({stored["digest"] for stored, _ in decisions}) == 4
    later = Counsel(ledger.rightcloud, lambda: small)
    for stored, told in decisions:
        assert answer(replay(stored, later.advisor_for(stored))) == told


def test_the_facts_that_came_with_a_version_replay_when_the_next_one_has_others(ledger, advisor):
    """The product's own files are kept with the first decision that was made from them."""
    old = Counsel(ledger.rightcloud)
    keep_facts(old, NIGHT)
    keep_facts(old, NIGHT)
    assert ledger.rightcloud.last() == 1
    found = advisor.decide(NEED, DAY)
    newer = replace(
        advisor.facts,
        run=replace(advisor.facts.run, rates={}),
        atlas=replace(advisor.facts.atlas, digest="f" * 64),
        policy=replace(advisor.facts.policy, digest="e" * 64),
    )
    later = Counsel(ledger.rightcloud, lambda: newer)
    stored = record(found)
    assert answer(replay(stored, later.advisor_for(stored))) == answer(found)
    with pytest.raises(NotReplayable, match="price run"):
        later.advisor_for({**stored, "priceRun": "gone"})


def test_what_a_newer_version_has_written_is_refused_by_name(ledger, small) -> None:
    line = type("Line", (), {"at": NOW, "by": "x", "kind": "MoonTaken", "body": "{}"})
    ledger.rightcloud.add([line], {}, expected=0)
    with pytest.raises(Refused, match="journal line 1 is a MoonTaken"):
        Counsel(ledger.rightcloud, lambda: small).standing()


def test_an_advisor_is_made_again_only_when_something_has_changed(counsel) -> None:
    first: Advisor = counsel.advisor()
    assert counsel.advisor() is first
    close_switch(counsel, "dpf", AMINA)
    assert counsel.advisor() is not first
