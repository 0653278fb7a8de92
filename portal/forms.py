"""An offering's parameters as fields of a form, and answers as people read them. No HTML here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

from catalog.form import CLASS, NAME, TAGS, Problem
from catalog.messages import AS_DESCRIBED, PATTERN, PATTERN_HINT
from catalog.offering import Offering, Parameter, Text
from catalog.places import QUESTION, place_in
from catalog.values import blank
from portal.fields import Answer, Field, Option, Widget
from portal.speech import Speech

MOST_FIELDS = 100
MOST_RADIOS = 6
SHORT = 10  # characters: a field that looks as short as its answer
USUAL_WIDTH = 40


async def posted(request: Request) -> dict[str, str]:
    """The form that was sent; the last of fields with one name."""
    return dict(await pairs(request))


async def pairs(request: Request) -> list[tuple[str, str]]:
    """Every field that was sent, in order. The edge has checked the size of it all."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await request.body()
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise HTTPException(400) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A form while it is written: by whom it is read, what was typed, what is wrong."""

    speech: Speech
    typed: Mapping[str, str]
    problems: Mapping[str, Problem]

    def error(self, name: str) -> str:
        problem = self.problems.get(name)
        return _brief(problem, self.speech) if problem else ""

    def listed(self, name: str) -> str:
        problem = self.problems.get(name)
        return problem.said(self.speech.gettext, self.speech.language) if problem else ""


def sections(
    offering: Offering, speech: Speech, typed: Mapping[str, str], problems: Iterable[Problem] = ()
) -> list[tuple[str, list[Field]]]:
    """The fields under their headings, in turn."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    writing = Writing(speech=speech, typed=typed, problems=first)
    here = place_in(offering, typed)
    asked = {"plan": _plan(offering, writing)}
    for name, one in offering.parameters.items():
        asked[name] = replace(_field(name, one, writing), asked=one.asked_at(here))
    if QUESTION in asked:
        asked[QUESTION] = _priced(offering, asked["plan"].value, asked[QUESTION], speech)
    fields = [asked[name] for name in in_turn(offering)]
    return [(title, list(group)) for title, group in groupby(fields, lambda one: one.section)]


def in_turn(offering: Offering) -> list[str]:
    """The names of the fields as they are asked.

    What the data are and how much is needed decide which place is right: the place comes after
    them. Size and place follow the section that says what the data are, or what the thing is.
    """
    names = [name for name in offering.parameters if name != QUESTION]
    said = [name for name in names if name in {CLASS, TAGS}] or [NAME]
    last = names.index(said[-1]) if said[-1] in names else -1
    section = offering.parameters[names[last]].section if names else None
    after = last + 1
    while after < len(names) and offering.parameters[names[after]].section == section:
        after += 1
    place = [QUESTION] if QUESTION in offering.parameters else []
    return [*names[:after], "plan", *place, *names[after:]]


def place_prices(offering: Offering, plan: str, speech: Speech) -> dict[str, str]:
    """What the plan costs at each place; nothing before one is chosen."""
    if plan not in offering.plans:
        return {}
    return {place: speech.monthly(offering.price(plan, place)) for place in offering.places}


def _priced(offering: Offering, plan: str, place: Field, speech: Speech) -> Field:
    prices = place_prices(offering, plan, speech)
    options = (replace(one, price=prices.get(one.value, "")) for one in place.options)
    return replace(place, options=tuple(options))


def _brief(problem: Problem, speech: Speech) -> str:
    """What is wrong without the field's name and hint: both stand right above it."""
    msgid = {PATTERN_HINT: PATTERN}.get(problem.msgid, problem.msgid)
    params = {**problem.params, "label": ""}
    if msgid == AS_DESCRIBED:
        params["hint"] = ""
    said = Problem(field=problem.field, msgid=msgid, params=params)
    text = said.said(speech.gettext, speech.language).removeprefix(":").strip()
    return text[:1].upper() + text[1:]


