"""Puts the parts of an answer into the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from portal.rightcloud_shown import BillLine, LeftOut, Otherwise, Shown
from portal.rightcloud_words import day, decimal, exact, kroner, place_title, said, said_of_places
from portal.speech import Speech
from rightcloud.advisor import Advisor
from rightcloud.decision import Candidate, Cause, Decision, Exclusion, Line, Reason
from rightcloud.decision_json import MACHINE_HOUR
from rightcloud.doubts import TITLES
from rightcloud.places import Figure
from rightcloud.rates import UNITS
from rightcloud.whatif import Alternative, WhatIf, sweep
from rightcloud.words import MARK_TEXTS, Confidence, Mark, Text, confidence_in

UNKNOWN = "\N{EN DASH}"


class Teller:
    """Puts the parts of an answer into words."""

    def __init__(self, advisor: Advisor, speech: Speech) -> None:
        self.advisor = advisor
        self.facts = advisor.facts
        self.speech = speech

    def shown(self, candidate: Candidate) -> Shown:
        speech, place, offer = self.speech, candidate.place, candidate.offer
        measures = self.facts.policy.measures
        zone = self.facts.policy.zones[candidate.zone]
        until = candidate.guaranteed_until
        machine = speech.gettext(
            "%(sku)s: %(vcpus)s vCPU, %(memory)s GiB",
            sku=offer.sku,
            vcpus=decimal(speech, offer.vcpus),
            memory=decimal(speech, offer.memory),
        )
        return Shown(
            candidate=candidate,
            title=place_title(self.facts, place.id, self.speech),
            where=said(zone.title, speech),
            machine=machine if candidate.lines and candidate.lines[0].charged is None else "",
            price=kroner(speech, candidate.monthly_nok),
            grown=kroner(speech, candidate.grown_nok),
            missing=not candidate.complete,
            delivery=self._delivery(candidate),
            latency=self._figure(place.latency, speech.gettext("ms")),
            carbon=self._figure(place.carbon, speech.gettext("g CO2 per kWh")),
            latency_brief=self._brief(place.latency, speech.gettext("ms")),
            carbon_brief=self._brief(place.carbon, speech.gettext("g")),
            measures=[said(measures[one].title, speech) for one in candidate.measures],
            why=self._all(candidate.why),
            reasons=self._all(candidate.reasons),
            doubts=self._all(candidate.doubts),
            until=day(speech, until) if until else "",
            lines=[self._line(line) for line in candidate.lines],
        )

    def left_out(self, exclusions: Sequence[Exclusion]) -> list[LeftOut]:
        """Those with the same reasons together; what somebody can do something about first."""
        groups: dict[tuple[Reason, ...], list[str]] = {}
        for exclusion in exclusions:
            groups.setdefault(exclusion.reasons, []).append(exclusion.place)
        found = [
            LeftOut(
                places=[place_title(self.facts, place, self.speech) for place in places],
                reasons=[(reason, said(reason.text, self.speech)) for reason in reasons],
            )
            for reasons, places in groups.items()
        ]
        return sorted(found, key=lambda one: (Cause.NOT_ASSESSED in one.causes, len(one.reasons)))

    def given_up(self, each: Alternative) -> Otherwise:
        best = each.best.place.id
        saves = "" if each.saves is None else self._saves(each.saves)
        return Otherwise(
            change=said(each.wish, self.speech),
            best=place_title(self.facts, best, self.speech),
            price=kroner(self.speech, each.best.monthly_nok),
            saves=saves,
        )

    def what_if(self, decision: Decision) -> Iterator[Otherwise]:
        """Twice the size, and two zones, for whoever plans ahead."""
        need, speech = decision.workload, self.speech
        twice = speech.gettext("With twice the processors")
        zones = speech.gettext("In two zones, so that one may fail")
        asked: list[tuple[str, str, object]] = [(twice, "vcpus", need.vcpus * 2)]
        if need.availability == "single":
            asked.append((zones, "availability", "zones"))
        for change, field, value in asked:
            for found in sweep(self.advisor, decision, {field: [value]}):
                yield self._changed(change, found, decision)

    def _changed(self, change: str, found: WhatIf, decision: Decision) -> Otherwise:
        now, best = decision.recommended, found.best
        if best is None:
            return Otherwise(change=change, best="", price="", saves="")
        saves = self._saves(now.monthly_nok - best.monthly_nok) if now else ""
        return Otherwise(
            change=change,
            best=place_title(self.facts, best.place.id, self.speech),
            price=kroner(self.speech, best.monthly_nok),
            saves=saves,
        )

    def _saves(self, amount: float) -> str:
        price = kroner(self.speech, abs(amount))
        if round(amount) == 0:
            return self.speech.gettext("the same price")
        if amount > 0:
            return self.speech.gettext("%(price)s less", price=price)
        return self.speech.gettext("%(price)s more", price=price)

    def _delivery(self, candidate: Candidate) -> str:
        delivery = candidate.delivery
        if delivery is None:
            return ""
        when = day(self.speech, delivery.p90.date())
        return self.speech.gettext("by %(when)s", when=when)

    def _figure(self, figure: Figure, unit: str) -> str:
        """With its mark, when it is not sure."""
        if figure.value is None:
            return self.speech.gettext("not known")
        text = f"{decimal(self.speech, figure.value)} {unit}"
        if confidence_in(figure.mark) is Confidence.GREEN:
            return text
        return f"{text} ({said(MARK_TEXTS[figure.mark], self.speech)})"

    def _brief(self, figure: Figure, unit: str) -> str:
        """For a table: a star stands for the mark."""
        if figure.value is None:
            return UNKNOWN
        star = "" if confidence_in(figure.mark) is Confidence.GREEN else "*"
        return f"{decimal(self.speech, figure.value)} {unit}{star}"

    def _line(self, line: Line) -> BillLine:
        speech = self.speech
        unit = MACHINE_HOUR if line.charged is None else UNITS[line.charged]
        known = line.unit_price is not None
        marks = [one for one in line.marks if confidence_in(one) is not Confidence.GREEN]
        return BillLine(
            title=_capital(said(TITLES[line.charged], speech)),
            quantity=decimal(speech, line.quantity),
            unit=said(unit, speech),
            price=f"{decimal(speech, line.unit_price or 0)} {line.currency}" if known else "",
            sum="" if line.nok is None else exact(speech, line.nok),
            since=_since(line.as_of, speech),
            source=line.source,
            marks=self._marks(marks),
        )

    def _marks(self, marks: Sequence[Mark]) -> str:
        return ", ".join(said(MARK_TEXTS[mark], self.speech) for mark in marks)

    def _all(self, texts: Sequence[Text]) -> list[str]:
        return list(dict.fromkeys(said_of_places(self.facts, text, self.speech) for text in texts))


def _since(as_of: str, speech: Speech) -> str:
    try:
        return day(speech, date.fromisoformat(as_of))
    except ValueError:
        return as_of


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
