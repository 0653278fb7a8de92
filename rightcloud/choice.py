"""What was chosen of what was recommended. No place that was left out can be chosen, by anybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rightcloud.decision import Candidate, Decision
from rightcloud.errors import NotChoosable


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`why` is empty only when the chosen place is the recommended one."""

    recommended: str
    chosen: str
    why: str


def choose(
    decision: Decision, place: str, why: str = "", among: Collection[str] | None = None
) -> Choice:
    """The choice of a place; NotChoosable says what stands against it.

    `among` are the places that can be delivered at: what is recommended is the first of those.
    """
    best = recommended(decision, among)
    if candidate_at(decision, place) is None:
        excluded = {exclusion.place: exclusion for exclusion in decision.exclusions}
        if place not in excluded:
            raise NotChoosable(f"no place is called {place:.60}")
        said = " ".join(reason.text.en for reason in excluded[place].reasons)
        raise NotChoosable(f"{place} is left out: {said}")
    if best is None or (among is not None and place not in among):
        raise NotChoosable(f"{place} may be used, but is not delivered at")
    if place != best.place.id and not why.strip():
        raise NotChoosable(
            f"{best.place.id} is recommended: say why {place} is chosen in its place"
        )
    return Choice(recommended=best.place.id, chosen=place, why=why.strip())


def recommended(decision: Decision, among: Collection[str] | None = None) -> Candidate | None:
    """The first candidate, of those places if some are given."""
    found = (one for one in decision.candidates if among is None or one.place.id in among)
    return next(found, None)


def candidate_at(decision: Decision, place: str) -> Candidate | None:
    found = (candidate for candidate in decision.candidates if candidate.place.id == place)
    return next(found, None)
