"""Google's and IBM's price lists, composed of parts, and Norges Bank's exchange rates."""

from dataclasses import replace
from datetime import date

import pytest

from fixtures import price_lists as lists
from fixtures.price_lists import complaint
from rightcloud.bundled import DATA
from rightcloud.feeds.google import read_google
from rightcloud.feeds.ibm import Factors, read_factors, read_ibm
from rightcloud.feeds.norges_bank import read_norges_bank
from rightcloud.offers import Offer
from rightcloud.words import Mark

DAY = date(2026, 11, 24)
CORE = lists.google_sku("E2 Instance Core running in Finland", 24_010_000)
RAM = lists.google_sku("E2 Instance Ram running in Finland", 3_219_000)
SOLD = Offer(
    provider="gcp",
    region="europe-north1",
    sku="e2-standard-4",
    family="e2",
    vcpus=4.0,
    memory=16.0,
    arch="x86_64",
    gpus=0,
    burstable=False,
    price=0.1,
    currency="USD",
    as_of="2026-07-30",
    seen="2026-07-30",
    source="before",
    mark=Mark.PUBLISHED,
)


def google(pages, sold=(SOLD,)):
    return read_google(pages, currency="USD", sold=sold, day=DAY)


def test_google_machines_are_composed_of_core_and_memory() -> None:
    reading = google(lists.google_pages([CORE], [RAM]))
    (offer,) = reading.offers
    assert offer.price == round(4 * 0.02401 + 16 * 0.003219, 6)
    assert (offer.seen, offer.mark) == ("2026-11-24", Mark.DERIVED)
    assert reading.families == {"e2"}


@pytest.mark.parametrize(
    "description",
    [
        "Spot Preemptible E2 Instance Core running in Finland",
        "E2 Custom Instance Core running in Finland",
        "Commitment v1: E2 Cpu in Finland for 1 Year",
        "E2 Sole Tenancy Instance Core running in Finland",
    ],
)
def test_google_parts_of_other_products_are_not_mixed_in(description: str) -> None:
    other = lists.google_sku(description, 1)
    (offer,) = google(lists.google_pages([other, CORE, RAM, other])).offers
    assert offer.price == round(4 * 0.02401 + 16 * 0.003219, 6)


@pytest.mark.parametrize(
    ("description", "family"),
    [
        ("N2D AMD Instance {} running in Finland", "n2d"),
        ("N1 Predefined Instance {} running in Finland", "n1"),
        ("C4A Arm Instance {} running in Finland", "c4a"),
        ("Compute optimized {} running in Finland", "c2"),
        ("M3 Memory-optimized Instance {} running in Finland", "m3"),
    ],
)
def test_google_families_are_known_by_their_descriptions(description: str, family: str) -> None:
    parts = [lists.google_sku(description.format(part), 1_000_000) for part in ("Core", "Ram")]
    sold = replace(SOLD, sku=f"{family}-standard-4", family=family)
    assert google(lists.google_pages(parts), [sold]).offers[0].price == 0.02


def test_google_prices_only_what_is_sold_there_and_has_both_parts() -> None:
    elsewhere = replace(SOLD, region="europe-west4")
    with_disk = replace(SOLD, sku="e2-standard-4-lssd")
    reading = google(lists.google_pages([CORE, RAM]), [SOLD, elsewhere, with_disk])
    assert [each.region for each in reading.offers] == ["europe-north1"]
    assert reading.skipped == {
        "core or memory has no price there": 1,
        "has parts besides core and memory": 1,
    }


def test_google_takes_the_price_in_force_and_not_the_coming_one() -> None:
    coming = lists.google_sku("E2 Instance Core running in Finland", 99_000_000)
    later = {**coming["pricingInfo"][0], "effectiveTime": "2027-01-01T00:00:00Z"}
    core = {**CORE, "pricingInfo": [*CORE["pricingInfo"], later]}
    assert google(lists.google_pages([core, RAM])).offers[0].price == round(
        4 * 0.02401 + 16 * 0.003219, 6
    )


