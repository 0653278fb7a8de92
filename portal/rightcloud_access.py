"""Who may change what RightCloud decides by, and how their doing is written down."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from portal.asking import SignedIn
from portal.house import House
from portal.person import Person, Role
from rightcloud.journal import Hand

LONGEST_WHY = 2000
FLOW = "portal"  # who keeps what an order was decided by


def operating(person: SignedIn) -> Person:
    person.needs(Role.OPERATOR)
    return person


Operating = Annotated[Person, Depends(operating)]


def hand(house: House, person: Person, why: str = "") -> Hand:
    return Hand(at=house.now(), by=person.subject, name=person.name, why=why.strip()[:LONGEST_WHY])
