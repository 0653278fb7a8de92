"""What is paid for as it is used has no price a month, and every page says so in the same words."""

import re

import pytest

from fixtures.basket_filled import NETWORK, put
from fixtures.own_things import owned, place, server
from fixtures.portal_house import PortalHouse
from orders.approval import Rule
from portal.speech import speeches

FREE = "Ingen fast månedspris"
RULE = Rule(id="each", steps=("approver",))


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def told(portal: PortalHouse, path: str) -> str:
    """The page, which nowhere says that anything costs nothing."""
    page = portal.client.get(path).text
    assert not re.search(r"\b0 kr", page), path
    return page


def test_a_thing_without_a_fixed_price_is_told_of_as_its_order_form_does(kari: PortalHouse) -> None:
    instance = owned(kari, name="nett", offering="own-cloud-network", monthly_price=0)
    put(kari, "landing-zone", NETWORK)
    paths = ("/", "/order/landing-zone", "/basket", "/things", f"/things/{instance}")
    for path in paths:
        assert FREE in told(kari, path), path
    assert told(kari, "/things").count(FREE) == 2, "the sum and the thing"


def test_a_sum_says_what_it_is_without(kari: PortalHouse) -> None:
    owned(kari, name="nett", offering="own-cloud-network", monthly_price=0)
    owned(kari, name="tjener")
    assert "190 kr per måned, og noen uten fast pris" in told(kari, "/things")
    owned(kari, name="fra-foer", monthly_price=None)
    page = told(kari, "/things")
    assert "190 kr per måned, og noen uten fast pris, og noen uten kjent pris" in page
    assert "Prisen er ikke kjent" in page


def test_an_approver_reads_the_same(kari: PortalHouse) -> None:
    free = server("nett", offering="own-cloud-network", monthly_price=0)
    other = server("nett-to", id="2", offering="own-cloud-network", monthly_price=0)
    number = place(kari.ledger, kari.moment[0], free, other, rules=(RULE,))
    kari.sign_in("ola")
    assert FREE in told(kari, "/approvals")
    assert told(kari, f"/orders/{number}").count(FREE) == 3, "each and all of it"


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ([0, 0], FREE),
        ([None], "Prisen er ikke kjent"),
        ([0, None], "Prisen er ikke kjent"),
        ([190, 10], "200 kr per måned"),
    ],
)
def test_a_sum_of_nothing_fixed_has_words_of_its_own(prices: list[int | None], said: str) -> None:
    assert speeches()["nb"].altogether(prices) == said
