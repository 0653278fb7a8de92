"""The pages of adoption: the list, one candidate, and what a yes would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from ledger.candidates import mark
from ledger.paging import Mark
from orders.adoption import Candidate, Choice, Wish
from portal.adoption_lines import Checker, Line
from portal.adoption_words import REFUSED, Teller, shown
from portal.dates import read_count
from portal.house import House
from portal.names import names
from portal.speech import N_

PER_PAGE = 50
SHOWN = 200  # lines of a preview: of more the counts, and all that is wrong
FILTERS = ("view", "agency", "provider")
RESULTS = ("adopted", "refused", "late", "again")
VIEWS: Mapping[str, tuple[str, bool | None]] = {
    "": (N_("All that wait"), None),
    "ready": (N_("With a whole proposal"), True),
    "open": (N_("Something is missing"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a preview; `number` is its own in a file. With no `line`, `problem` says why."""

    line: Line | None = None
    number: int | None = None
    problem: str = ""

    @property
    def problems(self) -> Sequence[str]:
        return self.line.problems if self.line else [self.problem]


def preview_page(
    request: Request, house: House, entries: Sequence[Entry], wrong: str = ""
) -> Response:
    """Nothing is done yet."""
    speech = house.pages.speech(request)
    good = [(one.number, one.line) for one in entries if one.line and not one.problems]
    return house.pages.page(
        request,
        "adoption_preview.html",
        422 if wrong else 200,
        good=[(number, one, one.said(speech)) for number, one in good[:SHOWN]],
        count=len(good),
        more=max(0, len(good) - SHOWN),
        bad=[one for one in entries if one.problems],
        picks=" ".join(one.pick for _, one in good),
        wrong=wrong,
        teller=Teller.of(house, speech),
    )


def edit_page(
    request: Request, house: House, candidate: Candidate, wish: Wish, line: Line | None = None
) -> Response:
    speech = house.pages.speech(request)
    told = shown(house, speech, candidate, wish)
    return house.pages.page(
        request,
        "adoption_one.html",
        422 if line else 200,
        one=candidate,
        wish=wish,
        told=told,
        problems=list(line.problems) if line else [],
        teller=Teller.of(house, speech),
        agencies=sorted(Checker.of(house, speech).agencies),
    )


def list_page(
    request: Request, house: House, asked: Mapping[str, str], after: str, wrong: str = ""
) -> Response:
    book, speech = house.ledger.candidates, house.pages.speech(request)
    view = asked.get("view", "") if asked.get("view", "") in VIEWS else ""
    agency, provider = asked.get("agency", ""), asked.get("provider", "")
    rows = book.open(
        ready=VIEWS[view][1],
        agency=agency or None,
        provider=provider or None,
        after=Mark.read(after),
        limit=PER_PAGE + 1,
    )
    refused, under_way = book.decided(Choice.REFUSED), book.decided(Choice.ADOPTED)
    people = {one.decided_by for one in (*refused, *under_way)} - {""}
    return house.pages.page(
        request,
        "adoption.html",
        422 if wrong else 200,
        rows=rows[:PER_PAGE],
        more=mark(rows[PER_PAGE - 1]).text if len(rows) > PER_PAGE else "",
        count=book.count(),
        views=[(id_, title, id_ == view) for id_, (title, _) in VIEWS.items()],
        asked={"view": view, "agency": agency, "provider": provider},
        refused=refused,
        under_way=under_way,
        never=list(REFUSED.values()),
        teller=Teller.of(house, speech),
        names=names(house, speech, people),
        wrong=wrong,
        result={name: read_count(request.query_params.get(name, "")) or 0 for name in RESULTS},
    )
