"""A reading into force, or into quarantine while the former prices stay."""

from dataclasses import replace
from datetime import date

import pytest

from rightcloud.bundled import Facts
from rightcloud.errors import Refused
from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.reading import Reading, sizes
from rightcloud.feeds.refresh import Outcome, exchange, refresh
from rightcloud.offers import Offer
from rightcloud.price_run import PriceRun
from rightcloud.words import Mark

DAY = date(2026, 11, 24)
REGION = "eu-north-1"


@pytest.fixture(scope="module")
def former(facts: Facts) -> PriceRun:
    """AWS in one region, and Google's in another: enough, and fast."""
    offers = facts.run.offers
    rows = [
        row
        for row, place in enumerate(offers.places.spelt())
        if place in {"aws/eu-north-1", "aws/eu-west-1", "gcp/europe-north1"}
    ]
    return replace(facts.run, offers=offers.taken(rows))


@pytest.fixture(scope="module")
def there(former: PriceRun) -> tuple[Offer, ...]:
    return tuple(offer for offer in former.offers if offer.place == f"aws/{REGION}")


def read(offers, day: date = DAY, **more) -> Reading:
    seen = [replace(each, seen=day.isoformat()) for each in offers]
    return Reading(provider="aws", day=day, offers=tuple(seen), regions=frozenset({REGION}), **more)


def test_the_same_prices_again_are_taken_as_seen_and_then_change_nothing(former, there) -> None:
    first = refresh(former, read(there))
    assert (first.outcome, first.added, first.changed, first.gone) == (Outcome.TAKEN, 0, 0, 0)
    assert {o.seen for o in first.run.offers if o.place == f"aws/{REGION}"} == {"2026-11-24"}
    again = refresh(first.run, read(there))
    assert again.outcome is Outcome.UNCHANGED
    assert again.run is first.run


def test_what_a_reading_does_not_speak_of_stays_and_grows_old(former, there) -> None:
    run = refresh(former, read(there)).run
    before = [offer for offer in former.offers if offer.place != f"aws/{REGION}"]
    assert [offer for offer in run.offers if offer.place != f"aws/{REGION}"] == before


def test_changed_new_and_gone_offers_are_counted_and_taken(former, there) -> None:
    count = len(there)
    dearer = [replace(each, price=each.price * 1.05) for each in there[: count // 10]]
    new = replace(there[-1], sku="m99.large")
    found = refresh(former, read([*dearer, *there[count // 10 : -3], new]))
    assert (found.outcome, found.changed, found.added, found.gone) == (
        Outcome.TAKEN,
        count // 10,
        1,
        3,
    )
    skus = {offer.sku: offer.price for offer in found.run.offers if offer.place == f"aws/{REGION}"}
    assert len(skus) == count - 2
    assert skus[dearer[0].sku] == dearer[0].price


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda all_: all_[: int(len(all_) * 0.8)], "offers have disappeared, more than 10%"),
        (
            lambda all_: [replace(o, price=o.price * 2) for o in all_],
            "prices differ, more than 25%",
        ),
        (
            lambda all_: [replace(o, price=o.price * 100) for o in all_[:20]] + list(all_[20:]),
            "more than 3 times dearer or cheaper",
        ),
        (
            lambda all_: [replace(o, price=o.price / 10) for o in all_[:20]] + list(all_[20:]),
            "more than 3 times dearer or cheaper",
        ),
    ],
)
def test_jumps_and_shrinkage_go_into_quarantine(former, there, spoil, said: str) -> None:
    found = refresh(former, read(spoil(there)))
    assert found.outcome is Outcome.QUARANTINED
    assert found.run is former
    assert any(said in reason for reason in found.reasons)


def test_a_whole_region_that_disappears_is_shrinkage(former, there) -> None:
    whole = replace(read(there), regions=None)
    found = refresh(former, whole)
    assert found.outcome is Outcome.QUARANTINED
    assert "offers have disappeared" in found.reasons[0]


def test_a_few_prices_far_off_are_let_pass(former, there) -> None:
    few = [replace(there[0], price=there[0].price * 10), *there[1:]]
    assert refresh(former, read(few)).outcome is Outcome.TAKEN


def test_the_first_reading_of_a_provider_has_nothing_to_be_compared_with(former, there) -> None:
    new = [replace(each, provider="acme", region="north") for each in there]
    found = refresh(former, Reading(provider="acme", day=DAY, offers=tuple(new)))
    assert (found.outcome, found.added) == (Outcome.TAKEN, len(there))


def test_a_change_of_currency_is_compared_in_kroner(former, there) -> None:
    kroner = [replace(each, price=each.price * 10.5, currency="NOK") for each in there]
    found = refresh(former, read(kroner))
    assert (found.outcome, found.changed) == (Outcome.TAKEN, 0)


def test_a_currency_without_a_rate_is_refused_and_the_former_run_stands(former, there) -> None:
    euros = [replace(each, currency="EUR") for each in there]
    with pytest.raises(Refused, match="EUR"):
        refresh(former, read(euros))


def test_sizes_are_known_from_former_offers(there) -> None:
    found = sizes(there)["m5.xlarge"]
    assert (found.vcpus, found.memory, found.family) == (4.0, 16.0, "m5")


def test_a_younger_exchange_rate_makes_another_run_and_the_same_one_none(former) -> None:
    rate = ExchangeRate(
        currency="USD", nok=10.1, day=DAY, source="Norges Bank", mark=Mark.PUBLISHED
    )
    newer = exchange(former, {"USD": rate})
    assert newer.id != former.id
    assert newer.nok("USD") == 10.1
    assert exchange(newer, {"USD": rate}) is newer
    assert exchange(newer, {"USD": replace(rate, day=date(2026, 11, 1), nok=9.0)}) is newer
