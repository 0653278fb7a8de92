"""The lead-time page, for those who are signed in and for everybody; its numbers as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import numpy as np
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from leadtime.deliveries import Book
from leadtime.figures import figures, split
from orders import access
from portal.asking import SignedIn, SignInNeeded, Visitor
from portal.house import House, InHouse
from portal.leadtime_asked import GROUPS, PERIODS, Asked, name_of
from portal.leadtime_told import GROUP_TITLES, TOO_FEW, Teller
from portal.leadtime_words import (
    ACTION_WORDS,
    CLOCK_WORDS,
    bar_text,
    length_text,
    month_text,
)
from portal.permits import require
from portal.person import Person
from portal.settings import LEAD_TIME

PER_PAGE = 50
MOST_PAGES = 100_000
COUNTS = ("delivered", "promised")
TIMES = ("half_business_hours", "most_business_hours", "half_hours", "most_hours")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HOUR = timedelta(hours=1)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """`shown` are the parts of the page; `groups` what it may be narrowed and grouped by."""

    person: Person | None
    shown: frozenset[str]

    @property
    def groups(self) -> frozenset[str]:
        plural = {"offering": "offerings", "provider": "providers", "agency": "agencies"}
        return frozenset(by for by in GROUPS if plural[by] in self.shown)

    @property
    def least(self) -> int:
        return 1 if self.person else TOO_FEW


def audience(house: House, person: Person | None) -> Audience:
    """Raises SignInNeeded where nothing is for everybody."""
    if person is not None:
        require(person, access.Act.SEE_LEAD_TIMES)
        return Audience(person=person, shown=LEAD_TIME)
    if not house.settings.public_lead_time:
        raise SignInNeeded
    return Audience(person=None, shown=house.settings.public_lead_time)


@router.get("/lead-time")
def lead_time(request: Request, house: InHouse, person: Visitor) -> Response:
    whom = audience(house, person)
    book = house.deliveries.book(house.now())
    asked = Asked.read(request.query_params, house.now(), whom.groups)
    speech = house.pages.speech(request)
    teller = Teller(house, speech, asked, whom.least)
    return house.pages.page(
        request,
        "lead_time.html",
        told=teller.tell(book, whom.shown),
        asked=asked,
        whom=whom,
        choices=_choices(teller, book, whom),
        periods=PERIODS,
        actions=ACTION_WORDS,
        clocks=CLOCK_WORDS,
        too_few=TOO_FEW,
        overdue=house.ledger.lead_times.overdue(house.now()) if person else 0,
    )


@router.get("/lead-time/orders")
def behind(request: Request, house: InHouse, person: SignedIn) -> Response:
    """The orders that a figure was made of, the latest first: those that this person may see."""
    require(person, access.Act.SEE_LEAD_TIMES)
    asked = Asked.read(request.query_params, house.now(), frozenset(GROUPS))
    speech = house.pages.speech(request)
    teller = Teller(house, speech, asked)
    book = house.deliveries.book(house.now())
    places = np.flatnonzero(asked.chosen(book, agency=person.scope))[::-1]
    page = _page(request.query_params.get("page", "1"))
    first = (page - 1) * PER_PAGE
    if page > 1 and first >= len(places):
        raise HTTPException(404)
    whole = int(asked.chosen(book).sum())
    return house.pages.page(
        request,
        "lead_time_orders.html",
        lines=[_delivery(book, teller, int(one)) for one in places[first : first + PER_PAGE]],
        asked=asked,
        length=lambda one: length_text(speech, one, asked.clock),
        count=len(places),
        hidden=whole - len(places),
        page=page,
        pages=max(1, -(-len(places) // PER_PAGE)),
        titles=_narrowed(teller),
    )


@router.get("/lead-time.csv")
def numbers(request: Request, house: InHouse, person: Visitor) -> Response:
    """The same numbers, by month and all that the page may be grouped by."""
    whom = audience(house, person)
    asked = Asked.read(request.query_params, house.now(), whom.groups)
    lines = _lines(house.deliveries.book(house.now()), asked, whom)
    name = f'attachment; filename="lead-time-{house.now():%Y-%m-%d}.csv"'
    return StreamingResponse(
        map(_line, lines),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _lines(book: Book, asked: Asked, whom: Audience) -> Iterator[Sequence[object]]:
    by = [name for name in GROUPS if name in whom.groups]
    kept, times = "kept" in whom.shown, "times" in whom.shown
    yield ["month", *by, *COUNTS, *(["kept"] * kept), *(TIMES if times else ())]
    rows = book.rows[asked.chosen(book)]
    for (month, *names), mine in split(rows, ["month", *by]):
        business, wall = figures(book, mine, "business"), figures(book, mine, "wall")
        if business.promised < whom.least:
            continue
        named = [book.words.word(name) for name in names]
        counts = (business.delivered, business.promised, *([business.kept] * kept))
        lengths = (business.half, business.most, wall.half, wall.most)
        hours = [f"{one / HOUR:.3f}" if one is not None else "" for one in lengths]
        yield [name_of(month), *named, *counts, *(hours if times else ())]


def _line(values: Sequence[object]) -> str:
    out = StringIO()
    texts = [str(one) for one in values]
    csv.writer(out).writerow([f"'{one}" if one.startswith(FORMULA) else one for one in texts])
    return out.getvalue()


def _choices(teller: Teller, book: Book, whom: Audience) -> dict[str, list[tuple[str, str]]]:
    """What there is to narrow by: all that was ever delivered."""
    found: dict[str, list[tuple[str, str]]] = {}
    for by in GROUPS:
        if by in whom.groups:
            numbers, counts = np.unique(book.rows[by], return_counts=True)
            seen = [book.words.word(int(one)) for one in numbers[counts >= whom.least]]
            found[by] = sorted(((one, teller.title(by, one)) for one in seen), key=lambda c: c[1])
    return found


def _narrowed(teller: Teller) -> list[tuple[str, str]]:
    """What the list was narrowed by, as (label, value)."""
    speech, asked = teller.speech, teller.asked
    found = [(GROUP_TITLES[by], teller.title(by, name)) for by, name in asked.only.items()]
    if asked.month is not None:
        found.append(("", month_text(speech, asked.month, whole=True)))
    if asked.bar is not None:
        found.append(("", bar_text(speech, asked.bar, asked.clock)))
    return found


def _delivery(book: Book, teller: Teller, place: int) -> dict[str, Any]:
    row = book.rows[place]
    moments = {
        name: datetime.fromtimestamp(float(row[name]), UTC)
        for name in ("placed", "promised", "ended")
    }
    return {
        "order": book.orders[place],
        "title": teller.title("offering", book.words.word(int(row["offering"]))),
        "agency": book.words.word(int(row["agency"])),
        "state": book.words.word(int(row["state"])),
        "length": timedelta(seconds=float(row[teller.asked.clock])),
        "late": row["ended"] > row["promised"],
        **moments,
    }


def _page(text: str) -> int:
    known = text.isascii() and text.isdecimal() and len(text) < len(str(MOST_PAGES))
    return max(1, int(text)) if known else 1
