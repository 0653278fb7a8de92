"""A price run as documents, and back: each provider's machines, when they were seen, the rest.

The days of "seen" stand in a file of their own: a night in which nothing but they changed then
stores a few hundred bytes and not the whole price list again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from rightcloud.documents import text_of
from rightcloud.errors import Refused
from rightcloud.exchange import ExchangeRate
from rightcloud.offers import Offers
from rightcloud.offers_file import read_offers, write_offers
from rightcloud.price_run import PriceRun
from rightcloud.rates import Rate

OFFERS: Final = "offers/"
SEEN: Final = "seen/"
RATES: Final = "rates.json"
EXCHANGE: Final = "exchange.json"
_RATES = TypeAdapter(list[Rate])
_EXCHANGE = TypeAdapter(list[ExchangeRate])


def parts_of(run: PriceRun) -> dict[str, bytes]:
    """The documents of a run, by name; `run_of` makes a run with the same id of them."""
    rates = [asdict(run.rates[key]) for key in sorted(run.rates)]
    exchange = [asdict(run.exchange[key]) for key in sorted(run.exchange)]
    found = {RATES: _json(rates), EXCHANGE: _json(exchange)}
    for provider in run.offers.provider.words:
        found |= provider_parts(run, provider)
    return found


def provider_parts(run: PriceRun, provider: str) -> dict[str, bytes]:
    """The two documents of one provider's machines; none when it sells none."""
    if provider not in run.offers.provider.words:
        return {}
    code = run.offers.provider.words.index(provider)
    mine = run.offers.taken(np.flatnonzero(run.offers.provider.codes == code))
    header, *rows = text_of(write_offers(mine), provider).splitlines()
    at = header.split(",").index("seen")
    if any('"' in row for row in rows):
        raise Refused(f"{provider}: a machine has a comma or a quote in its name: rename it")
    split = [row.split(",") for row in (header, *rows)]
    days = "\n".join(row.pop(at) for row in split)
    kept = "\n".join(",".join(row) for row in split)
    return {f"{OFFERS}{provider}": _packed(kept), f"{SEEN}{provider}": _packed(days)}


def run_of(parts: Mapping[str, bytes]) -> PriceRun:
    """The run that the documents are of; Refused, by document, when one is damaged."""
    providers = sorted(name.removeprefix(OFFERS) for name in parts if name.startswith(OFFERS))
    if missing := {RATES, EXCHANGE, *(f"{SEEN}{one}" for one in providers)} - set(parts):
        raise Refused(f"the price run lacks its document {min(missing)}")
    rates = _read(_RATES, parts[RATES], RATES)
    exchange = _read(_EXCHANGE, parts[EXCHANGE], EXCHANGE)
    return PriceRun(
        offers=_offers(parts, providers),
        rates={(rate.place, rate.charged): rate for rate in rates},
        exchange={rate.currency: rate for rate in exchange},
    )


def _offers(parts: Mapping[str, bytes], providers: list[str]) -> Offers:
    whole: list[str] = []
    for provider in providers:
        rows = text_of(parts[f"{OFFERS}{provider}"], f"{OFFERS}{provider}").split("\n")
        days = text_of(parts[f"{SEEN}{provider}"], f"{SEEN}{provider}").split("\n")
        if len(rows) != len(days):
            raise Refused(f"{SEEN}{provider}: {len(days)} days for {len(rows)} offers")
        lines = [f"{row},{day}" for row, day in zip(rows, days, strict=True)]
        whole.extend(lines if not whole else lines[1:])
    return read_offers("\n".join(whole).encode(), "the stored offers", {})


def _read(adapter: TypeAdapter[Any], document: bytes, name: str) -> Any:  # noqa: ANN401 - what the adapter is of
    try:
        return adapter.validate_json(document)
    except ValidationError as error:
        raise Refused(f"{name}: cannot be read back: {error.error_count()} flaws") from None


def _json(rows: object) -> bytes:
    return json.dumps(rows, default=str, ensure_ascii=False, sort_keys=True).encode()


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)
