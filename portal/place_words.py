"""What a place is called where something is delivered."""

from __future__ import annotations

from catalog.offering import Offering
from portal.house import House
from portal.rightcloud_words import place_title
from portal.speech import Speech


def place_of(house: House, speech: Speech, offering: Offering | None, where: str) -> str:
    """As the offering has it; as RightCloud has it where the offering names none but its id."""
    found = offering.places.get(where) if offering else None
    title = found.title.get(speech.language) if found else where
    return place_title(house.counsel.facts(), where) if title == where else title
