"""A draft of an offering is kept only when the catalogue would take it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import unified_diff
from itertools import islice

from catalog.complaints import Complaint
from catalog.own import checked
from catalog.reasons import Flaw, Reason
from ledger import NotStorable
from ledger.own_offerings import Done, Entry, Own
from portal.house import House
from portal.person import Person
from portal.speech import Speech

_VERSION = re.compile(r"^version:.*$", re.MULTILINE)


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of both, as (`old`, `new`, `same` or `gap`, text)."""
    if not before:
        return [("same", line) for line in after.splitlines()]
    kinds = {"+": "new", "-": "old", " ": "same", "@": "gap"}
    found = unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    return [(kinds[line[:1]], line[1:]) for line in islice(found, 2, None)]


def told(flaws: Iterable[Flaw], speech: Speech) -> list[tuple[int, str]]:
    """The line and what is wrong there, in the reader's language."""
    return [(one.line, one.said(speech.gettext, speech.language)) for one in flaws]


def keep(house: House, person: Person, own: Own, text: str) -> list[Flaw]:
    """All that is wrong with it; nothing then is kept. Raises OutOfTurn.

    The version is the portal's to count: it is written into the text.
    """
    text = _VERSION.sub(f"version: {own.next_version}", text.replace("\r\n", "\n"), count=1)
    _, flaws = checked(text.encode(errors="surrogatepass"), own.id, house.catalog.files)
    if flaws:
        return flaws
    entry = Entry(
        offering=own.id,
        act=Done.DRAFTED,
        agency=person.agency,
        version=own.next_version,
        by=person.subject,
        at=house.now(),
        body=text,
    )
    try:
        house.offered.append(own, entry)
    except NotStorable:
        return [Flaw(1, Reason(Complaint.NOT_STORABLE))]
    return []
