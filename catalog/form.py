"""Offering and answers in; an order item out, or everything that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog import messages as m
from catalog.messages import Problem
from catalog.offering import Offering, Parameter, ParameterType, Plan, Value
from catalog.values import Wrong, blank, typed
from orders.model import Action, OrderItem, Target, Values

__all__ = ["Checked", "Problem", "check", "from_form", "item"]

NEEDED_BY = "needed_by"  # the parameter that says when the customer wants it (see rules.py)

_FORM_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_FORM_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_YES = frozenset({"on", "true", "1", "yes"})
_NO = frozenset({"off", "false", "0", "no"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Answers that can be ordered.

    values      every answer by parameter id, JSON-ready; a date is its ISO text
    parameters  what the provider is asked for: the plan's own and the mapped answers
    requested   when the customer wants it, if they said so
    """

    plan: str
    values: Values
    parameters: Values
    requested: date | None


def check(
    offering: Offering, plan: object, answers: Mapping[str, object], *, today: date
) -> Checked | list[Problem]:
    """The answers, typed and trimmed; or every problem, in the order of the form.

    `plan` may be None where there is only one. Never raises, whatever JSON is given.
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
    requested = values.get(NEEDED_BY)
    return Checked(
        plan=chosen,
        values=values,
        parameters=_provider_parameters(offering, offering.plans[chosen], values),
        requested=date.fromisoformat(requested) if isinstance(requested, str) else None,
    )


def from_form(offering: Offering, form: Mapping[str, str]) -> dict[str, object]:
    """The answers in a web form's fields, for `check`.

    What can be read as the parameter's type is; what cannot stays as it was typed, so that
    `check` says what is wrong and the form shows it again. A boolean that is not there is false
    (an empty tick box sends nothing). `plan` and names that begin with `_` are the form's own.
    """
    answers: dict[str, object] = {}
    for name, parameter in offering.parameters.items():
        if parameter.type == "boolean":
            answers[name] = _ticked(form.get(name, "off"))
        elif name in form:
            answers[name] = _read(parameter.type, form[name])
    ours = {"plan", *offering.parameters}
    return answers | {
        name: text for name, text in form.items() if name not in ours and not name.startswith("_")
    }


def item(
    offering: Offering,
    checked: Checked,
    *,
    id: str,  # noqa: A002 - the word of OrderItem
    instance: str,
    name: str,
) -> OrderItem:
    """The item that provisions a new service instance; who orders gives it its ids and name."""
    return OrderItem(
        id=id,
        action=Action.PROVISION,
        instance=instance,
        name=name,
        offering=offering.id,
        plan=checked.plan,
        kind=offering.kind,
        target=Target(provider=offering.provider, account=offering.account, region=offering.region),
        answers=checked.values,
        parameters=checked.parameters,
    )


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
    for name, parameter in offering.parameters.items():
        try:
            value = _value(parameter, answers.get(name), today)
        except Wrong as wrong:
            params = {"label": parameter.title, **wrong.params}
            problems.append(Problem(field=name, msgid=wrong.msgid, params=params))
        else:
            if value is not None:
                values[name] = value
    return values


def _value(parameter: Parameter, given: object, today: date) -> Value | None:
    given = parameter.default if blank(given) else given
    if given is not None:
        return typed(parameter, given, today)
    if parameter.required:
        raise Wrong(m.NOT_CHOSEN if parameter.type == "choice" else m.MISSING)
    return None


def _provider_parameters(
    offering: Offering, plan: Plan, values: Mapping[str, Value]
) -> dict[str, object]:
    mapped = {
        parameter.maps_to: values[name]
        for name, parameter in offering.parameters.items()
        if parameter.maps_to and name in values
    }
    return {**plan.fixed, **mapped}


def _ticked(text: str) -> object:
    word = text.strip().lower()
    if word in _YES:
        return True
    return False if word in _NO or not word else text


def _read(kind: ParameterType, text: str) -> object:
    if kind == "integer":
        digits = "".join(text.split())  # people write 10 000, with all sorts of spaces
        return int(digits) if _FORM_NUMBER.fullmatch(digits) else text
    if kind == "date" and (match := _FORM_DATE.fullmatch(text.strip())):
        day, month, year = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}" if _exists(year, month, day) else text
    return text


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
