"""A bundle is an offering made of others: what must fit between them, and what it then is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from catalog.complaints import Complaint
from catalog.offering import Offering, Parameter, Part, Place, Plan, Terms, Value
from catalog.places import QUESTION, asking, with_terms
from catalog.reasons import Broken, Path, Reason
from catalog.values import Wrong, typed_ever

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
    """Every rule between the bundle and its parts that is broken, with its reason."""
    known = {}
    for name, part in bundle.items.items():
        if (offering := offerings.get(part.offering)) is None:
            there = ", ".join(sorted(offerings))
            reason = Reason(Complaint.NO_OFFERING, offering=part.offering, known=there)
            yield ("items", name, "offering"), reason
        elif offering.items:
            yield ("items", name, "offering"), Reason(Complaint.IS_BUNDLE)
        else:
            known[name] = offering
            yield from _plans(bundle, name, part, offering)
            yield from _answered(bundle, name, part, offering)
            yield from _wired(bundle, name, part, offering)
    yield from _ordered(bundle)
    yield from _asked_where(bundle, known)
    if len(known) == len(bundle.items) and not _shared(known):
        each = "; ".join(f"{name}: {', '.join(one.places)}" for name, one in known.items())
        yield ("items",), Reason(Complaint.NOWHERE_TOGETHER, each=each)


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
            yield here, Reason(Complaint.PLAN_UNSAID, offering=offering.id, plan=plan)
    for plan, inner in chosen.items():
        if plan not in bundle.plans:
            yield here, Reason(Complaint.NO_PLAN_OURS, plan=plan)
        if inner not in offering.plans:
            there = ", ".join(offering.plans)
            gaps = {"offering": offering.id, "plan": inner, "known": there}
            yield here, Reason(Complaint.NO_PLAN_THEIRS, **gaps)


def _answered(bundle: Offering, name: str, part: Part, offering: Offering) -> Iterator[Broken]:
    """Each question of the part gets one answer, of its own type."""
    here = ("items", name)
    asked = {field: one for field, one in offering.parameters.items() if field != QUESTION}
    for given in ("answers", "says"):
        for field in getattr(part, given):
            if field not in asked:
                reason = Reason(Complaint.NO_QUESTION, offering=offering.id)
                yield (*here, given, field), reason
    for field, source in part.answers.items():
        if source not in bundle.parameters:
            reason = Reason(Complaint.NO_PARAMETER, field=source)
            yield (*here, "answers", field), reason
    for field, one in asked.items():
        path, why = _answer(part, field, one, bundle)
        if why:
            reason = Reason(Complaint.ASKS, offering=offering.id, field=field, why=why)
            yield (*here, *path), reason


def _answer(
    part: Part, field: str, asked: Parameter, bundle: Offering
) -> tuple[Path, Reason | None]:
    """Where and why the answer to one question is none."""
    if field not in part.says:
        return (), _unanswered(asked, bundle.parameters.get(part.answers.get(field, field)))
    if field in part.answers:
        return ("says", field), Reason(Complaint.ANSWERED_ALREADY)
    fits = _fits(asked, part.says[field])
    return ("says", field), None if fits else Reason(Complaint.THIS_NO_ANSWER)


def _fits(asked: Parameter, said: Value) -> bool:
    try:
        typed_ever(asked, said)
    except Wrong:
        return False
    return True


def _unanswered(asked: Parameter, ours: Parameter | None) -> Reason | None:
    """Why `ours` is no answer to `asked`; None when it is, or none is needed."""
    needed = asked.required and asked.default is None
    if ours is None:
        return Reason(Complaint.ASK_TOO) if needed else None
    if ours.type != asked.type:
        return Reason(Complaint.TYPES_DIFFER, wanted=asked.type, type=ours.type)
    if needed and not _asked_wherever(asked, ours):
        return Reason(Complaint.NOT_ASKED_EVERYWHERE)
    return Reason(Complaint.MAY_BE_LEFT_OUT) if needed > _sure(ours) else None


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
                yield here, Reason(Complaint.NO_ITEM, item=source)
            elif source not in part.needs:
                yield here, Reason(Complaint.NOT_NEEDED, item=source)
        if key in decided:
            gaps = {"key": key, "plan": decided[key], "offering": offering.id}
            yield here, Reason(Complaint.WIRED_AND_FIXED, **gaps)
        if key in asked and (asked[key] in part.says or asked[key] in part.answers):
            yield here, Reason(Complaint.MAPPED_TWICE, key=key, field=asked[key])


def _asked_where(bundle: Offering, known: Offerings) -> Iterator[Broken]:
    if len(known) < len(bundle.items):
        return
    places = _shared(known)
    for name, asked in bundle.parameters.items():
        for place in asked.only_at:
            if place not in places:
                reason = Reason(Complaint.PLACE_NOT_OF_BUNDLE, place=place)
                yield ("parameters", name, "only_at"), reason


def _ordered(bundle: Offering) -> Iterator[Broken]:
    graph: dict[str, set[str]] = {}
    for name, part in bundle.items.items():
        graph[name] = set(part.needs)
        for need in sorted(graph[name] - bundle.items.keys()):
            yield ("items", name, "needs"), Reason(Complaint.NO_ITEM, item=need)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        first, *others = reversed(error.args[1])
        way: str | Reason = first
        for item in others:
            way = Reason(Complaint.STEP_OF_TRIP, way=way, item=item)
        yield ("items",), Reason(Complaint.ROUND_TRIP, way=way)
