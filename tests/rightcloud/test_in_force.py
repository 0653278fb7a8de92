"""What is in force: readings and rate cards, and that decisions replay whatever follows."""

from dataclasses import replace
from datetime import date

import pytest

from fixtures.in_force import AMINA, CARD, DAY, LEIF, LOOSE, NEED, NIGHT, NOW, RULE, reading
from rightcloud.advisor import Advisor
from rightcloud.card_office import drop_card, take_card, upload_card, waiting_card
from rightcloud.counsel import Counsel
from rightcloud.decision_json import answer, record
from rightcloud.errors import NotReplayable, Refused
from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.refresh import Outcome
from rightcloud.office import keep_facts
from rightcloud.policy_office import (
    approve,
    close_switch,
    propose_rule,
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
from rightcloud.words import Mark


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
    assert waiting_card(counsel, card).places == {"openstack/oslo-1"}
    take_card(counsel, card, AMINA)
    mine = [o for o in counsel.facts().run.offers if o.place == "openstack/oslo-1"]
    assert [(o.sku, o.price) for o in mine] == [("vm-4-16", 9.5)]
    with pytest.raises(Refused, match="does not wait"):
        take_card(counsel, card, AMINA)
    taken = counsel.standing().prices
    assert (taken.hand.name, taken.source) == ("Amina Yusuf", f"card {card}")


def test_a_wrong_rate_card_is_refused_with_its_line_and_nothing_waits(counsel) -> None:
    with pytest.raises(Refused, match=r"kort.csv:2: region: is empty"):
        upload_card(counsel, CARD.replace("oslo-1", "").encode(), "kort.csv", AMINA)
    assert not counsel.standing().cards


def test_a_dropped_rate_card_is_gone(counsel, small) -> None:
    drop_card(counsel, upload_card(counsel, CARD.encode(), "kort.csv", AMINA), AMINA)
    assert not counsel.standing().cards
    assert counsel.facts().run.id == small.run.id


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