def answers(
    offering: Offering, speech: Speech, plan: str, values: Mapping[str, object]
) -> list[Answer]:
    """Everything that was answered, and what was left open, in the order of the form."""
    place = place_in(offering, values)
    chosen = offering.plans.get(plan)
    said = chosen.title.get(speech.language) if chosen else plan
    size = Answer(name="plan", label=speech.gettext("Size"), value=said, focus="plan-0")
    return [
        _answer(name, offering.parameters[name], values.get(name), speech)
        if name in offering.parameters
        else size
        for name in in_turn(offering)
        if name not in offering.parameters or offering.parameters[name].asked_at(place)
    ]


def _answer(name: str, parameter: Parameter, given: object, speech: Speech) -> Answer:
    field = _field(name, parameter, Writing(speech=speech, typed={}, problems={}))
    return Answer(
        name=name,
        label=field.label,
        value=_said(parameter, given, speech),
        focus=field.focus,
        warning=field.unanswered if blank(given) else "",
    )


def _plan(offering: Offering, writing: Writing) -> Field:
    speech, language = writing.speech, writing.speech.language
    place = place_in(offering, writing.typed)
    only = next(iter(offering.plans)) if len(offering.plans) == 1 else ""
    chosen = writing.typed.get("plan", only)
    return Field(
        name="plan",
        label=speech.gettext("Size"),
        section=speech.gettext("Size and price"),
        widget="radio",
        value=chosen,
        error=writing.error("plan"),
        listed=writing.listed("plan"),
        options=tuple(
            Option(
                value=name,
                label=plan.title.get(language),
                hint=_text(plan.description, language),
                price=speech.monthly(offering.price(name, place)),
                chosen=name == chosen,
            )
            for name, plan in offering.plans.items()
        ),
    )


def _field(name: str, parameter: Parameter, writing: Writing) -> Field:
    language, typed = writing.speech.language, writing.typed
    usual = "" if parameter.default is None else str(parameter.default)
    value = typed.get(name, usual)
    if parameter.type == "boolean":
        # An empty tick box sends nothing: only a form that was never sent has the default.
        value = typed.get(name, "" if typed else usual)
    return Field(
        name=name,
        label=parameter.title.get(language),
        section=parameter.section.get(language),
        widget=_widget(parameter),
        required=parameter.required or parameter.default is not None,
        hint=_text(parameter.hint, language),
        help=_text(parameter.help, language),
        unanswered=_text(parameter.unanswered, language),
        value=value,
        error=writing.error(name),
        listed=writing.listed(name),
        numeric=parameter.type == "integer",
        only_at=tuple(parameter.only_at),
        size=_size(parameter),
        options=tuple(
            Option(
                value=key,
                label=choice.title.get(language),
                hint=_text(choice.hint, language),
                chosen=key == value.strip(),
            )
            for key, choice in parameter.choices.items()
        ),
    )


def _widget(parameter: Parameter) -> Widget:
    if parameter.type == "choice":
        return "radio" if len(parameter.choices) <= MOST_RADIOS else "select"
    if parameter.type == "boolean":
        return "checkbox"
    return "textarea" if parameter.multiline else "text"


def _size(parameter: Parameter) -> int | None:
    if parameter.type in {"integer", "date"}:
        return SHORT
    longest = parameter.max_length or USUAL_WIDTH
    return longest + 2 if longest <= SHORT else None


def _said(parameter: Parameter, value: object, speech: Speech) -> str:
    if value is None or value == "":
        return speech.gettext("Not answered")
    if isinstance(value, bool):
        return speech.gettext("Yes") if value else speech.gettext("No")
    if isinstance(value, int):
        return speech.number(value)
    if parameter.type == "choice":
        choice = parameter.choices.get(str(value))
        return choice.title.get(speech.language) if choice else str(value)
    if parameter.type == "date":
        return speech.date(date.fromisoformat(str(value)))
    return str(value)


def _text(text: Text | None, language: str) -> str:
    return text.get(language) if text else ""
