"""The facts that come with the product, read once: policy, places, prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rightcloud.atlas_file import read_atlas
from rightcloud.countries import CountryGroup, read_groups
from rightcloud.exchange import HOME, Exchange, read_exchange
from rightcloud.offers_file import read_offers, read_sources
from rightcloud.places import Atlas
from rightcloud.policy import Policy
from rightcloud.policy_file import read_policy
from rightcloud.price_run import PriceRun
from rightcloud.rate_card import read_card
from rightcloud.rates import read_rates
from rightcloud.words import Mark

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What a decision stands on."""

    groups: Mapping[str, CountryGroup]
    policy: Policy
    atlas: Atlas
    run: PriceRun


def load(folder: Path = DATA) -> Facts:
    """All facts in `folder`; Refused with `file:line: reason` at the first file that is wrong.

    Takes about a third of a second: load once for a process.
    """
    groups, atlas = load_groups(folder), load_atlas(folder)
    policy = read_policy(*_document(folder, "policy.toml"), groups)
    return Facts(groups=groups, policy=policy, atlas=atlas, run=_run(folder, atlas))


def load_groups(folder: Path = DATA) -> Mapping[str, CountryGroup]:
    return read_groups(*_document(folder, "countries.toml"))


def load_atlas(folder: Path = DATA) -> Atlas:
    return read_atlas(_document(folder, "places.csv"), _document(folder, "providers.toml"))


def load_sources(folder: Path = DATA) -> Mapping[str, Mark]:
    return read_sources(*_document(folder, "sources.toml"))


def load_exchange(folder: Path = DATA) -> Exchange:
    return read_exchange(*_document(folder, "exchange.csv"))


def _run(folder: Path, atlas: Atlas) -> PriceRun:
    seed = PriceRun(
        offers=read_offers(*_document(folder, "offers.csv.gz"), load_sources(folder)),
        rates=read_rates(*_document(folder, "rates.csv")),
        exchange=load_exchange(folder),
    )
    card = read_card(
        *_document(folder, "rate-card.csv"),
        places=atlas.places,
        currencies={HOME, *seed.exchange},
    )
    return seed.with_card(card)


def _document(folder: Path, name: str) -> tuple[bytes, str]:
    return (folder / name).read_bytes(), name
