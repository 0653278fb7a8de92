"""RightCloud in an order: which of an offering's places these data may be at, and which is best.

The one gate for the form and the API: what it refuses cannot be ordered by any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.form import CLASS, TAGS
from catalog.offering import Offering
from portal.house import House
from portal.rightcloud_delivery import deliveries
from portal.speech import oslo_date
from rightcloud.bundled import Facts
from rightcloud.choice import Choice, choose, recommended
from rightcloud.decision import Decision, Reason
from rightcloud.decision_json import record
from rightcloud.offers import Offer
from rightcloud.workload import Database, Workload

SIZE, DISK = "size", "disk_gb"  # what plans call the machine and its disk
USUAL = "the offering's usual place: nobody asked for another"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What RightCloud says of the places of one offering, for one set of answers."""

    decision: Decision
    places: Sequence[str]

    @property
    def best(self) -> str:
        """The recommended place; empty when none may be used."""
        found = recommended(self.decision, self.places)
        return found.place.id if found else ""

    @property
    def left_out(self) -> Mapping[str, tuple[Reason, ...]]:
        """Why, for each of the offering's places that may not be used."""
        return {
            one.place: one.reasons for one in self.decision.exclusions if one.place in self.places
        }

    def chosen(self, place: str, why: str) -> Choice:
        """Raises NotChoosable for a place that is left out, or another without a reason."""
        return choose(self.decision, place, why, self.places)

    def written(self, choice: Choice) -> dict[str, Any]:
        """What the order carries, enough to replay it."""
        return {
            "recommended": choice.recommended,
            "chosen": choice.chosen,
            "why": choice.why,
            "record": record(self.decision),
        }


def advise_for(
    house: House, offering: Offering, plan: str, answers: Mapping[str, object], agency: str
) -> Advised | None:
    """The advice for these answers.

    None when they say nothing of the data, or RightCloud knows none of the places.
    """
    advisor = house.counsel.advisor()
    facts = advisor.facts
    tags = tags_of(facts, answers)
    places = [place for place in offering.places if place in facts.atlas.places]
    if not tags or not places or plan not in offering.plans:
        return None
    now = house.now()
    need = _workload(facts, offering, plan, answers)
    need = need.model_copy(update={"tags": tags, "agency": agency[:100]})
    times = deliveries([offering], now, house.calendar)
    return Advised(decision=advisor.decide(need, oslo_date(now), times), places=places)


def tags_of(facts: Facts, answers: Mapping[str, object]) -> tuple[str, ...]:
    """The tags that the answers name, else those that their class stands for."""
    said = answers.get(TAGS)
    named = {one.strip() for one in said.split(",")} if isinstance(said, str) else set[str]()
    stands = facts.policy.classifications.get(str(answers.get(CLASS)), ())
    wanted = named | set(stands)
    return tuple(tag for tag in facts.policy.tags if tag in wanted)


def _workload(
    facts: Facts, offering: Offering, plan: str, answers: Mapping[str, object]
) -> Workload:
    """The plan as a need: the least of its machines over the places, so that each place fits."""
    machines = list(_machines(facts, offering, plan))
    disk = _number(answers.get(DISK)) or _disk(offering, plan)
    vcpus = min((one.vcpus for one in machines), default=0.1)
    size = {
        "vcpus": vcpus,
        "memory_gib": min((one.memory for one in machines), default=0.0),
        "architecture": "any",
        "burstable": True,
        "tags": ("",),
    }
    if offering.kind == "virtual-machine":
        return Workload.model_validate({**size, "block_gb": disk})
    if offering.kind == "database":
        database = Database(vcpus=max(vcpus, 1.0), storage_gb=disk)
        return Workload.model_validate({**size, "machines": 0, "database": database})
    stored = 1.0 if offering.kind == "object-storage" else 0.0
    return Workload.model_validate({**size, "machines": 0, "object_gb": stored})


def _machines(facts: Facts, offering: Offering, plan: str) -> Iterator[Offer]:
    """What a plan's machine is at each place, where a price list knows it."""
    offers = facts.run.offers
    for place in offering.places:
        name = offering.terms(plan, place).fixed.get(SIZE)
        if name in offers.sku.words and place in offers.places.words:
            here = offers.places.codes == offers.places.words.index(place)
            here = here & (offers.sku.codes == offers.sku.words.index(str(name)))
            yield from (offers[int(row)] for row in here.nonzero()[0])


def _disk(offering: Offering, plan: str) -> float:
    sizes = [offering.terms(plan, place).fixed.get(DISK) for place in offering.places]
    return min((number for one in sizes if (number := _number(one))), default=0.0)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0.0
    try:
        return min(max(float(value), 0.0), 1e9)
    except ValueError:
        return 0.0
