"""The lead-time page: its figures, what is behind them, and what anybody may see of it."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from fixtures.delivered import HOUR, Past, deliver
from fixtures.own_things import place
from fixtures.portal_house import NOW, PortalHouse
from portal.settings import PUBLIC, from_environment

QUICK = Past(placed=NOW - timedelta(days=4), lasting=HOUR)
SLOW = replace(QUICK, lasting=6 * HOUR, asked=2 * HOUR)
EARLIER = replace(QUICK, placed=NOW - timedelta(days=60))
PBE = replace(QUICK, agency="PBE", offering="object-storage", provider="azure")


@pytest.fixture
def past(portal: PortalHouse) -> dict[str, list[str]]:
    """Eight deliveries of BYM, one of them too late, and three of PBE."""
    ledger = portal.ledger
    return {
        "quick": [deliver(ledger, QUICK) for _ in range(5)],
        "slow": [deliver(ledger, SLOW)],
        "earlier": [deliver(ledger, EARLIER) for _ in range(2)],
        "pbe": [deliver(ledger, PBE) for _ in range(3)],
    }


def page(portal: PortalHouse, query: str = "") -> str:
    answer = portal.client.get(f"/lead-time?lang=en{query}")
    assert answer.status_code == 200
    return answer.text


def lines(portal: PortalHouse, query: str = "") -> Sequence[dict[str, str]]:
    answer = portal.client.get(f"/lead-time.csv{query}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.text)))


def set_public(portal: PortalHouse, *parts: str) -> None:
    """The portal as it starts with this setting."""
    house = portal.client.app.state.house
    settings = replace(house.settings, public_lead_time=frozenset(parts))
    portal.client.app.state.house = replace(house, settings=settings)


def test_the_page_tells_what_was_kept_and_how_long_it_took(portal: PortalHouse, past) -> None:
    portal.sign_in("kari")
    found = page(portal)
    assert "91%" in found
    assert "10 of 11" in found
    assert "Where the time goes" in found
    assert "Microsoft Azure" in found
    narrow = page(portal, "&offering=object-storage&agency=PBE&provider=azure")
    assert "3 of 3" in narrow
    assert "1 of 1" not in narrow
    assert "8 of 9" not in page(portal, "&months=3&clock=wall&action=terminate")


def test_an_open_order_past_its_promise_is_told(portal: PortalHouse, past) -> None:
    place(portal.ledger, NOW - timedelta(days=1))
    portal.sign_in("kari")
    assert "One order that is still open is past the time promised" in page(portal)


def test_behind_a_figure_are_the_orders_that_one_may_see(portal: PortalHouse, past) -> None:
    portal.sign_in("kari")
    missed = portal.client.get("/lead-time/orders?missed=yes&lang=en").text
    assert f"/orders/{past['slow'][0]}" in missed
    assert f"/orders/{past['quick'][0]}" not in missed
    month = portal.client.get("/lead-time/orders?month=2026-11&lang=nb").text
    assert f"/orders/{past['quick'][0]}" in month
    assert f"/orders/{past['earlier'][0]}" not in month
    assert f"/orders/{past['pbe'][0]}" not in month
    assert "3 til er andre etaters" in month
    portal.sign_in("amina")
    assert f"/orders/{past['pbe'][0]}" in portal.client.get("/lead-time/orders").text
    bar = portal.client.get("/lead-time/orders?bar=3&agency=PBE").text
    assert f"/orders/{past['pbe'][0]}" in bar
    assert portal.client.get("/lead-time/orders?page=2").status_code == 404


def test_the_numbers_are_a_file(portal: PortalHouse, past) -> None:
    portal.sign_in("kari")
    earlier, bym, pbe = lines(portal)
    assert (earlier["month"], earlier["promised"]) == ("2026-09", "2")
    assert (bym["month"], bym["offering"], bym["agency"]) == ("2026-11", "linux-server", "BYM")
    assert (bym["promised"], bym["kept"], bym["most_business_hours"]) == ("6", "5", "6.000")
    assert (pbe["provider"], pbe["kept"], pbe["half_hours"]) == ("azure", "3", "1.000")
    assert [one["agency"] for one in lines(portal, "?agency=PBE")] == ["PBE"]


def test_anybody_sees_what_the_setting_says_without_names(portal: PortalHouse, past) -> None:
    found = page(portal)
    assert "10 of 11" in found
    assert "Linux server" in found  # nine of them
    assert not any(name in found for name in ("BYM", "PBE", "azure", "/orders/", "Kari"))
    assert [one.keys() >= {"agency", "provider"} for one in lines(portal)] == [False]
    assert portal.client.get("/lead-time/orders").status_code == 303
    set_public(portal, "kept", "agencies")
    found = page(portal)
    assert "BYM" in found
    assert "PBE" not in found  # only three of theirs
    assert "Where the time goes" not in found
    assert "Half took at most" not in found
    set_public(portal)
    assert portal.client.get("/lead-time").status_code == 303
    assert portal.client.get("/lead-time.csv").status_code == 303


def test_of_a_few_nothing_is_told_to_anybody(portal: PortalHouse) -> None:
    for _ in range(4):
        deliver(portal.ledger, QUICK)
    assert "Fewer than 5 such deliveries" in page(portal)
    assert lines(portal) == []
    portal.sign_in("kari")
    assert "4 of 4" in page(portal)


@pytest.mark.parametrize(
    "query",
    [
        "months=0&clock=sun&action=fly&offering=%00&agency=%27&provider=" + "x" * 500,
        "months=12x&month=2026-13&bar=99&missed=maybe",
        "month=0000-00&bar=%C2%B2&page=-1",
        "month=9999-12&bar=00000000000000009&page=99999999999999",
    ],
)
def test_what_cannot_be_asked_is_as_if_it_were_not_there(portal: PortalHouse, query: str) -> None:
    portal.sign_in("kari")
    for path in ("/lead-time", "/lead-time/orders", "/lead-time.csv"):
        assert portal.client.get(f"{path}?{query}").status_code == 200, path


def test_the_setting_is_read_and_a_wrong_one_refused() -> None:
    said = {
        "GRUNNMUR_OIDC_ISSUER": "http://127.0.0.1:1",
        "GRUNNMUR_OIDC_CLIENT_ID": "portal",
        "GRUNNMUR_OIDC_CLIENT_SECRET": "s",
    }
    public = "GRUNNMUR_PUBLIC_LEAD_TIME"
    assert from_environment(said, 1).public_lead_time == PUBLIC
    assert from_environment(said | {public: "none"}, 1).public_lead_time == frozenset()
    only = from_environment(said | {public: "kept, providers"}, 1)
    assert only.public_lead_time == {"kept", "providers"}
    with pytest.raises(ValueError, match=f"{public}: names: say none, or of agencies, kept"):
        from_environment(said | {public: "kept,names"}, 1)


def test_every_order_says_where_its_time_went(portal: PortalHouse, past) -> None:
    portal.sign_in("kari")
    ended = portal.client.get(f"/orders/{past['slow'][0]}?lang=en").text
    assert ended.count('class="strip__customer"') == 1
    assert ended.count('class="strip__supplier"') == 5
    assert "How long it took" in ended
    number = place(portal.ledger, NOW - 3 * HOUR)
    still = portal.client.get(f"/orders/{number}?lang=en").text
    assert "How long it has taken so far" in still
    assert "3 hours" in still
    assert still.count('class="strip__supplier"') == 1
