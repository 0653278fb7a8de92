"""Why a candidate stands where it stands, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rightcloud.ranking import Ranked, Standing
from rightcloud.words import Text


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
            self._latency(standing.latency),
            self._carbon(standing.carbon),
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
        share = f" ({more / best.price:.0%})" if best.price else ""
        return Text(
            f"{more:.0f} kroner{share} dyrere i måneden enn {best.place}.",
            f"{more:.0f} kroner{share} dearer a month than {best.place}.",
        )

    def _latency(self, found: float | None) -> Text:
        if found is None:
            return Text("Svartiden til Oslo er ikke kjent.", "The latency to Oslo is not known.")
        best = found == self.nearest
        return Text(
            f"Svartid til Oslo {found:g} ms{', den laveste' if best else ''}.",
            f"Latency to Oslo {found:g} ms{', the lowest' if best else ''}.",
        )

    def _carbon(self, found: float | None) -> Text:
        if found is None:
            return Text("Klimatall er ikke kjent.", "The carbon figure is not known.")
        best = found == self.cleanest
        return Text(
            f"Strøm med {found:g} g CO2 per kWh{', den reneste' if best else ''}.",
            f"Power at {found:g} g CO2 per kWh{', the cleanest' if best else ''}.",
        )

    def _delivery(self, found: float | None) -> Text | None:
        if found is None or found != self.soonest:
            return None
        return Text("Leveres tidligst.", "Delivered soonest.")

    def _front(self, ranked: Ranked) -> Text:
        if ranked.beaten_by is None:
            return Text(
                "Ingen andre er minst like gode på både pris, svartid, klima og levering.",
                "No other is at least as good in price, latency, carbon and delivery alike.",
            )
        rival = self.standings[ranked.beaten_by].place
        return Text(
            f"{rival} er minst like god på alt og bedre på noe.",
            f"{rival} is at least as good in everything and better in something.",
        )


def _least(values: Sequence[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
