"""Why a candidate stands where it stands, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rightcloud.ranking import Ranked, Standing
from rightcloud.words import Text, figure

SOONEST = Text("Leveres tidligst.", "Delivered soonest.")
UNBEATEN = Text(
    "Ingen andre er minst like gode på både pris, svartid, klima og levering.",
    "No other is at least as good in price, latency, carbon and delivery alike.",
)


@dataclass(frozen=True)
class Field:
    """All candidates that compete, as they were compared."""

    standings: Sequence[Standing]

    @cached_property
    def cheapest(self) -> Standing:
        fewest = min(standing.missing for standing in self.standings)
        whole = [standing for standing in self.standings if standing.missing == fewest]
        return min(whole, key=lambda standing: (standing.price, standing.place))

    @cached_property
    def nearest(self) -> float | None:
        return _least([standing.latency for standing in self.standings])

    @cached_property
    def cleanest(self) -> float | None:
        return _least([standing.carbon for standing in self.standings])

    @cached_property
    def soonest(self) -> float | None:
        return _least([standing.delivery for standing in self.standings])

    def reasons(self, ranked: Ranked) -> tuple[Text, ...]:
        """Price, latency, carbon, delivery, and how it stands against all others."""
        standing = self.standings[ranked.position]
        given = (
            self._price(standing),
            _latency(standing.latency, best=standing.latency == self.nearest),
            _carbon(standing.carbon, best=standing.carbon == self.cleanest),
            self._delivery(standing.delivery),
            self._front(ranked),
        )
        return tuple(reason for reason in given if reason is not None)

    def _price(self, standing: Standing) -> Text:
        if standing.missing:
            count = standing.missing
            return Text(
                f"Summen er ufullstendig: {count} av linjene mangler pris.",
                f"The sum is incomplete: {count} of the lines have no price.",
            )
        best = self.cheapest
        if standing.price <= best.price:
            return Text(
                f"Rimeligst av {len(self.standings)} mulige steder.",
                f"The cheapest of {len(self.standings)} possible places.",
            )
        more = standing.price - best.price
        share = f"{100 * more / best.price:.0f}" if best.price else "100"
        return Text(
            f"{more:.0f} kroner ({share} %) dyrere i måneden enn {best.place}.",
            f"{more:.0f} kroner ({share}%) dearer a month than {best.place}.",
        )

    def _delivery(self, found: float | None) -> Text | None:
        return SOONEST if found is not None and found == self.soonest else None

    def _front(self, ranked: Ranked) -> Text:
        if ranked.beaten_by is None:
            return UNBEATEN
        rival = self.standings[ranked.beaten_by].place
        return Text(
            f"{rival} er minst like god på alt og bedre på noe.",
            f"{rival} is at least as good in everything and better in something.",
        )


@lru_cache(maxsize=4096)  # there are as many as places, and the words are always the same
def _latency(found: float | None, *, best: bool) -> Text:
    if found is None:
        return Text("Svartiden til Oslo er ikke kjent.", "The latency to Oslo is not known.")
    ms = figure(found)
    return Text(
        f"Svartid til Oslo {ms.nb} ms{', den laveste' if best else ''}.",
        f"Latency to Oslo {ms.en} ms{', the lowest' if best else ''}.",
    )


@lru_cache(maxsize=4096)
def _carbon(found: float | None, *, best: bool) -> Text:
    if found is None:
        return Text("Klimatall er ikke kjent.", "The carbon figure is not known.")
    grams = figure(found)
    return Text(
        f"Strøm med {grams.nb} g CO2 per kWh{', den reneste' if best else ''}.",
        f"Power at {grams.en} g CO2 per kWh{', the cleanest' if best else ''}.",
    )


def _least(values: Sequence[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
