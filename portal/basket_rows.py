"""What lies in a basket: forms that are filled in, each a draft of its owner that says so.

Each thing is a row of its own, so that two windows that put in one each lose none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from ledger import NotStorable
from ledger.drafts import Draft as Kept
from ledger.errors import TooMuch
from portal.house import House
from portal.person import Person
from portal.speech import N_

# In a draft's body, beside what was typed; typed names do not begin with a line.
BASKET = "_basket"  # the basket's own number: what is sent twice from it makes one order
ADDED = "_added"
JOINED = "_joined"  # the id of the thing in the basket that it is connected to
VERSION = "_version"  # of the offering, when the form was filled in
MOST = 20
FULL = N_(
    "It could not be put in: the basket has %(most)s things, or you have 50 drafts, or it is too "
    "long. Send the order, or remove something first."
)


class Full(Exception):
    """No more can be put in, or it is too long to be kept."""


def rows(house: House, person: Person) -> list[Kept]:
    """What lies in the person's basket, for the agency they are signed in for; in order."""
    found = [one for one in house.ledger.drafts.of(person.subject) if _lies(one, person)]
    return sorted(found, key=lambda one: (str(one.body.get(ADDED)), one.id))


def kept_apart(house: House, person: Person) -> list[Kept]:
    """The drafts that lie in no basket."""
    return [one for one in house.ledger.drafts.of(person.subject) if BASKET not in one.body]


def find(house: House, person: Person, id_: str) -> Kept | None:
    found = house.ledger.drafts.find(person.subject, id_)
    return found if found and _lies(found, person) else None


def number(lying: list[Kept]) -> str:
    """The basket's own number; empty when it is."""
    return min((str(one.body[BASKET]) for one in lying), default="")


def put(house: House, person: Person, wanted: Kept, joined: str = "") -> None:
    """Into the basket, or over what lies there under the same id; raises Full."""
    lying = rows(house, person)
    before = next((one for one in lying if one.id == wanted.id), None)
    if before is None and len(lying) >= MOST:
        raise Full
    marks = {
        BASKET: number(lying) or str(uuid4()),
        ADDED: before.body[ADDED] if before else _moment(wanted.saved_at, len(lying)),
        JOINED: joined or (str(before.body.get(JOINED, "")) if before else ""),
    }
    save(house, replace(wanted, body={**wanted.body, **marks}))


def save(house: House, row: Kept) -> None:
    """Raises Full."""
    try:
        house.ledger.drafts.save(row)
    except (TooMuch, NotStorable) as error:
        raise Full from error


def same(one: Kept, other: Kept) -> bool:
    """Whether the same was typed."""
    return typed(one.body) == typed(other.body)


def typed(body: Mapping[str, object]) -> dict[str, str]:
    marks = {BASKET, ADDED, JOINED, VERSION}
    return {name: str(value) for name, value in body.items() if name not in marks}


def copied(person: Person, order: str, item: str) -> str:
    """The id of a copy of an item: the same each time, so that a hasty finger makes one."""
    return str(uuid5(NAMESPACE_URL, f"{person.subject} {order}/{item}"))


def _lies(row: Kept, person: Person) -> bool:
    return BASKET in row.body and row.agency == person.agency


def _moment(at: datetime, place: int) -> str:
    """To sort by: of several put in at the same moment the first comes first."""
    return f"{at.isoformat()} {place:03}"
