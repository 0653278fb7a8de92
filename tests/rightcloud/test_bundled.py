"""The facts that come with the product are whole, and nothing about them is hidden."""

from collections import Counter
from dataclasses import replace
from datetime import date
from time import process_time

from rightcloud.bundled import DATA, Facts, load, load_sources
from rightcloud.rates import Charged
from rightcloud.reasons import from_agreement
from rightcloud.words import Mark

SEED = 82_820
CARD = 27


def test_all_offers_and_the_rate_card_are_there(facts: Facts) -> None:
    assert len(facts.run.offers) == SEED + CARD
    assert Counter(facts.run.offers.provider.spelt())["azure"] == 55_282


def test_every_offer_is_at_a_known_place_and_every_source_is_stated(facts: Facts) -> None:
    assert set(facts.run.offers.places.words) <= set(facts.atlas.places)
    own = {source for source in facts.run.offers.source.words if source.startswith("rate card")}
    assert set(facts.run.offers.source.words) - own == set(load_sources())


def test_every_place_has_a_provider_and_a_zone(facts: Facts) -> None:
    for place in facts.atlas.places.values():
        owner = facts.atlas.providers[place.provider].owner
        assert facts.policy.zone_of(owner, place.country) in facts.policy.zones


def test_only_norwegian_platforms_of_our_own_or_the_eea_are_in_the_freest_zones(
    facts: Facts,
) -> None:
    zones = {
        id_: facts.policy.zone_of(facts.atlas.providers[place.provider].owner, place.country)
        for id_, place in facts.atlas.places.items()
    }
    assert [id_ for id_, zone in zones.items() if zone == "no_own"] == ["openstack/oslo-1"]
    assert [id_ for id_, zone in zones.items() if zone == "no_private"] == ["oslo-privat/oslo-b"]
    assert sorted(id_ for id_, zone in zones.items() if zone == "no_us_owner") == [
        "azure/norwayeast",
        "azure/norwaywest",
        "ibm/ibm-no",
    ]


def test_an_assessed_place_has_its_figures_and_storage_prices(facts: Facts) -> None:
    assessed = [place for place in facts.atlas.places.values() if place.assessed]
    assert len(assessed) == 27
    for place in assessed:
        assert place.latency.value is not None
        assert place.carbon.value is not None
        assert place.latency.basis
        for charged in (Charged.BLOCK, Charged.OBJECT, Charged.EGRESS, Charged.CONNECTION):
            assert (place.id, charged) in facts.run.rates


def test_placeholders_and_unverified_figures_carry_their_marks(facts: Facts) -> None:
    rates = facts.run.rates
    assert rates["openstack/oslo-1", Charged.BLOCK].mark is Mark.PLACEHOLDER
    assert rates["azure/norwayeast", Charged.BLOCK].mark is Mark.UNVERIFIED
    assert rates["gcp/europe-north1", Charged.BLOCK].mark is Mark.PUBLISHED
    assert facts.atlas.places["aws/eu-north-1"].latency.mark is Mark.PROXY
    assert facts.atlas.places["ibm/ibm-no"].services_mark is Mark.PLACEHOLDER
    assert facts.run.exchange["USD"].mark is Mark.ASSUMED


def test_loading_again_gives_the_same_facts_in_well_under_a_second_of_work(facts: Facts) -> None:
    before = process_time()
    other = load()
    spent = process_time() - before
    assert (other.run.id, other.atlas.id, other.policy.id) == (
        facts.run.id,
        facts.atlas.id,
        facts.policy.id,
    )
    assert spent < 1.0


def test_the_data_are_small_enough_to_carry_along() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_000_000


def test_our_own_cloud_is_called_by_each_language_in_sentences_too(facts: Facts) -> None:
    ours = replace(facts.atlas.providers["openstack"], agreement=None)
    told = from_agreement(ours, "BYM", date(2026, 11, 23))
    assert told is not None
    assert told.text.nb == "Det finnes ingen rammeavtale med Kommunens egen sky."
    assert told.text.en == "There is no framework agreement with The municipality's own cloud."
