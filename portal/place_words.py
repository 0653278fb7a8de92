"""What it is called that is delivered, where, and what stands there."""

from __future__ import annotations

from catalog.offering import Offering
from orders.model import ResourceRef, Target
from portal.house import House
from portal.rightcloud_words import place_title
from portal.speech import Speech
from portal.words import KINDS


def product_of(house: House, speech: Speech, id_: str) -> str:
    """The offering in the reader's words; its id where it is no more."""
    found = house.catalog.get(id_)
    return found.title.get(speech.language) if found else id_


def place_of(house: House, speech: Speech, offering: Offering | None, where: str) -> str:
    """As the offering has it; as RightCloud has it where the offering names none but its id."""
    found = offering.places.get(where) if offering else None
    title = found.title.get(speech.language) if found else where
    return place_title(house.counsel.facts(), where, speech) if title == where else title


def kind_word(speech: Speech, kind: str) -> str:
    """The kind in the reader's words; a kind without a word is called as its provider does."""
    return speech.gettext(KINDS[kind]) if kind in KINDS else kind


def standing(house: House, speech: Speech, target: Target, ref: ResourceRef) -> str:
    """What stands where, for operators: the words, and the ids that its console is searched by."""
    id_ = f"{target.provider}/{target.region}"
    title = place_title(house.counsel.facts(), id_, speech)
    place = id_ if title == id_ else f"{title} ({id_})"
    where = speech.gettext("%(place)s, account %(account)s", place=place, account=target.account)
    return f"{kind_word(speech, ref.kind)} {ref.id}. {where}"
