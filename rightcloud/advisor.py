"""Decides: law, agreement and need exclude; what is left is priced, ranked and explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rightcloud import doubts
from rightcloud.bill import grown, machine_line, rate_line, total
from rightcloud.bundled import Facts
from rightcloud.decision import Candidate, Decision, Exclusion, Line
from rightcloud.desk import Deliveries, Desk, Question, Screening, lay_out
from rightcloud.errors import Refused
from rightcloud.explain import Field
from rightcloud.offers import Offer
from rightcloud.policy import Policy, Weights
from rightcloud.ranking import Ranked, Standing, rank
from rightcloud.workload import Workload, unknown


class Advisor:
    """Facts prepared for many decisions. Holds no state but what it was made from."""

    def __init__(self, facts: Facts, desk: Desk | None = None) -> None:
        self._desk = desk or lay_out(facts)

    @property
    def facts(self) -> Facts:
        return self._desk.facts

    def under(self, policy: Policy) -> Advisor:
        """The same places and prices under another policy."""
        facts = replace(self.facts, policy=policy)
        return Advisor(facts, lay_out(facts, self._desk.shelf))

    def decide(self, need: Workload, today: date, deliveries: Deliveries | None = None) -> Decision:
        """The whole answer. `deliveries` by place or provider, the place's own first.

        Raises Refused when the workload names tags or groups that the facts do not know.
        """
        facts = self.facts
        if flaws := unknown(need, facts.policy, facts.groups):
            raise Refused(*(f"{field}: {reason}" for field, reason in flaws))
        question = Question(need, today, dict(deliveries or {}))
        screening = Screening(self._desk, question)
        open_: list[int] = []
        excluded: list[Exclusion] = []
        for at, place in enumerate(self._desk.places):
            if found := screening.reasons(at):
                zone = self._desk.zones[at]
                excluded.append(Exclusion(place=place.id, zone=zone, reasons=found))
            else:
                open_.append(at)
        return Decision(
            workload=need,
            today=today,
            deliveries=question.deliveries,
            policy=facts.policy.id,
            atlas=facts.atlas.id,
            run=facts.run.id,
            candidates=tuple(_candidates(screening, open_)),
            exclusions=tuple(excluded),
        )


@dataclass(frozen=True, slots=True)
class _Bill:
    offer: Offer
    lines: tuple[Line, ...]


def _candidates(screening: Screening, open_: Sequence[int]) -> Iterator[Candidate]:
    bills = [_bill(screening, at) for at in open_]
    standings = [_standing(screening, at, bill) for at, bill in zip(open_, bills, strict=True)]
    field = Field(standings)
    ranking = rank(standings, _weights(screening))
    for number, ranked in enumerate(ranking, 1):
        at, bill = open_[ranked.position], bills[ranked.position]
        yield _candidate(screening, at, bill, (number, ranked, field))


def _weights(screening: Screening) -> Weights:
    asked = screening.question.need.weights
    default = screening.desk.facts.policy.weights
    return default if asked is None else Weights(**asked.model_dump())


def _bill(screening: Screening, at: int) -> _Bill:
    desk = screening.desk
    place, pricing = desk.places[at], screening.pricing
    offer = desk.offer(screening.best[at])
    rest = [
        rate_line(pricing, place.id, charged, quantity)
        for charged, quantity in screening.quantities[desk.zones[at]]
    ]
    need = screening.question.need
    machines = [machine_line(pricing, offer, need)] if need.machines else []
    return _Bill(offer, (*machines, *rest))


def _standing(screening: Screening, at: int, bill: _Bill) -> Standing:
    desk = screening.desk
    place = desk.places[at]
    delivery = screening.question.delivery(place)
    return Standing(
        place=place.id,
        missing=sum(line.nok is None for line in bill.lines),
        price=total(bill.lines),
        latency=place.latency.value,
        carbon=place.carbon.value,
        delivery=delivery.p90.timestamp() if delivery else None,
        distance=desk.facts.policy.zones[desk.zones[at]].distance,
    )


def _candidate(
    screening: Screening, at: int, bill: _Bill, ranked: tuple[int, Ranked, Field]
) -> Candidate:
    number, standing, field = ranked
    place, zone = screening.desk.places[at], screening.desk.zones[at]
    found = _doubts(screening, at, bill.lines)
    return Candidate(
        rank=number,
        place=place,
        zone=zone,
        offer=bill.offer,
        lines=bill.lines,
        monthly_nok=field.standings[standing.position].price,
        grown_nok=grown(bill.lines, screening.question.need.growth_percent),
        score=standing.score,
        pareto=standing.beaten_by is None,
        delivery=screening.question.delivery(place),
        measures=screening.verdicts[zone].measures,
        why=screening.why[zone],
        reasons=field.reasons(standing),
        confidence=doubts.level(found),
        doubts=tuple([text for _, text in found]),
        guaranteed_until=_guaranteed(screening, at, bill.lines),
    )


def _doubts(screening: Screening, at: int, lines: Sequence[Line]) -> tuple[doubts.Doubt, ...]:
    desk, question = screening.desk, screening.question
    need, place = question.need, desk.places[at]
    found = doubts.of_lines(lines)
    found += doubts.of_exchange({line.currency for line in lines}, screening.pricing)
    found += desk.doubts[at] + screening.overdue[desk.zones[at]]
    if need.database or need.private_connection or need.availability == "zones":
        found += doubts.of_services(place)
    if need.needed_by and question.delivery(place) is None:
        found += (doubts.UNKNOWN_DELIVERY,)
    return found


def _guaranteed(screening: Screening, at: int, lines: Sequence[Line]) -> date | None:
    """The last day on which prices, rules and agreement all hold; None when that has passed."""
    desk, place = screening.desk, screening.desk.places[at]
    priced = doubts.last_day(lines, screening.pricing)
    if priced is None:
        return None
    agreement = desk.facts.atlas.providers[place.provider].agreement
    end = agreement.end if agreement is not None else None
    first = min(priced, screening.recheck[desk.zones[at]], end or priced)
    return first if first >= screening.question.today else None
