"""The price lists and exchange rates, fetched from their owners and read.

Each feed has an address in the environment; one that has none is not read, and nothing leaves
this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flows.pages import Away, Json, Reader
from rightcloud import bundled
from rightcloud.bundled import Facts
from rightcloud.exchange import ExchangeRate
from rightcloud.feeds.aws import read_aws
from rightcloud.feeds.azure import read_azure
from rightcloud.feeds.google import read_google
from rightcloud.feeds.ibm import read_factors, read_ibm
from rightcloud.feeds.norges_bank import read_norges_bank
from rightcloud.feeds.reading import Reading, sizes, together
from rightcloud.offers import Offer

ENVIRONMENT = "GRUNNMUR_FEED_"
COMPUTE_ENGINE = "6F81-5844-456A"  # Google's id of the service
IBM_MACHINES = "gen2-instance"
PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a feed is read for: where it is, the facts in force, the day."""

    address: str
    facts: Facts
    day: date

    def offers(self, provider: str) -> Iterator[Offer]:
        """What is known to be sold by a provider."""
        return (offer for offer in self.facts.run.offers if offer.provider == provider)

    def regions(self, provider: str) -> list[str]:
        """The places of a provider that somebody has assessed; others cannot be chosen anyway."""
        places = self.facts.atlas.places.values()
        return sorted(p.region for p in places if p.provider == provider and p.assessed)


def exchange(reader: Reader, asking: Asking) -> Mapping[str, ExchangeRate]:
    """Norges Bank's newest rate of every currency that we have prices in."""
    wanted = "+".join(sorted(asking.facts.run.exchange))
    params = {"format": "sdmx-json", "lastNObservations": "1", "locale": "no"}
    url = f"{asking.address}/api/data/EXR/B.{quote(wanted, safe='+')}.NOK.SP"
    return read_norges_bank(reader.document(url, params))


def azure(reader: Reader, asking: Asking) -> Reading:
    params = {
        "currencyCode": "NOK",
        "$filter": "serviceName eq 'Virtual Machines' and priceType eq 'Consumption'",
    }
    pages = reader.following(asking.address, params, lambda page: page.get("NextPageLink"))
    known = sizes(asking.offers("azure"))
    return read_azure(pages, currency="NOK", sizes=known, day=asking.day)


def aws(reader: Reader, asking: Asking) -> Reading:
    """One document for each region; those that nobody has assessed are not fetched."""
    base = f"{asking.address}/offers/v1.0/aws/AmazonEC2/current"
    index = reader.document(f"{base}/region_index.json")
    regions = index.get("regions")
    if not isinstance(regions, dict) or not regions:
        raise Away(f"{base}/region_index.json: names no regions: it has changed")
    readings: list[Reading] = []
    for region in asking.regions("aws"):
        if region in regions:
            reader.wait(reader.spacing)
            document = reader.document(f"{base}/{region}/index.json")
            readings.append(read_aws(document, day=asking.day))
    return together(readings)


def google(reader: Reader, asking: Asking) -> Reading:
    url = f"{asking.address}/v1/services/{COMPUTE_ENGINE}/skus"
    params = {"currencyCode": "USD", "pageSize": "5000"}

    def onward(page: Json) -> str | None:
        token = page.get("nextPageToken")
        query = f"currencyCode=USD&pageSize=5000&pageToken={quote(str(token), safe='')}"
        return f"{url}?{query}" if token else None

    pages = reader.following(url, params, onward)
    return read_google(pages, currency="USD", sold=asking.offers("gcp"), day=asking.day)


def ibm(reader: Reader, asking: Asking) -> Reading:
    profiles = _resources(reader, f"{asking.address}/api/v1", {"q": "kind:profile", "include": "*"})
    base = f"{asking.address}/api/v1/{IBM_MACHINES}"
    deployments = list(_resources(reader, f"{base}/deployment", {}))
    prices = (
        reader.document(f"{asking.address}/api/v1/{quote(str(each.get('id')), safe=':')}/pricing")
        for each in deployments
    )
    factors = read_factors((bundled.DATA / "ibm-factors.csv").read_bytes(), "ibm-factors.csv")
    return read_ibm(profiles, prices, factors=factors, currency="USD", day=asking.day)


def _resources(reader: Reader, url: str, params: Mapping[str, str]) -> Iterator[Json]:
    """Every entry of a list of the catalogue, however many pages it takes."""
    found = 0
    while True:
        paged = {**params, "_offset": str(found), "_limit": str(PAGE)}
        page = reader.document(url, paged)
        resources, count = page.get("resources"), page.get("count")
        if not isinstance(resources, list) or not isinstance(count, int):
            raise Away(f"{url}: holds no list with its count: it has changed")
        yield from resources
        found += len(resources)
        if found >= count:
            return
        if not resources:
            raise Away(f"{url}: {found} of {count} entries: the list is cut short")
        reader.wait(reader.spacing)


Feed = Callable[[Reader, Asking], Reading]
MACHINES: Mapping[str, Feed] = {"aws": aws, "azure": azure, "gcp": google, "ibm": ibm}
KEYS = {"gcp": "X-Goog-Api-Key"}  # the header that carries GRUNNMUR_FEED_GCP_KEY


def addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """By feed: GRUNNMUR_FEED_EXCHANGE (Norges Bank), _AWS, _AZURE, _GCP, _IBM; only those set."""
    found = {name: environment.get(_variable(name), "") for name in ("exchange", *MACHINES)}
    return {name: address.rstrip("/") for name, address in found.items() if address}


def headers(feed: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What carries the key of a feed that needs one: GRUNNMUR_FEED_GCP_KEY."""
    key = environment.get(f"{_variable(feed)}_KEY", "")
    return {KEYS[feed]: key} if key and feed in KEYS else {}


def _variable(feed: str) -> str:
    return f"{ENVIRONMENT}{feed.upper()}"
