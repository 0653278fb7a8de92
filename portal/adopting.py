"""What stands in the clouds without our tag: looked through, shown what a yes does, adopted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from ledger.candidates import mark
from ledger.paging import Mark
from orders import access
from orders.adoption import Candidate, Wish
from orders.entry import Stamp
from portal import adoption_csv
from portal.adoption_csv import SheetWrong
from portal.adoption_lines import Checker, Line, place
from portal.adoption_pages import FILTERS, PER_PAGE, Entry, edit_page, list_page, preview_page
from portal.asking import SignedIn
from portal.forms import pairs, posted
from portal.house import House, InHouse
from portal.permits import require
from portal.person import Person
from portal.rendering import address
from portal.speech import N_
from portal.uploads import Sent, sent

HOME = "/adoption"
LONGEST = 2000  # characters of a reason, and of an answer
NOTHING = N_("Tick at least one.")
NO_FILE = N_("Choose the file that you have filled in.")
SAY_WHY = N_("Write why.")
UNKNOWN = N_("It is not here any more, or somebody has decided about it. Look again.")
DOUBLE = N_("It stands on line %(line)s too.")

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=200)]


def adopter(person: SignedIn) -> Person:
    require(person, access.Act.ADOPT)
    return person


Adopter = Annotated[Person, Depends(adopter)]
Typed = Annotated[dict[str, str], Depends(posted)]
Pairs = Annotated[list[tuple[str, str]], Depends(pairs)]


@router.get(HOME, dependencies=[Depends(adopter)])
def candidates(request: Request, house: InHouse, after: Word = "") -> Response:
    asked = {name: request.query_params.get(name, "")[:200] for name in FILTERS}
    return list_page(request, house, asked, after)


@router.get(HOME + ".csv", dependencies=[Depends(adopter)])
def out(house: InHouse) -> Response:
    """All that wait for a decision, each with its proposal; streamed."""
    name = f'attachment; filename="adoption-{house.now():%Y-%m-%d}.csv"'
    return StreamingResponse(
        adoption_csv.written(_all(house), house.catalog.files),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@router.post(HOME + "/csv", dependencies=[Depends(adopter)])
def back(
    request: Request,
    house: InHouse,
    upload: Annotated[Sent, Depends(sent)],
) -> Response:
    """What the file would do, line by line. Its good lines are kept as they were written."""
    speech = house.pages.speech(request)
    data = upload.files[0].data if upload.files else b""
    if not data:
        return list_page(request, house, {}, "", speech.gettext(NO_FILE))
    try:
        rows = adoption_csv.read(data)
    except SheetWrong as error:
        return list_page(request, house, {}, "", speech.gettext(error.reason, **error.what))
    return preview_page(request, house, _from_rows(request, house, rows))


@router.post(HOME + "/preview")
def several(request: Request, house: InHouse, person: Adopter, form: Pairs) -> Response:
    """What a yes would do with those that are ticked; or refuse them all."""
    said = dict(form)
    ids = list(dict.fromkeys(value for name, value in form if name == "candidate"))[:PER_PAGE]
    speech = house.pages.speech(request)
    asked = {name: said.get(f"_{name}", "") for name in FILTERS}
    if not ids:
        return list_page(request, house, asked, "", speech.gettext(NOTHING))
    if said.get("act") != "refuse":
        checker = Checker.of(house, speech)
        found = [checker.line(one, one.wish) for one in house.ledger.candidates.several(ids)]
        return preview_page(
            request, house, [Entry(line=one) for one in found if one.candidate.free]
        )
    why = said.get("why", "").strip()[:LONGEST]
    if not why:
        return list_page(request, house, asked, "", speech.gettext(SAY_WHY))
    stamp = Stamp(by=person.subject, at=house.now(), why=why)
    done = sum(house.ledger.candidates.refuse(one, stamp) for one in ids)
    return RedirectResponse(address(HOME, refused=done, late=len(ids) - done or None), 303)


@router.post(HOME + "/confirm")
def confirm(request: Request, house: InHouse, person: Adopter, form: Typed) -> Response:
    """Adopt what was shown, as it was shown; what has changed since is left as it is."""
    why, picks = form.get("why", "").strip()[:LONGEST], form.get("picks", "").split()
    checker = Checker.of(house, house.pages.speech(request))
    wanted = dict.fromkeys(picks)
    found = house.ledger.candidates.several([one.partition(":")[0] for one in wanted])
    lines = [checker.line(one, one.wish) for one in found if one.free]
    good = [one for one in lines if not one.problems and one.pick in wanted]
    if not why:
        wrong = house.pages.speech(request).gettext(SAY_WHY)
        return preview_page(request, house, [Entry(line=one) for one in good], wrong)
    done = sum(bool(place(house, person, one, why)) for one in good)
    return RedirectResponse(address(HOME, adopted=done, late=len(wanted) - done or None), 303)


@router.get(HOME + "/{id_}", dependencies=[Depends(adopter)])
def one(request: Request, house: InHouse, id_: str) -> Response:
    candidate = _candidate(house, id_)
    return edit_page(request, house, candidate, candidate.wish)


@router.post(HOME + "/{id_}", dependencies=[Depends(adopter)])
def change(request: Request, house: InHouse, id_: str, form: Typed) -> Response:
    """What it is to become, as an operator has it; then what a yes would do."""
    candidate = _candidate(house, id_)
    if form.get("_step") == "again":
        house.ledger.candidates.take_up(id_)
        return RedirectResponse(address(HOME, again=1), 303)
    wish = _typed(form)
    if form.get("_step") == "offering":
        return edit_page(request, house, candidate, wish)
    line = Checker.of(house, house.pages.speech(request)).line(candidate, wish)
    if line.problems:
        return edit_page(request, house, candidate, wish, line)
    if not house.ledger.candidates.keep(id_, wish, ready=True):
        return list_page(request, house, {}, "", house.pages.speech(request).gettext(UNKNOWN))
    return preview_page(request, house, [Entry(line=line)])


def _typed(form: Mapping[str, str]) -> Wish:
    """What a form says; fields of its own begin with an underscore."""
    typed = {name: text.strip()[:LONGEST] for name, text in form.items() if text.strip()}
    return Wish(
        agency=typed.get("_agency", ""),
        offering=typed.get("_offering", ""),
        plan=typed.pop("plan", ""),
        answers={name: text for name, text in typed.items() if not name.startswith("_")},
    )


def _candidate(house: House, id_: str) -> Candidate:
    found = house.ledger.candidates.one(id_)
    if found is None:
        raise HTTPException(404)
    return found


def _all(house: House) -> Iterator[Candidate]:
    after: Mark | None = None
    while page := house.ledger.candidates.open(after=after, limit=500):
        yield from page
        after = mark(page[-1])


def _from_rows(request: Request, house: House, rows: Sequence[adoption_csv.Row]) -> list[Entry]:
    """Each line of a file with its number: checked, or why it is none. The good ones are kept."""
    speech = house.pages.speech(request)
    checker, first = Checker.of(house, speech), dict[str, int]()
    book = house.ledger.candidates
    known = {one.id: one for one in book.several([row.id for row in rows]) if one.free}
    found: list[Entry] = []
    for row in rows:
        if row.id in first:
            twice = speech.gettext(DOUBLE, line=str(first[row.id]))
            found.append(Entry(number=row.number, problem=twice))
            continue
        first[row.id] = row.number
        if row.id not in known:
            found.append(Entry(number=row.number, problem=speech.gettext(UNKNOWN)))
        elif row.wish.agency or row.wish.offering or row.formulas:
            line = _row_line(checker, known[row.id], row)
            if not line.problems:
                book.keep(row.id, line.wish, ready=True)
            found.append(Entry(number=row.number, line=line))
    return found


def _row_line(checker: Checker, candidate: Candidate, row: adoption_csv.Row) -> Line:
    line = checker.line(candidate, row.wish)
    formulas = [
        checker.speech.gettext(adoption_csv.A_FORMULA, column=column, begins=begins)
        for column, begins in row.formulas.items()
    ]
    return replace(line, problems=[*formulas, *line.problems])
