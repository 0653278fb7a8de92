"""What `grunnmur rightcloud` prints for people. Nothing is cut off, however narrow the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from rightcloud.cheapest import Found
from rightcloud.words import Language

Json = Mapping[str, Any]
Row = tuple[str, ...]
HOURS = 730  # in a month
SHOWN = 12  # places named in one line before the rest are counted


def show_advice(console: Console, found: Json, language: Language) -> None:
    """The ranking, the first place in full, the alternatives, and every place left out."""
    stands = f"policy {found['policy']}, prices {found['priceRun']}, places {found['places']}"
    console.print(f"{found['policyStatus'][language]}: {stands}, {found['today']}.\n")
    if found["candidates"]:
        _show_rows(console, _ranking(found["candidates"]))
        _show_first(console, found["candidates"][0], found["measures"], language)
    else:
        console.print("No place may be chosen.")
    if found["alternatives"]:
        console.print("\nIf a wish were given up")
    for each in found["alternatives"]:
        saves = "" if each["savesNok"] is None else f", {each['savesNok']:+,.0f} kr saved"
        sum_ = f"{each['monthlyNok']:,.0f} kr a month{saves}"
        console.print(f"  {each['wish'][language]}: {each['place']}, {sum_}")
    console.print("\nLeft out")
    for group in found["exclusions"]:
        console.print(f"  {_names(group['places'])}")
        for reason in group["reasons"]:
            console.print(f"    - {reason['text'][language]}{_stands_on(reason)}")


def _ranking(candidates: Sequence[Json]) -> list[Row]:
    head = ("", "place", "where", "machine", "kr/month", "ms", "gCO2/kWh", "P50", "P90")
    rows: list[Row] = [(*head, "front", "confidence", "guaranteed")]
    for each in candidates:
        place, delivery = each["place"], each["delivery"] or {"p50": "", "p90": ""}
        rows.append(
            (
                str(each["rank"]),
                place["id"],
                f"{place['title']}, {place['country']}",
                each["machine"]["sku"],
                f"{each['monthlyNok']:,.0f}{'' if each['complete'] else ' + ?'}",
                f"{place['latencyMs']['value']:g}",
                f"{place['carbonGPerKwh']['value']:g}",
                delivery["p50"][:10],
                delivery["p90"][:10],
                "yes" if each["pareto"] else "",
                each["confidence"],
                each["guaranteedUntil"] or "no",
            )
        )
    return rows


def _show_first(console: Console, first: Json, measures: Json, language: Language) -> None:
    console.print(f"\nRecommended: {first['place']['id']}")
    for text in (*first["reasons"], *first["why"]):
        console.print(f"  - {text[language]}")
    _show_rows(console, _bill(first["lines"], language))
    if first["measures"]:
        console.print("Must be in place")
    for id_ in first["measures"]:
        console.print(f"  - {measures[id_]['title'][language]}")
    console.print(f"Confidence: {first['confidence']}")
    for text in first["doubts"]:
        console.print(f"  - {text[language]}")


def _bill(lines: Sequence[Json], language: Language) -> list[Row]:
    rows: list[Row] = [("line", "quantity", "unit", "price", "kr", "as of", "how sure")]
    for line in lines:
        missing = line["unitPrice"] is None
        rows.append(
            (
                line["title"][language],
                f"{line['quantity']:g}",
                line["unit"][language],
                "missing" if missing else f"{line['unitPrice']:g} {line['currency']}",
                "?" if line["nok"] is None else f"{line['nok']:,.2f}",
                line["asOf"],
                ", ".join(line["marks"]),
            )
        )
    return rows


def show_cheapest(console: Console, found: Found) -> None:
    if not found.offers:
        console.print("No offer fits.")
    else:
        head = ("provider", "region", "machine", "vCPUs", "GiB", "processor", "GPUs", "bursts")
        rows: list[Row] = [(*head, "price/hour", "kr/month", "as of")]
        for offer, nok in zip(found.offers, found.nok, strict=True):
            rows.append(
                (
                    *(offer.provider, offer.region, offer.sku, f"{offer.vcpus:g}"),
                    *(f"{offer.memory:g}", offer.arch, str(offer.gpus)),
                    "yes" if offer.burstable else "no",
                    f"{offer.price:g} {offer.currency}",
                    f"{nok * HOURS:,.0f}",
                    offer.as_of,
                )
            )
        _show_rows(console, rows)
        console.print(f"{found.fitting} offers fit; kr at {HOURS} hours a month.")
    if found.unplaced:
        console.print(f"Not considered, country unknown: {_names(found.unplaced)}")


def _show_rows(console: Console, rows: Sequence[Row]) -> None:
    """The first row is the heading. Every column is as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.print("  ".join(cells).rstrip())


def _stands_on(reason: Json) -> str:
    return f" [{reason['basis']}: {reason['reference']}]" if "basis" in reason else ""


def _names(places: Sequence[str]) -> str:
    rest = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