def test_google_in_another_currency_or_cut_short_is_refused_with_the_place() -> None:
    pages = lists.google_pages([CORE], [RAM])
    assert "gcp: the last page says that there are more" in complaint(google, pages[:1])
    rate = pages[1]["skus"][0]["pricingInfo"][0]["pricingExpression"]["tieredRates"][0]
    rate["unitPrice"]["currencyCode"] = "EUR"
    said = complaint(google, pages)
    assert said.startswith("gcp page 2.skus[0].pricingInfo[0].pricingExpression")
    assert said.endswith("EUR where USD was asked for")
    twice = lists.google_pages([CORE, lists.google_sku(CORE["description"], 1), RAM])
    assert "gcp page 1.skus[1]: a second price for e2 europe-north1 Core" in complaint(
        google, twice
    )


def test_ibm_machines_are_composed_with_the_factors_of_their_family() -> None:
    factors = {"bx2": Factors(0.9, 1.1)}
    profiles = [lists.ibm_profile("bx2-8x32", 8, 32), lists.ibm_profile("gx3-16x80", 16, 80)]
    reading = read_ibm(
        profiles,
        [lists.ibm_pricing("eu-de", 0.03, 0.005)],
        factors=factors,
        currency="USD",
        day=DAY,
    )
    (offer,) = reading.offers
    assert offer.price == round(8 * 0.03 * 0.9 + 32 * 0.005 * 1.1, 6)
    assert (offer.place, offer.as_of) == ("ibm/eu-de", "2026-10-01")
    assert reading.skipped == {"of a family without factors": 1}


def test_ibm_in_another_currency_or_cut_short_is_refused_with_the_place() -> None:
    pricing = lists.ibm_pricing("eu-de", 0.03, 0.005)
    more = {"factors": {"bx2": Factors(1, 1)}, "day": DAY}
    profiles = [lists.ibm_profile("bx2-8x32", 8, 32)]
    said = complaint(read_ibm, profiles, [pricing], currency="EUR", **more)
    assert said == "ibm deployment 1.metrics[0]: holds no EUR, but NOK, USD"
    del pricing["metrics"][1:]
    said = complaint(read_ibm, profiles, [pricing], currency="USD", **more)
    assert said.startswith("ibm deployment 1: has no price for memory")


def test_the_bundled_factors_can_be_read() -> None:
    factors = read_factors((DATA / "ibm-factors.csv").read_bytes(), "ibm-factors.csv")
    assert {"bx2", "cx2", "mx2"} <= set(factors)


def test_norges_bank_rates_are_for_one_unit_with_their_day() -> None:
    found = read_norges_bank(
        lists.norges_bank(USD=("10.1234", "2026-11-23", 0), SEK=("96.55", "2026-11-20", 2))
    )
    assert (found["USD"].nok, found["USD"].day) == (10.1234, date(2026, 11, 23))
    assert (found["SEK"].nok, found["SEK"].day) == (0.9655, date(2026, 11, 20))
    assert found["USD"].mark is Mark.PUBLISHED


def test_of_several_days_the_youngest_counts() -> None:
    document = lists.norges_bank(USD=("10.0", "2026-11-20", 0), EUR=("11.5", "2026-11-23", 0))
    series = document["data"]["dataSets"][0]["series"]["0:0:0:0"]
    series["observations"]["1"] = ["10.2"]
    assert read_norges_bank(document)["USD"].nok == 10.2


def test_norges_bank_in_another_form_is_refused_with_the_place() -> None:
    whole = lists.norges_bank(USD=("10.1", "2026-11-23", 0))
    whole["data"]["dataSets"][0]["series"]["0:0:0:0"]["observations"]["0"] = ["-"]
    assert "observations.0[0]: must be a finite number" in complaint(read_norges_bank, whole)
    whole = lists.norges_bank(USD=("10.1", "2026-11-23", 0))
    whole["data"]["structure"]["dimensions"]["series"][2]["values"] = [{"id": "EUR"}]
    assert "must be quoted in NOK" in complaint(read_norges_bank, whole)
    whole = lists.norges_bank(USD=("10.1", "2026-11-23", 0))
    del whole["data"]["structure"]["attributes"]["series"][2]
    assert "has no attribute UNIT_MULT" in complaint(read_norges_bank, whole)
    assert "norges bank: `data` is missing" in complaint(read_norges_bank, {})
