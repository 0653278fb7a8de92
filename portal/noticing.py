"""Operations status: what is down now, what is planned, what has been. Written by operators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ledger.notices import Notice, Sort
from orders import access
from orders.model import ENDS, OrderItem
from portal.asking import SignedIn, Visitor
from portal.dates import read_moment
from portal.forms import posted
from portal.house import House, InHouse
from portal.permits import require
from portal.person import Person
from portal.rightcloud_words import SOURCES
from portal.speech import N_, Speech

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
FIELDS = ("title_nb", "title_en", "text_nb", "text_en")
SORTS = {
    Sort.OUTAGE: N_("Something is down"),
    Sort.MAINTENANCE: N_("Planned work"),
    Sort.NEWS: N_("News"),
}
NO_TITLE = N_("Write a title and a text in both languages.")
NO_TIME = N_("Write the times like 24.12.2026 14.30, the end after the start.")

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(posted)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice in the reader's language. `now`: it goes on just now."""

    id: str
    sort: Sort
    word: str
    title: str
    text: str
    starts_at: datetime
    ends_at: datetime | None


def shown(speech: Speech, notices: Iterable[Notice]) -> list[Shown]:
    norwegian = speech.language == "nb"
    return [
        Shown(
            id=one.id,
            sort=one.sort,
            word=speech.gettext(SORTS[one.sort]),
            title=one.title_nb if norwegian else one.title_en,
            text=one.text_nb if norwegian else one.text_en,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
        )
        for one in notices
    ]


def current(house: House, speech: Speech) -> list[Shown]:
    return shown(speech, house.ledger.notices.current(house.now()))


def affecting(house: House, speech: Speech, items: Iterable[OrderItem]) -> list[Shown]:
    """What goes on now that open items of an order may be touched by."""
    targets = {
        (one.target.provider, one.target.region, one.offering)
        for one in items
        if one.state not in ENDS
    }
    if not targets:
        return []
    found = house.ledger.notices.current(house.now())
    troubles = [one for one in found if one.sort is not Sort.NEWS]
    return shown(speech, [one for one in troubles if any(one.affects(*it) for it in targets)])


@router.get("/status")
def status(request: Request, house: InHouse, person: Visitor) -> Response:
    """Open to everyone: also to those whom the sign-in does not let in."""
    return _page(request, house, person, {})


@router.post("/status")
def tell(request: Request, house: InHouse, person: SignedIn, form: Form) -> Response:
    """A new notice."""
    require(person, access.Act.SET_NOTICE)
    starts_at = read_moment(form.get("starts_at", "")) if form.get("starts_at") else house.now()
    ends_at = read_moment(form.get("ends_at", ""))
    wrong = "" if _worded(form) else NO_TITLE
    if starts_at is None or (form.get("ends_at") and (ends_at is None or ends_at <= starts_at)):
        wrong = wrong or NO_TIME
    if wrong or starts_at is None:
        return _page(request, house, person, form, wrong)
    house.ledger.notices.save(
        Notice(
            id=uuid4().hex,
            sort=_sort(form.get("sort", "")),
            **{name: form[name].strip() for name in FIELDS},
            starts_at=starts_at,
            ends_at=ends_at,
            by=person.subject,
            changed_at=house.now(),
            provider=_known(form.get("provider", ""), _providers(house)),
            offering=_known(form.get("offering", ""), house.catalog),
        )
    )
    return RedirectResponse("/status", 303)


@router.post("/status/{id}/over")
def over(id: str, house: InHouse, person: SignedIn) -> Response:  # noqa: A002 - its name in the address
    """It has ended, or is called off."""
    require(person, access.Act.SET_NOTICE)
    found = house.ledger.notices.find(id)
    if found is None:
        raise HTTPException(404)
    house.ledger.notices.save(_ended(found, person, house.now()))
    return RedirectResponse("/status", 303)


def _ended(notice: Notice, person: Person, now: datetime) -> Notice:
    told = {name: getattr(notice, name) for name in Notice.__dataclass_fields__}
    starts_at = min(notice.starts_at, now)
    return Notice(
        **told | {"starts_at": starts_at, "ends_at": now, "by": person.subject, "changed_at": now}
    )


def _page(
    request: Request, house: House, person: Person | None, form: dict[str, str], wrong: str = ""
) -> Response:
    speech, notices, now = house.pages.speech(request), house.ledger.notices, house.now()
    may = person is not None and _may(person)
    return house.pages.page(
        request,
        "status.html",
        422 if wrong else 200,
        now=shown(speech, notices.current(now)),
        planned=shown(speech, reversed(notices.planned(now))),
        past=shown(speech, notices.past(now)),
        may_tell=may,
        providers={one: SOURCES.get(one, one) for one in sorted(_providers(house))},
        offerings=house.catalog,
        sorts=SORTS,
        form=form,
        wrong=wrong,
    )


def _may(person: Person) -> bool:
    found = access.may(person.roles, access.Act.SET_NOTICE, own=True)
    return found is access.Answer.YES


def _worded(form: dict[str, str]) -> bool:
    most = {"title": LONGEST_TITLE, "text": LONGEST_TEXT}
    return all(0 < len(form.get(name, "").strip()) <= most[name[:-3]] for name in FIELDS)


def _sort(text: str) -> Sort:
    return Sort(text) if text in set(Sort) else Sort.OUTAGE


def _known(text: str, among: Iterable[str]) -> str:
    return text if text in set(among) else ""


def _providers(house: House) -> set[str]:
    return {
        place.partition("/")[0] for offering in house.catalog.values() for place in offering.places
    }
