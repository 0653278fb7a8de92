"""How an order stands: what its state means to the reader, why it stands still, what it awaits."""

from __future__ import annotations

from orders.model import Action, Order, OrderItem, State
from portal.bars import only_action
from portal.person import Person
from portal.speech import N_, Speech
from portal.words import REASONS, explained


def turn_of(person: Person, order: Order) -> str:
    """What its state means to the reader (message id)."""
    if order.state is State.PENDING and person.agency != order.agency:
        return N_("The order stands still until the customer has answered.")
    return explained(only_action(order), order.state)


def awaited_by(order: Order, item: OrderItem) -> list[str]:
    """What it needs of the same order and has not got; a move's old one just stands until then."""
    if item.state is not State.ACKNOWLEDGED or only_action(order) is Action.MOVE:
        return []
    needed = (order.items[one] for one in item.needs if one in order.items)
    return [one.name for one in needed if one.state is not State.COMPLETED]


def reason_said(speech: Speech, reason: str) -> tuple[str, str, bool]:
    """The reason in plain words, what it said besides, and whether that is for everybody."""
    for word, plain in REASONS.items():
        if reason.startswith(word):
            detail = reason.removeprefix(word).lstrip(": ")
            return speech.gettext(plain), detail, word[0].isupper()
    return reason, "", True
