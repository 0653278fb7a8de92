"""The facts that come with the product, read once: policy, places, prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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
FILES = (
    *("countries.toml", "places.csv", "providers.toml", "policy.toml"),
    *("offers.csv.gz", "sources.toml", "rates.csv", "exchange.csv", "rate-card.csv"),
)


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
    return facts_of(read_files(folder))


@cache
def seed() -> Facts:
    """The facts that the product came with, read once in a process. Nothing in them changes."""
    return load()


def read_files(folder: Path = DATA) -> Mapping[str, bytes]:
    """The files that facts are read from, by name."""
    return {name: (folder / name).read_bytes() for name in FILES}


def facts_of(files: Mapping[str, bytes]) -> Facts:
    """The facts in these files; raises as `load` does."""
    groups = read_groups(*_named(files, "countries.toml"))
    atlas = atlas_of(files)
    policy = read_policy(*_named(files, "policy.toml"), groups)
    return Facts(groups=groups, policy=policy, atlas=atlas, run=_run(files, atlas))


def atlas_of(files: Mapping[str, bytes]) -> Atlas:
    return read_atlas(_named(files, "places.csv"), _named(files, "providers.toml"))


def load_groups(folder: Path = DATA) -> Mapping[str, CountryGroup]:
    return read_groups(*_document(folder, "countries.toml"))


def load_atlas(folder: Path = DATA) -> Atlas:
    return read_atlas(_document(folder, "places.csv"), _document(folder, "providers.toml"))


def load_sources(folder: Path = DATA) -> Mapping[str, Mark]:
    return read_sources(*_document(folder, "sources.toml"))


def load_exchange(folder: Path = DATA) -> Exchange:
    return read_exchange(*_document(folder, "exchange.csv"))


def _run(files: Mapping[str, bytes], atlas: Atlas) -> PriceRun:
    sources = read_sources(*_named(files, "sources.toml"))
    first = PriceRun(
        offers=read_offers(*_named(files, "offers.csv.gz"), sources),
        rates=read_rates(*_named(files, "rates.csv")),
        exchange=read_exchange(*_named(files, "exchange.csv")),
    )
    card = read_card(
        *_named(files, "rate-card.csv"),
        places=atlas.places,
        currencies={HOME, *first.exchange},
    )
    return first.with_card(card)


def _named(files: Mapping[str, bytes], name: str) -> tuple[bytes, str]:
    return files[name], name


def _document(folder: Path, name: str) -> tuple[bytes, str]:
    return (folder / name).read_bytes(), name
