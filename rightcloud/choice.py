"""What was chosen of what was recommended. No place that was left out can be chosen, by anybody."""

from __future__ import annotations

from dataclasses import dataclass

from rightcloud.decision import Candidate, Decision
from rightcloud.errors import NotChoosable


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`why` is empty only when the chosen place is the recommended one."""

    recommended: str
    chosen: str
    why: str


def choose(decision: Decision, place: str, why: str = "") -> Choice:
    """The choice of a place; NotChoosable says what stands against it."""
    best = decision.recommended
    if best is None:
        raise NotChoosable("no place may be chosen: every one is left out, see the reasons")
    if candidate_at(decision, place) is None:
        excluded = {exclusion.place: exclusion for exclusion in decision.exclusions}
        if place not in excluded:
            raise NotChoosable(f"no place is called {place:.60}")
        said = " ".join(reason.text.en for reason in excluded[place].reasons)
        raise NotChoosable(f"{place} is left out: {said}")
    if place != best.place.id and not why.strip():
        raise NotChoosable(
            f"{best.place.id} is recommended: say why {place} is chosen in its place"
        )
    return Choice(recommended=best.place.id, chosen=place, why=why.strip())


def candidate_at(decision: Decision, place: str) -> Candidate | None:
    found = (candidate for candidate in decision.candidates if candidate.place.id == place)
    return next(found, None)
