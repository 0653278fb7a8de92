"""Places, providers, rates, exchange rates, groups: wrong lines are refused by line."""

import pytest

from rightcloud.atlas_file import read_atlas
from rightcloud.bundled import DATA
from rightcloud.countries import read_groups
from rightcloud.errors import Refused
from rightcloud.exchange import read_exchange
from rightcloud.price_run import PriceRun
from rightcloud.rates import read_rates


def text(name: str) -> str:
    return (DATA / name).read_text()


def read_all(raw: dict[str, bytes]) -> None:
    read_atlas((raw["places.csv"], "places.csv"), (raw["providers.toml"], "providers.toml"))
    read_rates(raw["rates.csv"], "rates.csv")
    read_exchange(raw["exchange.csv"], "exchange.csv")
    read_groups(raw["countries.toml"], "countries.toml")


def refused(name: str, old: str, new: str) -> str:
    changed = {each: text(each) for each in ("places.csv", "providers.toml", "rates.csv")}
    changed |= {each: text(each) for each in ("exchange.csv", "countries.toml")}
    assert old in changed[name]
    changed[name] = changed[name].replace(old, new, 1)
    raw = {each: content.encode() for each, content in changed.items()}
    with pytest.raises(Refused) as error:
        read_all(raw)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("places.csv", "aws,ap-east-1", "aws,", "places.csv:3: region: is empty"),
        ("places.csv", "aws,ap-east-1", "acme,ap-east-1", "places.csv:3: provider: `acme` is not"),
        (
            "places.csv",
            "aws,ap-east-1",
            "aws,af-south-1",
            "places.csv:3: region: aws/af-south-1 stands",
        ),
        ("places.csv", "18,proxy", "-18,proxy", "latency_ms: -18 must be finite and at least 0"),
        ("places.csv", "18,proxy", "soon,proxy", "latency_ms: `soon` is not a number"),
        ("places.csv", "machine block", "machine blocks", "services: `blocks` is not known"),
        ("places.csv", ",proxy,", ",guess,", "latency_mark: `guess` is not known"),
        ("places.csv", "2026-11-23", "yesterday", "assessed: `yesterday` is not a date"),
        ("providers.toml", '"us"', '"mars"', "providers.toml:20: aws.owner: string should match"),
        (
            "providers.toml",
            "agencies = [",
            "agency = [",
            "providers.toml:11: openstack.agreement.agencies",
        ),
        ("rates.csv", "block", "blocks", "rates.csv:2: service: `blocks` is not known"),
        ("rates.csv", ",0.0952,", ",-1,", "rates.csv:2: price: -1 must be finite"),
        (
            "rates.csv",
            "aws,eu-central-1,object",
            "aws,eu-central-1,block",
            "rates.csv:3: service: aws",
        ),
        ("exchange.csv", "10.5", "0", "exchange.csv:2: nok: 0 must be finite and more than 0"),
        ("exchange.csv", "2026-11-23", "", "exchange.csv:2: date: is empty"),
        ("countries.toml", '"NO"]', '"Norway"]', "countries.toml:6: norway.countries: `Norway`"),
        ("countries.toml", '["eu"]', '["ec"]', "countries.toml:21: eea.includes: `ec` is no group"),
        ("countries.toml", 'nb = "Norge", ', "", "countries.toml:4: norway: needs a title"),
    ],
)
def test_a_wrong_line_is_refused(name: str, old: str, new: str, said: str) -> None:
    assert said in refused(name, old, new)


def test_prices_in_a_currency_without_a_rate_are_refused(facts) -> None:
    with pytest.raises(Refused, match="prices in USD but no exchange rate"):
        PriceRun(offers=facts.run.offers, rates={}, exchange={})
