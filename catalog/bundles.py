"""A bundle is an offering made of others: what must fit between them, and what it then is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from catalog.offering import Offering, Parameter, Part, Place, Plan, Terms, Value
from catalog.places import QUESTION, asking, with_terms
from catalog.source import Path
from catalog.values import Wrong, typed_ever

Broken = tuple[Path, str]
Offerings = Mapping[str, Offering]


def settled(bundle: Offering, offerings: Offerings) -> Offering:
    """`bundle` with its parts, and with the places and prices that follow from them.

    Only for a bundle of which nothing is `broken`.
    """
    parts = {name: offerings[part.offering] for name, part in bundle.items.items()}
    places = _shared(parts)
    plans = {
        name: _priced(bundle, name, plan, places, parts) for name, plan in bundle.plans.items()
    }
    whole = asking(bundle.model_copy(update={"places": places, "plans": plans}))
    whole._parts = parts  # noqa: SLF001 - the one place that makes a bundle whole
    return whole


def broken(bundle: Offering, offerings: Offerings) -> Iterator[Broken]:
    """Every rule between the bundle and its parts that is broken, as (path, reason)."""
    known = {}
    for name, part in bundle.items.items():
        if (offering := offerings.get(part.offering)) is None:
            there = ", ".join(sorted(offerings))
            reason = f"no offering {part.offering!r} that is sound; there are: {there}"
            yield ("items", name, "offering"), reason
        elif offering.items:
            yield ("items", name, "offering"), "is a bundle itself: name what it is made of"
        else:
            known[name] = offering
            yield from _plans(bundle, name, part, offering)
            yield from _answered(bundle, name, part, offering)
            yield from _wired(bundle, name, part, offering)
    yield from _ordered(bundle)
    yield from _asked_where(bundle, known)
    if len(known) == len(bundle.items) and not _shared(known):
        each = "; ".join(f"{name} at {', '.join(one.places)}" for name, one in known.items())
        yield ("items",), f"are nowhere delivered together: {each}"


def _shared(parts: Offerings) -> Mapping[str, Place]:
    """The places of the first part where the others are delivered too."""
    first, *others = parts.values()
    return {
        name: place
        for name, place in first.places.items()
        if all(name in other.places for other in others)
    }


def _priced(
    bundle: Offering, name: str, plan: Plan, places: Mapping[str, Place], parts: Offerings
) -> Plan:
    def price(place: str) -> int:
        return sum(
            parts[item].price(part.plan_for(name), place) for item, part in bundle.items.items()
        )

    return with_terms(plan, {place: Terms(monthly_price=price(place)) for place in places})


def _plans(bundle: Offering, name: str, part: Part, offering: Offering) -> Iterator[Broken]:
    here = ("items", name, "plan")
    chosen = part.plan if isinstance(part.plan, Mapping) else dict.fromkeys(bundle.plans, part.plan)
    for plan in bundle.plans:
        if plan not in chosen:
            yield here, f"does not say which plan of `{offering.id}` belongs to plan `{plan}`"
    for plan, inner in chosen.items():
        if plan not in bundle.plans:
            yield here, f"{plan!r} is no plan of this bundle"
        if inner not in offering.plans:
            there = ", ".join(offering.plans)
            yield here, f"`{offering.id}` has no plan {inner!r}; it has: {there}"


def _answered(bundle: Offering, name: str, part: Part, offering: Offering) -> Iterator[Broken]:
    """Each question of the part gets one answer, of its own type."""
    here = ("items", name)
    asked = {field: one for field, one in offering.parameters.items() if field != QUESTION}
    for given in ("answers", "says"):
        for field in getattr(part, given):
            if field not in asked:
                yield (*here, given, field), f"`{offering.id}` asks no such question"
    for field, source in part.answers.items():
        if source not in bundle.parameters:
            yield (*here, "answers", field), f"{source!r} is no parameter of this bundle"
    for field, one in asked.items():
        path, why = _answer(part, field, one, bundle)
        if why:
            yield (*here, *path), f"`{offering.id}` asks `{field}`: {why}"


def _answer(part: Part, field: str, asked: Parameter, bundle: Offering) -> tuple[Path, str]:
    """Where and why the answer to one question is none."""
    if field not in part.says:
        return (), _unanswered(asked, bundle.parameters.get(part.answers.get(field, field)))
    if field in part.answers:
        return ("says", field), "it is answered in `answers` already"
    return ("says", field), "" if _fits(asked, part.says[field]) else "this is no answer"


def _fits(asked: Parameter, said: Value) -> bool:
    try:
        typed_ever(asked, said)
    except Wrong:
        return False
    return True


def _unanswered(asked: Parameter, ours: Parameter | None) -> str:
    """Why `ours` is no answer to `asked`; empty when it is, or none is needed."""
    needed = asked.required and asked.default is None
    if ours is None:
        return "ask it too, or answer it in `says`" if needed else ""
    if ours.type != asked.type:
        return f"it wants {asked.type}, the bundle's is {ours.type}"
    if needed and not _asked_wherever(asked, ours):
        return "here it is not asked at all places where it is asked there"
    return "there it must be answered, here it may be left out" if needed > _sure(ours) else ""


def _asked_wherever(asked: Parameter, ours: Parameter) -> bool:
    """Whether `ours` is asked at every place where `asked` is."""
    if not ours.only_at:
        return True
    return bool(asked.only_at) and set(asked.only_at) <= set(ours.only_at)


def _sure(ours: Parameter) -> bool:
    return ours.required or ours.default is not None


def _wired(bundle: Offering, name: str, part: Part, offering: Offering) -> Iterator[Broken]:
    decided = {
        key: plan
        for plan, one in offering.plans.items()
        for terms in one.places.values()
        for key in terms.fixed
    }
    asked = {one.maps_to: field for field, one in offering.parameters.items() if one.maps_to}
    for key, wire in part.wires.items():
        here = ("items", name, "wires", key)
        for output in (wire,) if isinstance(wire, str) else wire.values():
            source = output.partition(".")[0]
            if source not in bundle.items:
                yield here, f"{source!r} is no item of this bundle"
            elif source not in part.needs:
                yield here, f"comes from `{source}`: name it in `needs`, so that it is there"
        if key in decided:
            yield here, f"{key!r} is fixed by plan `{decided[key]}` of `{offering.id}`"
        if key in asked and (asked[key] in part.says or asked[key] in part.answers):
            yield here, f"{key!r} gets the answer of `{asked[key]}` already"


def _asked_where(bundle: Offering, known: Offerings) -> Iterator[Broken]:
    if len(known) < len(bundle.items):
        return
    places = _shared(known)
    for name, asked in bundle.parameters.items():
        for place in asked.only_at:
            if place not in places:
                yield ("parameters", name, "only_at"), f"{place!r} is no place of this bundle"


def _ordered(bundle: Offering) -> Iterator[Broken]:
    graph: dict[str, set[str]] = {}
    for name, part in bundle.items.items():
        graph[name] = set(part.needs)
        for need in sorted(graph[name] - bundle.items.keys()):
            yield ("items", name, "needs"), f"{need!r} is no item of this bundle"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        round_trip = " needs ".join(reversed(error.args[1]))
        yield ("items",), f"wait for each other for ever: {round_trip}"
