"""Price lists from loopback servers in their owners' own formats, into force or not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from emulators.loopback import serve
from fixtures.price_servers import BX2, GIB, VCPU, Owners, small
from flows import price_lists
from flows.prices import prices, read_from
from rightcloud.bundled import seed
from rightcloud.counsel import Counsel
from rightcloud.journal import PricesRefused, PricesTaken
from rightcloud.offers import offers_of
from rightcloud.words import Mark

FEEDS = ("exchange", "aws", "azure", "gcp", "ibm")
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts():
    return small(seed())


@pytest.fixture
def owners(facts):
    made = Owners(facts)
    server = serve(made)
    made.url = server.url
    yield made
    server.close()


@pytest.fixture
def house(monkeypatch, facts, book):
    """A house whose RightCloud starts from few prices; `.waits` is what was slept."""
    from flows import runtime  # noqa: PLC0415  with its House, which the test makes
    from flows.runtime import House  # noqa: PLC0415  the same

    made = House(ledger=book, now=lambda: NOW, draw=lambda: 1.0)
    monkeypatch.setattr(runtime, "house", lambda: made)
    monkeypatch.setattr("flows.prices.Counsel", partial(Counsel, seed=lambda: facts))
    monkeypatch.setattr("flows.prices.running.current", Slept)
    Slept.seconds = []
    return made


class Slept:
    """A control that does not sleep."""

    seconds: list[float] = []  # noqa: RUF012 - one for all

    def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def counsel(house, facts):
    return Counsel(house.ledger.rightcloud, lambda: facts)


def address(owners: Owners, feed: str) -> str:
    return f"{owners.url}/{'bank' if feed == 'exchange' else feed}"


def read(owners: Owners, feed: str):
    return read_from(feed, address(owners, feed), {})


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_takes_force_and_the_same_again_changes_nothing(feed, owners, counsel, house):
    first = read(owners, feed)
    assert (first.outcome, first.wrong) == ("taken", False)
    run, lines = counsel.facts().run.id, house.ledger.rightcloud.last()
    assert lines == 1
    again = read(owners, feed)
    assert again.outcome == "unchanged"
    assert (counsel.facts().run.id, house.ledger.rightcloud.last()) == (run, lines)


def test_azure_is_read_in_kroner_to_its_last_page(owners, counsel, facts):
    read(owners, "azure")
    former = {(o.region, o.sku): o.price for o in facts.run.offers if o.provider == "azure"}
    now = {(o.region, o.sku): o for o in counsel.facts().run.offers if o.provider == "azure"}
    assert now.keys() == former.keys()
    assert len(now) > owners.page
    for key, offer in now.items():
        assert (offer.currency, offer.seen, offer.mark) == ("NOK", "2026-11-24", Mark.PUBLISHED)
        assert offer.price == round(former[key] * 10.5, 6)
    assert "serviceName eq 'Virtual Machines'" in owners.asked[0].replace("+", " ")
    assert len(owners.asked) == -(-len(now) // owners.page)


def test_aws_is_asked_only_for_places_that_somebody_has_assessed(owners, counsel):
    read(owners, "aws")
    assert not [path for path in owners.asked if "mars-1" in path]
    assert {o.seen for o in counsel.facts().run.offers if o.provider == "aws"} == {"2026-11-24"}


def test_google_is_composed_over_two_pages_and_its_key_is_no_part_of_an_address(owners, counsel):
    told = read_from("gcp", address(owners, "gcp"), {"X-Goog-Api-Key": "s3cret"})
    assert told.outcome == "taken"
    (machine,) = [o for o in counsel.facts().run.offers if o.sku == "e2-standard-4"]
    assert machine.price == round(4 * 0.02401 + 16 * 0.003219, 6)
    assert owners.keys == ["s3cret", "s3cret"]
    assert "s3cret" not in repr(owners.asked) + repr(told)


def test_ibm_is_composed_of_its_catalogue_page_by_page(owners, counsel):
    read(owners, "ibm")
    (offer,) = [o for o in counsel.facts().run.offers if o.provider == "ibm"]
    whole = offer.vcpus * VCPU * BX2.vcpu + offer.memory * GIB * BX2.memory
    assert offer.price == round(whole, 6)


def test_the_exchange_rate_is_kept_with_its_day(owners, counsel):
    read(owners, "exchange")
    rate = counsel.facts().run.exchange["USD"]
    assert (rate.nok, rate.day.isoformat(), rate.source) == (10.5, "2026-11-23", "Norges Bank")


@pytest.mark.parametrize("feed", ["aws", "azure", "gcp", "ibm"])
def test_prices_that_jump_are_put_in_quarantine(feed, owners, counsel, facts):
    owners.dear = 5.0
    told = read(owners, feed)
    assert (told.outcome, told.wrong) == ("quarantined", True)
    assert "dearer or cheaper" in told.text
    assert counsel.facts().run.id == facts.run.id
    assert counsel.standing().quarantine[feed].reasons


def test_a_list_that_has_shrunk_is_put_in_quarantine(owners, counsel, facts):
    half = [o for o in facts.run.offers if o.provider != "azure" or o.region == "norwayeast"]
    owners.facts = replace(facts, run=replace(facts.run, offers=offers_of(half)))
    told = read(owners, "azure")
    assert told.outcome == "quarantined"
    assert "have disappeared" in told.text
    assert counsel.facts().run.id == facts.run.id


def test_an_owner_that_is_busy_is_asked_again_when_it_said(owners, counsel):
    owners.busy = 3
    assert read(owners, "azure").outcome == "taken"
    assert Slept.seconds[:3] == [7.0, 7.0, 7.0]
    assert all(pause == pytest.approx(0.2) for pause in Slept.seconds[3:]), "the pace of pages"


def test_an_owner_that_stays_busy_is_told_and_nothing_changes(owners, counsel, facts):
    owners.busy = 1000
    told = read(owners, "azure")
    assert (told.outcome, told.wrong) == ("refused", True)
    assert "answers 429, 7 times in a row" in told.text
    assert counsel.facts().run.id == facts.run.id


WRONG = {
    "truncated": ("azure", "/azure", b'{"BillingCurrency": "NOK", "Items": [{"cur', "cut short"),
    "another currency": (
        "azure",
        "/azure",
        b'{"BillingCurrency": "USD", "Items": [], "Count": 0, "NextPageLink": null}',
        "USD where NOK was asked for",
    ),
    "a list": ("aws", "region_index", b"[]", "must hold a JSON object"),
    "no regions": ("aws", "region_index", b"{}", "names no regions"),
    "an empty list": ("aws", "eu-north-1", b'{"offerCode": "AmazonEC2"}', "`terms` is missing"),
    "no count": ("ibm", "/ibm/api/v1", b'{"resources": []}', "no list with its count"),
    "cut in the middle": ("ibm", "deployment", b'{"resources": [], "count": 2}', "0 of 2 entries"),
    "no rate": ("exchange", "/bank", b'{"data": {}}', "`structure` is missing"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_read_is_told_with_its_place(kind, owners, counsel, facts):
    feed, part, body, words = WRONG[kind]
    owners.broken = {part: body}
    told = read(owners, feed)
    assert (told.outcome, told.wrong) == ("refused", True)
    assert words in told.text
    assert counsel.facts().run.id == facts.run.id
    refused = counsel.standing().last[feed]
    assert isinstance(refused, PricesRefused)
    read(owners, feed)
    assert counsel.standing().seq == 1, "the same again is not told twice"


def test_a_price_list_that_leads_elsewhere_is_not_followed(owners, counsel):
    owners.elsewhere = "http://127.0.0.1:9"
    told = read(owners, "azure")
    assert "is on another host: http://127.0.0.1:9/azure" in told.text


def test_nobody_at_the_address_is_told(counsel):
    told = read_from("azure", "http://127.0.0.1:1/azure", {})
    assert "no answer (ConnectError), 7 times in a row" in told.text


def test_only_feeds_with_an_address_are_read() -> None:
    environment = {"GRUNNMUR_FEED_AZURE": "https://a/", "GRUNNMUR_FEED_GCP_KEY": "k", "OTHER": "x"}
    assert price_lists.addresses(environment) == {"azure": "https://a"}
    assert price_lists.headers("gcp", environment) == {"X-Goog-Api-Key": "k"}
    assert price_lists.headers("azure", environment) == {}


def test_the_flow_without_addresses_fetches_nothing(house, prefect_api, monkeypatch, owners):
    for feed in FEEDS:
        monkeypatch.delenv(f"GRUNNMUR_FEED_{feed.upper()}", raising=False)
    state = prices(return_state=True)
    assert (state.name, state.is_completed()) == ("No feeds", True)
    assert house.ledger.rightcloud.last() == 0
    assert owners.asked == []


def test_the_flow_reads_every_feed_and_says_when_an_operator_must_look(
    house, prefect_server, prefect_api, monkeypatch, owners
):
    for feed in FEEDS:
        monkeypatch.setenv(f"GRUNNMUR_FEED_{feed.upper()}", address(owners, feed))
    state = prices(return_state=True)
    assert (state.name, state.is_completed()) == ("Read", True)
    entries = Counsel(house.ledger.rightcloud).entries()
    taken = [e.source for e in entries if isinstance(e, PricesTaken)]
    assert sorted(taken) == sorted(FEEDS)

    owners.dear = 5.0
    later = replace(house, now=lambda: NOW + timedelta(days=1))
    monkeypatch.setattr("flows.runtime.house", lambda: later)
    state = prices(return_state=True)
    assert state.name == "An operator must look"
    assert "azure" in state.message
    run = str(state.state_details.flow_run_id)
    (table,) = [one["data"] for one in prefect_server.artifacts(run) if one["type"] == "table"]
    told = {row["feed"]: row["outcome"] for row in json.loads(table)}
    assert told == {"exchange": "unchanged"} | dict.fromkeys(FEEDS[1:], "quarantined")
