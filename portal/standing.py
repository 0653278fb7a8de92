"""How an order stands: what its state means to the reader, why it stands still, what it awaits."""

from __future__ import annotations

from orders.model import Action, Order, OrderItem, Party, State
from portal.bars import only_action
from portal.permits import awaited
from portal.person import Person, Role
from portal.speech import N_, Speech
from portal.words import REASONS, explained


def whose_turn(person: Person, order: Order, *, decides: bool) -> str:
    """Whose turn it is, as the reader calls them (message id). `decides`: they may approve it."""
    if order.turn is None:
        return N_("Ended")
    if order.turn is Party.SUPPLIER:
        return N_("Our turn")
    if decides:
        return N_("Your turn")
    if awaited(order) == Role.OWNER:
        return N_("The service owner's turn")
    return N_("Your turn") if person.agency == order.agency else N_("The customer's turn")


def turn_of(person: Person, order: Order, *, decides: bool) -> str:
    """What its state means to the reader (message id)."""
    if order.state is State.PENDING and decides:
        return N_("It goes no further until you have decided.")
    if order.state is State.PENDING and awaited(order) == Role.OWNER:
        return N_("It goes no further until the service owner has decided.")
    if order.state is State.PENDING and person.agency != order.agency:
        return N_("The order stands still until the customer has answered.")
    return explained(only_action(order), order.state)


def told_apart(speech: Speech, order: Order, item: OrderItem, place: str) -> str:
    """Both pieces of a move have the same name."""
    if only_action(order) is not Action.MOVE:
        return item.name
    if item.action is Action.MOVE:
        return speech.gettext("The new one, %(place)s", place=place)
    return speech.gettext("The old one, %(place)s", place=place)


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
