"""Which cloud? Plain questions, and beside them the places, ranked and explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from portal.asking import SignedIn
from portal.forms import posted
from portal.house import House, InHouse
from portal.person import Person, Role
from portal.rightcloud_delivery import deliveries, sold_at
from portal.rightcloud_form import LATENCY, MATTERS, SIZE, STORED, Asking, asking
from portal.rightcloud_shown import Advice
from portal.rightcloud_view import told
from portal.rightcloud_words import BASES, CAUSES, CONFIDENCE, TONES, said
from portal.speech import N_, Speech, oslo_date
from rightcloud.advisor import Advisor
from rightcloud.bundled import Facts

# Which tags fit, for those who do not know the words. Only those that the policy has are asked.
HELP: Mapping[str, str] = {
    "apen": N_("May anybody see it, and is it published already?"),
    "intern": N_("Is it only for those who work here, without being about anybody?"),
    "person": N_("Can somebody be recognised in it, also by a number or an address?"),
    "person_saerlig": N_("Does it tell of health, belief, ethnicity, politics or sexuality?"),
    "taushetsbelagt": N_("Would it be a breach of duty to tell others?"),
    "fortrolig_adresse": N_("Is there anybody in it whose address is secret?"),
    "arkiv": N_("Is it the only complete copy of something we must keep for good?"),
    "arkiv_kopi": N_("Is it a copy of something that is kept complete in Norway?"),
    "regnskap": N_("Are there vouchers or accounts in it?"),
    "begrenset": N_("Is it marked BEGRENSET?"),
}

router = APIRouter(include_in_schema=False)


@router.get("/cloud")
def cloud(request: Request, house: InHouse, person: SignedIn) -> Response:
    """The form and, when it has been filled in, the answer: all of it stands in the address."""
    form = {name: value for name, value in request.query_params.items() if name != "lang"}
    advisor, speech = house.counsel.advisor(), house.pages.speech(request)
    asked = asking(form, advisor.facts, person.agency, speech)
    return house.pages.page(
        request,
        "rightcloud.html",
        422 if asked.flaws else 200,
        asked=asked,
        tags=_tags(advisor.facts, speech),
        help_lines=_help(advisor.facts, speech),
        groups=[(one.id, said(one.title, speech)) for one in advisor.facts.groups.values()],
        size=SIZE,
        stored=STORED,
        latency=LATENCY,
        matters={key: text for key, (text, _) in MATTERS.items()},
        operator=Role.OPERATOR in person.roles,
        **_panel(house, advisor, asked, speech),
    )


@router.post("/cloud/panel")
def panel(
    request: Request,
    house: InHouse,
    person: SignedIn,
    form: Annotated[dict[str, str], Depends(posted)],
) -> Response:
    """The answer alone, for what is filled in so far; the form asks while it is written."""
    advisor, speech = house.counsel.advisor(), house.pages.speech(request)
    asked = asking(form, advisor.facts, person.agency, speech)
    shown = _panel(house, advisor, asked, speech)
    return house.pages.page(request, "rightcloud_panel.html", asked=asked, **shown)


def _panel(house: House, advisor: Advisor, asked: Asking, speech: Speech) -> dict[str, Any]:
    return {
        "advice": _advice(house, advisor, asked, speech),
        "confidence": CONFIDENCE,
        "confidence_tones": TONES,
        "causes": CAUSES,
        "bases": BASES,
        "sold_at": lambda place: sold_at(house.catalog, place),
    }


def _advice(house: House, advisor: Advisor, asked: Asking, speech: Speech) -> Advice | None:
    if asked.need is None:
        return None
    now = house.now()
    times = deliveries(house.catalog.values(), now, house.calendar)
    return told(advisor, advisor.decide(asked.need, oslo_date(now), times), speech)


def _tags(facts: Facts, speech: Speech) -> list[tuple[str, str, str]]:
    return [
        (tag.id, said(tag.title, speech), said(tag.examples, speech))
        for tag in facts.policy.tags.values()
    ]


def _help(facts: Facts, speech: Speech) -> list[tuple[str, str]]:
    """Questions, and what to tick when the answer is yes."""
    return [
        (speech.gettext(text), said(facts.policy.tags[tag].title, speech))
        for tag, text in HELP.items()
        if tag in facts.policy.tags
    ]


def may_change(person: Person) -> None:
    """Raise Missing unless they operate the product."""
    person.needs(Role.OPERATOR)
