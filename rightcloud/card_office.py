"""Rate cards: uploaded, looked at, and then taken into force or dropped by an operator."""

from __future__ import annotations

from rightcloud.archive import digest_of
from rightcloud.counsel import Counsel
from rightcloud.errors import Refusal, Refused, Told
from rightcloud.exchange import HOME
from rightcloud.journal import CardDropped, CardUploaded, Hand
from rightcloud.office import Decided, decide, taken
from rightcloud.rate_card import RateCard, read_card
from rightcloud.standing import CARD


def upload_card(counsel: Counsel, content: bytes, file: str, hand: Hand) -> str:
    """The id of the card, which now waits; Refused with the line of everything wrong in it."""
    read_upload(counsel, content, file)
    card = digest_of(content)

    def judge() -> Decided:
        entry = CardUploaded(card=card, file=file, hand=hand)
        return ([], {}) if card in counsel.standing().cards else ([entry], {card: content})

    decide(counsel, judge)
    return card


def read_upload(counsel: Counsel, content: bytes, file: str) -> RateCard:
    """The card that a file holds, judged by the places and currencies in force."""
    facts = counsel.facts()
    currencies = {HOME, *facts.run.exchange}
    return read_card(content, file, places=facts.atlas.places, currencies=currencies)


def waiting_card(counsel: Counsel, card: str) -> RateCard:
    """A card that was uploaded; Refused when it does not wait any more."""
    uploaded = counsel.standing().cards.get(card)
    if uploaded is None:
        raise Refused(Told(Refusal.CARD_ENDED))
    return read_upload(counsel, counsel.archive.documents([card])[card], uploaded.file)


def take_card(counsel: Counsel, card: str, hand: Hand) -> None:
    """The card's prices replace those of the places it names, and no others."""

    def judge() -> Decided:
        read = waiting_card(counsel, card)
        former = counsel.facts().run
        run = former.with_card(read)
        if run.id == former.id:
            return [CardDropped(card=card, hand=hand)], {}
        count = len(read.offers) + len(read.rates)
        return taken(run, f"{CARD}{card}", hand, {"added": count, "changed": 0, "gone": 0})

    decide(counsel, judge)


def drop_card(counsel: Counsel, card: str, hand: Hand) -> None:
    def judge() -> Decided:
        waiting_card(counsel, card)
        return [CardDropped(card=card, hand=hand)], {}

    decide(counsel, judge)
