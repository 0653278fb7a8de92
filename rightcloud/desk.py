"""Facts laid out for many decisions: places with their zones, offers on the shelf, law in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from rightcloud import doubts, reasons
from rightcloud.bill import Pricing, quantities
from rightcloud.bundled import Facts
from rightcloud.decision import Delivery, Reason
from rightcloud.doubts import Doubt
from rightcloud.offers import Offer
from rightcloud.places import Place
from rightcloud.policy import Verdict
from rightcloud.rates import Charged
from rightcloud.shelf import Shelf, shelve
from rightcloud.words import Text
from rightcloud.workload import Workload

Deliveries = Mapping[str, Delivery]


@dataclass(frozen=True, eq=False)
class Desk:
    """`zones` runs along `places`; `law` is the reason that each cell of the policy gives.

    `doubts` are those about each place itself, whatever is asked.
    """

    facts: Facts
    places: Sequence[Place]
    zones: Sequence[str]
    shelf: Shelf
    law: Mapping[tuple[str, str], Reason]
    doubts: Sequence[tuple[Doubt, ...]]
    _offers: dict[int, Offer] = field(default_factory=dict, init=False)

    def offer(self, position: int) -> Offer:
        """The offer at a position of the shelf. Few of them are ever the cheapest."""
        if position not in self._offers:
            self._offers[position] = self.facts.run.offers[int(self.shelf.rows[position])]
        return self._offers[position]


def lay_out(facts: Facts, shelf: Shelf | None = None) -> Desk:
    """`shelf` is one made from the same places and prices, if there is one already."""
    policy, atlas = facts.policy, facts.atlas
    places = [atlas.places[id_] for id_ in sorted(atlas.places)]
    owners = {id_: provider.owner for id_, provider in atlas.providers.items()}
    return Desk(
        facts=facts,
        places=places,
        zones=[policy.zone_of(owners[place.provider], place.country) for place in places],
        shelf=shelf
        or shelve(facts.run, [place.id if place.assessed else None for place in places]),
        doubts=[doubts.of_place(place, atlas.providers[place.provider]) for place in places],
        law={key: reasons.from_policy(policy, cell) for key, cell in policy.cells.items()},
    )


@dataclass(frozen=True, eq=False)
class Question:
    """A need on a day. Delivery times by place or by provider; the place's own come first."""

    need: Workload
    today: date
    deliveries: Deliveries = field(default_factory=dict[str, Delivery])

    def delivery(self, place: Place) -> Delivery | None:
        if not self.deliveries:
            return None
        return self.deliveries.get(place.id) or self.deliveries.get(place.provider)


@dataclass(frozen=True, eq=False)
class Screening:
    """Which places are left out and why. Everything the places share is worked out once."""

    desk: Desk
    question: Question

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        policy = self.desk.facts.policy
        return {zone: policy.judge(self.question.need.tags, zone) for zone in policy.zones}

    @cached_property
    def denied(self) -> Mapping[str, tuple[Reason, ...]]:
        """The reasons that the law gives, by zone; none where it allows."""
        return {
            zone: tuple(self.desk.law[cell.tag, cell.zone] for cell in verdict.cells)
            if verdict.denied
            else ()
            for zone, verdict in self.verdicts.items()
        }

    @cached_property
    def barred(self) -> Mapping[str, tuple[Reason, ...]]:
        """The reasons that the agreements give, by provider."""
        need, today = self.question.need, self.question.today
        found = {
            id_: reasons.from_agreement(provider, need.agency, today)
            for id_, provider in self.desk.facts.atlas.providers.items()
        }
        return {id_: (reason,) if reason else () for id_, reason in found.items()}

    @cached_property
    def before(self) -> Mapping[tuple[str, str], tuple[Reason, ...]]:
        """What law and agreement say, by zone and provider, before anybody looks at the place."""
        return {
            (zone, provider): denied + barred
            for zone, denied in self.denied.items()
            for provider, barred in self.barred.items()
        }

    @cached_property
    def unassessed(self) -> Mapping[tuple[str, str], tuple[Reason, ...]]:
        """The same and one reason more, for places that nobody has looked at."""
        return {key: (*found, reasons.NOT_ASSESSED) for key, found in self.before.items()}

    @cached_property
    def pricing(self) -> Pricing:
        facts = self.desk.facts
        return Pricing(facts.run, self.question.today, facts.policy.ages.mark_after)

    @cached_property
    def oldest(self) -> date:
        """Prices last seen before this day are not used."""
        return self.question.today - timedelta(self.desk.facts.policy.ages.refuse_after)

    @cached_property
    def best(self) -> Sequence[int]:
        """The shelf's position of each place's cheapest machine that fits, or -1."""
        return self.desk.shelf.cheapest(self.question.need, self.oldest)

    @cached_property
    def too_small(self) -> Reason:
        return reasons.from_size(self.question.need, self.oldest)

    @cached_property
    def services(self) -> frozenset[str]:
        """What must be offered at the place."""
        need = self.question.need
        wanted = {
            "machine": need.machines > 0,
            "block": need.block_gb > 0,
            "object": need.object_gb > 0,
            "database": need.database is not None,
            "connection": need.private_connection,
        }
        return frozenset(service for service, asked in wanted.items() if asked)

    @cached_property
    def overdue(self) -> Mapping[str, tuple[Doubt, ...]]:
        """Doubts about the policy's cells, by zone."""
        today = self.question.today
        return {
            zone: doubts.of_policy(verdict.cells, today) for zone, verdict in self.verdicts.items()
        }

    @cached_property
    def why(self) -> Mapping[str, tuple[Text, ...]]:
        """What the policy says about these data, by zone."""
        return {
            zone: tuple(self.desk.law[cell.tag, cell.zone].text for cell in verdict.cells)
            for zone, verdict in self.verdicts.items()
        }

    @cached_property
    def recheck(self) -> Mapping[str, date]:
        """When the first of the policy's cells must be checked again, by zone."""
        return {
            zone: min(cell.recheck for cell in verdict.cells)
            for zone, verdict in self.verdicts.items()
        }

    @cached_property
    def wanted(self) -> Mapping[str, frozenset[str]]:
        """The services that must be there, by zone: a measure may ask for a private connection."""
        return {
            zone: self.services | {"connection"} if verdict.private else self.services
            for zone, verdict in self.verdicts.items()
        }

    @cached_property
    def quantities(self) -> Mapping[str, Sequence[tuple[Charged, float]]]:
        """What is charged besides machines, by zone."""
        need = self.question.need
        return {
            zone: list(quantities(need, connected="connection" in services))
            for zone, services in self.wanted.items()
        }

    def reasons(self, at: int) -> tuple[Reason, ...]:
        """Everything that speaks against the place at this position; empty: it may be chosen."""
        place, zone = self.desk.places[at], self.desk.zones[at]
        if place.assessed is None:
            return self.unassessed[zone, place.provider]
        found = self.before[zone, place.provider]
        need, groups = self.question.need, self.desk.facts.groups
        found += tuple(reasons.from_need(need, place, groups, self.wanted[zone]))
        if self.best[at] < 0:
            found += (self.too_small,)
        late = reasons.from_delivery(need.needed_by, self.question.delivery(place))
        return (*found, late) if late else found
