"""How it went: the answer by a link from an e-mail, and what all the answers say."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ledger import OrderRow
from ledger.voices import Opinion
from orders import access, service
from orders.entry import Stamp
from orders.errors import OrderError
from orders.events import SurveyFollowedUp
from orders.model import ENDS
from portal.acting import LONGEST, MISSING, TOO_LONG
from portal.acts import Act
from portal.asking import SignedIn, visitor
from portal.following import LONGEST_NUMBER
from portal.forms import posted
from portal.house import House, InHouse
from portal.permits import require
from portal.person import Person
from portal.survey_links import fits
from portal.survey_results import results

BACK = timedelta(days=365)
MOST = 100  # words of people on one page

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(posted)]


@router.get("/surveys")
def surveys(request: Request, house: InHouse, person: SignedIn) -> Response:
    """The answers of a year, and what was done about them."""
    require(person, access.Act.SEE_SURVEYS)
    voices, since = house.ledger.voices, house.now() - BACK
    opinions = voices.opinions(since)
    may = access.may(person.roles, access.Act.FOLLOW_UP, own=True) is access.Answer.YES
    return house.pages.page(
        request,
        "surveys.html",
        results=results(house.calendar, opinions),
        waiting=voices.opinions(since, unhappy=True) if may else [],
        said=[one for one in reversed(opinions) if one.done or _reads(person, one)][:MOST],
        reads=lambda one: _reads(person, one),
        offerings=house.catalog,
    )


def _reads(person: Person, opinion: Opinion) -> bool:
    """What was said is for those who may read the order; what was done about it, for all."""
    return bool(opinion.text) and person.scope in {None, opinion.agency}


@router.get("/survey/{number}/{token}", dependencies=[Depends(visitor)])
def ask(request: Request, number: str, token: str, house: InHouse) -> Response:
    return _page(request, house, _answerable(house, number, token))


@router.post("/survey/{number}/{token}")
def answer(request: Request, number: str, token: str, house: InHouse, form: Form) -> Response:
    """Once; whoever sends it again sees what was answered."""
    row = _answerable(house, number, token)
    score, text = form.get("score", ""), form.get("text", "").strip()
    wrong = "" if score in set("12345") else MISSING[Act.SURVEY]
    wrong = TOO_LONG if len(text) > LONGEST else wrong
    if wrong and row.survey is None:
        return _page(request, house, row, wrong, score, text)
    if row.survey is None:
        stamp = Stamp(by=row.placed_by, at=house.now())
        with suppress(OrderError):  # somebody was quicker: the page shows what they said
            service.answer_survey(house.ledger, row.id, stamp, int(score), text)
    return RedirectResponse(f"/survey/{number}/{token}", 303)


def _answerable(house: House, number: str, token: str) -> OrderRow:
    known = number.isascii() and number.isalnum() and len(number) <= LONGEST_NUMBER
    row = house.ledger.order_row(number) if known else None
    if row is None or row.state not in ENDS or not fits(house.settings, row, token):
        raise HTTPException(404)
    return row


def _page(  # noqa: PLR0913, PLR0917 - what the page shows again when something is wrong
    request: Request,
    house: House,
    row: OrderRow,
    wrong: str = "",
    score: str = "",
    text: str = "",
) -> Response:
    done = [one for one in house.ledger.history(row.id) if isinstance(one, SurveyFollowedUp)]
    return house.pages.page(
        request,
        "survey.html",
        422 if wrong else 200,
        row=row,
        wrong=wrong,
        score=score,
        text=text,
        done=done[-1].text if done else "",
    )
