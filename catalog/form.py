"""Offering and answers in; checked answers out, or everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from catalog import messages as m
from catalog.fields import from_form
from catalog.messages import Problem
from catalog.offering import Offering, Parameter, Part, Value
from catalog.places import QUESTION, place_in
from catalog.values import Wrong, blank, typed
from orders.model import Values

__all__ = ["Checked", "Problem", "check", "from_form"]

NEEDED_BY = "needed_by"  # the parameter that says when the customer wants it (see rules.py)
NAME = "name"  # the parameter that names what is delivered (likewise)
CLASS = "classification"  # the parameter that says how bad a leak would be
TAGS = "data_tags"  # the parameter, tags with commas between, of offerings that ask for more


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Answers that can be ordered.

    place       id of the place it is delivered at
    values      every answer by parameter id, JSON-ready; a date is its ISO text
    parameters  what the provider is asked for: the plan's own and the mapped answers
    requested   when the customer wants it, if they said so
    parts       the same for each item of a bundle; empty otherwise
    """

    plan: str
    place: str
    values: Values
    parameters: Values
    requested: date | None
    parts: Mapping[str, Checked] = field(default_factory=dict[str, "Checked"])


def check(
    offering: Offering, plan: object, answers: Mapping[str, object], *, today: date
) -> Checked | list[Problem]:
    """The answers, typed and trimmed; or every problem, in the order of the file.

    `plan` may be None where there is only one, and the answer `place` may be left out: then it is
    the usual one. Never raises, whatever JSON is given.
    """
    problems: list[Problem] = []
    chosen = _plan(offering, plan, problems)
    values = _values(offering, answers, today, problems)
    problems.extend(
        Problem(field=name, msgid=m.UNKNOWN_FIELD, params={"field": name[:80]})
        for name in answers
        if name not in offering.parameters
    )
    if chosen is None or problems:
        return problems
    place = place_in(offering, values)
    requested = values.get(NEEDED_BY)
    checked = Checked(
        plan=chosen,
        place=place,
        values=values,
        parameters=_provider_parameters(offering, chosen, place, values),
        requested=date.fromisoformat(requested) if isinstance(requested, str) else None,
    )
    return _with_parts(offering, checked, today)


def _plan(offering: Offering, plan: object, problems: list[Problem]) -> str | None:
    if blank(plan):
        if len(offering.plans) == 1:
            return next(iter(offering.plans))
        problems.append(Problem(field="plan", msgid=m.NO_PLAN))
        return None
    if isinstance(plan, str) and plan in offering.plans:
        return plan
    choices = ", ".join(offering.plans)
    problems.append(Problem(field="plan", msgid=m.UNKNOWN_PLAN, params={"choices": choices}))
    return None


def _values(
    offering: Offering, answers: Mapping[str, object], today: date, problems: list[Problem]
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    place = place_in(offering, answers)
    for name, parameter in offering.parameters.items():
        try:
            value = _value(parameter, answers.get(name), today, place)
        except Wrong as wrong:
            params = {"label": parameter.title, **wrong.params}
            problems.append(Problem(field=name, msgid=wrong.msgid, params=params))
        else:
            if value is not None:
                values[name] = value
    return values


def _value(parameter: Parameter, given: object, today: date, place: str) -> Value | None:
    if not parameter.asked_at(place):
        if blank(given):
            return None
        raise Wrong(m.NOT_ASKED, places=", ".join(parameter.only_at))
    given = parameter.default if blank(given) else given
    if given is not None:
        return typed(parameter, given, today)
    if parameter.required:
        raise Wrong(m.NOT_CHOSEN if parameter.type == "choice" else m.MISSING)
    return None


def _provider_parameters(
    offering: Offering, plan: str, place: str, values: Mapping[str, Value]
) -> dict[str, object]:
    mapped = {
        parameter.maps_to: values[name]
        for name, parameter in offering.parameters.items()
        if parameter.maps_to and name in values
    }
    return {**offering.terms(plan, place).fixed, **mapped}


def _with_parts(bundle: Offering, checked: Checked, today: date) -> Checked | list[Problem]:
    """The bundle's answers carried to its items, or what these say of them, on its own fields."""
    parts: dict[str, Checked] = {}
    problems: list[Problem] = []
    for item, offering in bundle.parts.items():
        part = bundle.items[item]
        given = _carried(part, offering, checked)
        found = check(offering, part.plan_for(checked.plan), given, today=today)
        if isinstance(found, list):
            problems += [_ours(bundle, part, one) for one in found]
        else:
            parts[item] = found
    if problems:
        return list({(one.field, one.msgid): one for one in problems}.values())
    return replace(checked, parts=parts)


def _carried(part: Part, offering: Offering, checked: Checked) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, asked in offering.parameters.items():
        source = part.answers.get(name, name)
        if name in part.says and asked.asked_at(checked.place):
            given[name] = part.says[name]
        elif source in checked.values and asked.asked_at(checked.place):
            given[name] = checked.values[source]
    given[NAME] = f"{given[NAME]}{part.name_ends}"
    if QUESTION in offering.parameters:
        given[QUESTION] = checked.place
    return given


def _ours(bundle: Offering, part: Part, problem: Problem) -> Problem:
    """What is wrong with an item's answer, as something wrong with the bundle's."""
    source = part.answers.get(problem.field, problem.field)
    params = dict(problem.params)
    if source in bundle.parameters:
        params["label"] = bundle.parameters[source].title
    return replace(problem, field=source, params=params)
