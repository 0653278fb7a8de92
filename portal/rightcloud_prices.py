"""The prices in force: where they come from, what waits for an operator, rate cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, File, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from portal.asking import SignedIn
from portal.forms import posted
from portal.house import House, InHouse
from portal.person import Person, Role
from portal.rightcloud_access import Operating, hand
from portal.rightcloud_runs import effect, feeds, history, rates, source_title
from portal.rightcloud_words import no_file, place_title, told
from portal.speech import oslo_date
from rightcloud.card_office import drop_card, take_card, upload_card, waiting_card
from rightcloud.counsel import Counsel
from rightcloud.errors import Refused
from rightcloud.journal import Hand
from rightcloud.prices_office import drop_quarantine, release_quarantine

HOME = "/cloud/prices"
MOST_FILE = 200_000  # bytes; the edge lets no more through
LONGEST_NAME = 100

router = APIRouter(include_in_schema=False)
Typed = Annotated[dict[str, str], Depends(posted)]
Deed = Callable[[Counsel, str, Hand], None]

QUARANTINE: Mapping[str, Deed] = {"release": release_quarantine, "drop": drop_quarantine}
CARDS: Mapping[str, Deed] = {"take": take_card, "drop": drop_card}


@router.get(HOME)
def runs(request: Request, house: InHouse, person: SignedIn) -> Response:
    return _runs(request, house, person)


@router.post(HOME + "/card")
def upload(
    request: Request,
    house: InHouse,
    person: Operating,
    card: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A rate card: read whole or refused whole; it waits until its effect has been looked at."""
    if card is None or not card.filename:
        return _runs(request, house, person, no_file(house, request))
    name = "".join(one for one in card.filename or "" if one.isprintable())[:LONGEST_NAME]
    try:
        content = card.file.read(MOST_FILE + 1)
        found = upload_card(house.counsel, content, name or "card.csv", hand(house, person))
    except Refused as error:
        return _runs(request, house, person, error.problems)
    return RedirectResponse(f"{HOME}/card/{found}", 303)


@router.get(HOME + "/card/{card}")
def look(request: Request, house: InHouse, person: Operating, card: str) -> Response:
    """What the card would change."""
    return _card(request, house, person, card)


@router.post(HOME + "/card/{card}")
def decide(request: Request, house: InHouse, person: Operating, card: str, form: Typed) -> Response:
    deed = CARDS.get(form.get("_step", ""))
    return _done(request, house, person, (deed, card, form))


@router.post(HOME + "/quarantine/{source}")
def judge(
    request: Request, house: InHouse, person: Operating, source: str, form: Typed
) -> Response:
    deed = QUARANTINE.get(form.get("_step", ""))
    return _done(request, house, person, (deed, source, form))


def _done(
    request: Request,
    house: House,
    person: Person,
    asked: tuple[Deed | None, str, Mapping[str, str]],
) -> Response:
    deed, what, form = asked
    if deed is None:
        raise HTTPException(400)
    try:
        deed(house.counsel, what, hand(house, person, form.get("why", "")))
    except Refused as error:
        return _runs(request, house, person, error.problems, {f"why-{what}": form.get("why", "")})
    return RedirectResponse(HOME, 303)


def _runs(
    request: Request,
    house: House,
    person: Person,
    problems: Sequence[str] = (),
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    speech, facts = house.pages.speech(request), house.counsel.facts()
    standing = house.counsel.standing()
    return house.pages.page(
        request,
        "rightcloud_prices.html",
        422 if problems else 200,
        problems=told(problems, speech),
        typed=typed,
        run=facts.run.id,
        since=standing.prices.hand.at if standing.prices else None,
        feeds=feeds(facts, standing.last, oslo_date(house.now()), speech),
        rates=rates(facts, speech),
        quarantine=[
            (one, source_title(one.source, speech)) for one in standing.quarantine.values()
        ],
        cards=list(standing.cards.values()),
        history=history(house.counsel.entries(), speech),
        operator=Role.OPERATOR in person.roles,
    )


def _card(request: Request, house: House, person: Person, card: str) -> Response:
    speech, advisor = house.pages.speech(request), house.counsel.advisor()
    try:
        read = waiting_card(house.counsel, card)
    except Refused as error:
        return _runs(request, house, person, error.problems)
    return house.pages.page(
        request,
        "rightcloud_card.html",
        card=house.counsel.standing().cards[card],
        places=[place_title(advisor.facts, place, speech) for place in sorted(read.places)],
        machines=len(read.offers),
        others=len(read.rates),
        effects=effect(advisor, read, oslo_date(house.now()), speech),
    )
