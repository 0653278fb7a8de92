"""Who did what, when and why: looked through by the auditor, and handed out whole as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from ledger.audit import AuditWish, Entry
from orders import access
from portal.asking import SignedIn
from portal.dates import read_day
from portal.house import InHouse
from portal.names import names
from portal.permits import require
from portal.speech import OSLO

SHOWN = 100
FILTERS = ("first", "last", "agency", "by", "order")
COLUMNS = ("order", "version", "agency", "at", "what", "by", "why", "hash")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

router = APIRouter(include_in_schema=False)


@router.get("/audit")
def audit(request: Request, house: InHouse, person: SignedIn) -> Response:
    """The first entries that fit; the file has all of them."""
    require(person, access.Act.SEE_AUDIT)
    said = {name: request.query_params.get(name, "")[:200] for name in FILTERS}
    found = list(islice(house.ledger.audit.entries(**_wish(said)), SHOWN + 1))
    return house.pages.page(
        request,
        "audit.html",
        entries=found[:SHOWN],
        more=len(found) > SHOWN,
        asked=said,
        names=names(house, house.pages.speech(request), {one.event.by for one in found}),
    )


@router.get("/audit.csv")
def export(request: Request, house: InHouse, person: SignedIn) -> Response:
    """Streamed, so that its length does not matter."""
    require(person, access.Act.EXPORT_AUDIT)
    said = {name: request.query_params.get(name, "")[:200] for name in FILTERS}
    entries = house.ledger.audit.entries(**_wish(said))
    name = f'attachment; filename="audit-{house.now():%Y-%m-%d}.csv"'
    return StreamingResponse(
        _lines(entries),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _wish(said: dict[str, str]) -> AuditWish:
    first, last = read_day(said["first"]), read_day(said["last"])
    return {
        "since": datetime(first.year, first.month, first.day, tzinfo=OSLO) if first else None,
        "until": datetime(last.year, last.month, last.day, tzinfo=OSLO) + timedelta(days=1)
        if last
        else None,
        "agency": said["agency"] or None,
        "by": said["by"] or None,
        "order": said["order"] or None,
    }


def _lines(entries: Iterator[Entry]) -> Iterator[str]:
    yield _line(COLUMNS)
    for one in entries:
        event = one.event
        yield _line(
            (
                one.order,
                str(one.version),
                one.agency,
                event.at.isoformat(),
                one.kind,
                event.by,
                event.why,
                one.hash,
            )
        )


def _line(values: tuple[str, ...]) -> str:
    out = StringIO()
    csv.writer(out).writerow([f"'{one}" if one.startswith(FORMULA) else one for one in values])
    return out.getvalue()
