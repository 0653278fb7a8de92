"""Own prices as a file: taken whole, or refused by line while the former ones stay in force."""

from pathlib import Path

import pytest

from rightcloud.bundled import DATA, Facts
from rightcloud.errors import Refused
from rightcloud.rate_card import read_card
from rightcloud.rates import Charged

CARD = """\
provider,region,item,sku,vcpu,ram_gib,arch,price,currency,as_of,mark
openstack,oslo-1,machine,small,2,8,x86_64,1.5,NOK,2026-12-01,verified
openstack,oslo-1,block,,,,,1.1,NOK,2026-12-01,verified
"""
PLACES = {"openstack/oslo-1", "oslo-privat/oslo-b"}


def card(text: str):
    return read_card(text.encode(), "card.csv", places=PLACES, currencies={"NOK", "USD"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("oslo-1,machine", ",machine", "card.csv:2: region: is empty"),
        ("oslo-1,block", "oslo-c,block", "card.csv:3: region: no place openstack/oslo-c is known"),
        ("NOK", "EUR", "card.csv:2: currency: `EUR` is not known; known are: NOK, USD"),
        ("1.5", "-1.5", "card.csv:2: price: -1.5 must be finite and at least 0"),
        ("1.5", "0", "card.csv:2: price: a machine must cost more than 0"),
        ("1.5", "NaN", "card.csv:2: price: `NaN` is not a number"),
        (",2,8,", ",2,-8,", "card.csv:2: ram_gib: must be a number of more than 0"),
        (",2,8,", ",,8,", "card.csv:2: vcpu: must be a number of more than 0"),
        (",small,", ",,", "card.csv:2: sku: is empty"),
        ("block", "disk", "card.csv:3: item: `disk` is not known"),
        ("2026-12-01", "", "card.csv:2: as_of: is empty"),
        ("2026-12-01", "1.12.2026", "card.csv:2: as_of: `1.12.2026` is not a date"),
        ("2026-12-01", "9999-12-31", "card.csv:2: as_of: `9999-12-31` is not a date"),
        ("verified", "sure", "card.csv:2: mark: `sure` is not known"),
        (",1.1,NOK,2026-12-01,verified", "", "card.csv:3: 7 fields where the header has 11"),
    ],
)
def test_a_wrong_line_is_refused_by_file_line_and_column(old: str, new: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        card(CARD.replace(old, new, 1))
    assert said in str(refused.value)


def test_a_line_that_stands_twice_is_refused() -> None:
    with pytest.raises(Refused, match=r"card\.csv:4: item: openstack/oslo-1 block stands twice"):
        card(CARD + CARD.splitlines()[2] + "\n")


def test_a_card_replaces_all_prices_of_its_places_and_no_other(facts: Facts) -> None:
    taken = facts.run.with_card(card(CARD))
    places, skus = taken.offers.places.spelt(), taken.offers.sku.spelt()
    sold = zip(places, skus, strict=True)
    here = [sku for place, sku in sold if place == "openstack/oslo-1"]
    assert here == ["small"]
    assert taken.rates["openstack/oslo-1", Charged.BLOCK].price == 1.1
    assert ("openstack/oslo-1", Charged.OBJECT) not in taken.rates
    assert len(taken.offers) == len(facts.run.offers) - 9 + 1
    before = facts.run.rates["oslo-privat/oslo-b", Charged.BLOCK]
    assert taken.rates["oslo-privat/oslo-b", Charged.BLOCK] == before


def test_a_card_makes_another_run_and_leaves_the_former_as_it_was(facts: Facts) -> None:
    before = facts.run.id, facts.run.offers.digest
    assert facts.run.with_card(card(CARD)).id != facts.run.id
    assert (facts.run.id, facts.run.offers.digest) == before


def test_the_same_card_again_changes_nothing(facts: Facts) -> None:
    bundled = read_card(
        (DATA / "rate-card.csv").read_bytes(),
        "rate-card.csv",
        places=facts.atlas.places,
        currencies={"NOK"},
    )
    assert facts.run.with_card(bundled).id == facts.run.id


def test_the_bundled_card_is_marked_as_placeholder_throughout() -> None:
    lines = Path(DATA / "rate-card.csv").read_text().splitlines()[1:]
    assert all(line.endswith(",placeholder") for line in lines)
