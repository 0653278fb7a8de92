"""The help: what people ask about orders, and each offering with what one does when it is there.

Searched in both languages, whichever is shown: people remember words, not where they stood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from catalog.offering import Offering, Text
from orders.model import State
from portal.asking import Visitor
from portal.help_topics import STATE_TOPIC, TOPICS, Topic
from portal.house import House, InHouse
from portal.person import Person
from portal.shelves import LONGEST_SEARCH
from portal.speech import LANGUAGES, Speech, oslo_date
from portal.words import EXPLAINED, STATES, TONES

LONGEST_ADDRESS_WORD = 2000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """An offering: when it is the right thing, and what one does when it is there."""

    id: str
    title: str
    help: str
    steps: Sequence[str]
    orderable: bool


@router.get("/help")
def help_page(
    request: Request,
    house: InHouse,
    person: Visitor,
    q: Annotated[str, Query(max_length=LONGEST_ADDRESS_WORD)] = "",
) -> Response:
    """Open to everyone: also to those who cannot get in, but for what their agency can order."""
    words = " ".join(q.split())[:LONGEST_SEARCH]
    wanted = words.casefold().split()
    speech = house.pages.speech(request)
    offerings = _offered(house, person)
    return house.pages.page(
        request,
        "help.html",
        topics=[one for one in TOPICS if _has(_said(house, one), wanted)],
        guides=[_guide(speech, one, person) for one in offerings if _has(_written(one), wanted)],
        states=[(STATES[state], EXPLAINED[state], TONES[state]) for state in State],
        words=words,
    )


def _offered(house: House, person: Person | None) -> list[Offering]:
    shelf, today = house.catalog, oslo_date(house.now())
    return list(shelf.open_to(person.agency if person else "", today).values())


def _guide(speech: Speech, offering: Offering, person: Person | None) -> Guide:
    help_, guide = offering.help, offering.guide
    return Guide(
        id=offering.id,
        title=offering.title.get(speech.language),
        help=help_.get(speech.language) if help_ else "",
        steps=steps_of(guide, speech),
        orderable=person is not None,
    )


def steps_of(guide: Text | None, speech: Speech) -> list[str]:
    """The lines of a guide, in the reader's language."""
    return guide.get(speech.language).splitlines() if guide else []


def _has(texts: Iterator[str], wanted: Sequence[str]) -> bool:
    """Whether every word stands somewhere, inside of words too."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in wanted)


def _said(house: House, topic: Topic) -> Iterator[str]:
    messages = [topic.title, *topic.texts]
    if topic.id == STATE_TOPIC:
        messages += [*STATES.values(), *EXPLAINED.values()]
    for language in LANGUAGES:
        speech = house.pages.speeches[language]
        yield from (speech.gettext(message) for message in messages)


def _written(offering: Offering) -> Iterator[str]:
    yield offering.id
    for text in (offering.title, offering.summary, offering.help, offering.guide):
        if text:
            yield from (text.nb, text.en)
