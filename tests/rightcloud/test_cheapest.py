"""The bare question, answered so that anybody can check it."""

import csv
import gzip
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightcloud.bundled import DATA, load_sources
from rightcloud.cheapest import Asked, cheapest
from rightcloud.errors import Refused
from rightcloud.offers_file import read_offers

SOME = """\
provider,region,sku,family,vcpu,ram_gib,arch,gpu,burstable,usd_h,as_of,source
aws,eu-north-1,arm,a,4,16,arm64,0,0,0.10,2026-01-01,x
aws,eu-north-1,gpu,a,4,16,x86_64,1,0,0.09,2026-01-01,x
aws,eu-north-1,plain,a,4,16,x86_64,0,0,0.11,2026-01-01,x
aws,eu-north-1,bursts,a,4,16,x86_64,0,1,0.08,2026-01-01,x
aws,eu-north-1,small,a,4,15.9,x86_64,0,0,0.01,2026-01-01,x
aws,us-east-1,far,a,4,16,x86_64,0,0,0.01,2026-01-01,x
aws,moon-1,lost,a,4,16,x86_64,0,0,0.001,2026-01-01,x
gcp,europe-west2,same,a,8,32,x86_64,0,0,0.08,2026-01-01,x
"""


@pytest.fixture(scope="module")
def some():
    return read_offers(SOME.encode(), "some.csv", {})


@pytest.fixture(scope="module")
def bundled():
    """The bundled file as we read it, and as Python's own reader sees it."""
    with gzip.open(DATA / "offers.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return read_offers((DATA / "offers.csv.gz").read_bytes(), "offers", load_sources()), rows


def ask(facts, offers, group="europe"):
    asked = Asked(vcpus=4, memory=16, group=facts.groups[group])
    found = cheapest(offers, asked, facts.atlas, facts.run.exchange, top=10)
    return [offer.sku for offer in found.offers], found


def test_every_fitting_offer_counts_and_equal_prices_go_by_name(facts, some) -> None:
    skus, found = ask(facts, some)
    assert skus == ["bursts", "same", "gpu", "arm", "plain"]
    assert found.fitting == 5
    assert found.nok[0] == pytest.approx(0.84)


def test_places_without_a_known_country_are_told_and_not_guessed(facts, some) -> None:
    assert ask(facts, some)[1].unplaced == ("aws/moon-1",)


@pytest.mark.parametrize(
    ("group", "skus"),
    [
        ("eea", ["bursts", "gpu", "arm", "plain"]),
        ("north-america", ["far"]),
        ("africa", []),
    ],
)
def test_only_the_countries_of_the_group_count(facts, some, group, skus) -> None:
    assert ask(facts, some, group)[0] == skus


def test_a_currency_without_a_rate_is_refused(facts) -> None:
    text = SOME.replace("usd_h", "price_h,currency").replace(",2026-01-01", ",EUR,2026-01-01")
    with pytest.raises(Refused, match="no exchange rate for EUR"):
        ask(facts, read_offers(text.encode(), "some.csv", {}))


@settings(max_examples=15)  # a plain scan is slow
@given(
    vcpus=st.sampled_from([0.5, 1, 2, 3, 4, 16, 100]),
    memory=st.sampled_from([0.5, 1, 4, 16, 61, 700]),
    group=st.sampled_from(["norway", "eea", "europe", "north-america", "asia"]),
)
def test_it_is_what_a_plain_scan_of_the_file_finds(facts, bundled, vcpus, memory, group) -> None:
    (offers, rows), countries = bundled, facts.groups[group].countries
    best = min(
        (
            (float(row["usd_h"]), row["provider"], row["region"], row["sku"])
            for row in rows
            if facts.atlas.places[f"{row['provider']}/{row['region']}"].country in countries
            and float(row["vcpu"]) >= vcpus
            and float(row["ram_gib"]) >= memory
        ),
        default=None,
    )
    asked = Asked(vcpus=vcpus, memory=memory, group=facts.groups[group])
    found = cheapest(offers, asked, facts.atlas, facts.run.exchange, top=3)
    first = [(each.price, each.provider, each.region, each.sku) for each in found.offers[:1]]
    assert first == ([best] if best else [])
    assert all(one <= other for one, other in pairwise(found.nok))
