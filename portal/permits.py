"""May this person do this to this order? Asked before anything is offered and before it is done."""

from __future__ import annotations

from orders.model import Order
from portal.person import Missing, Person, Role
from portal.speech import N_

_ORDERER = frozenset({"answer", "cancel", "copy", "survey"})
_OPERATOR = frozenset({"ask", "hold", "release", "assign"})


class NotYours(Exception):
    """Known, allowed in general, but not with this order: the reason is a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(person: Person, act: str, order: Order) -> None:
    """Raise Missing or NotYours unless `may`."""
    if may(person, act, order):
        return
    if act in {"approve", "refuse"} and person.subject == order.placed_by:
        raise NotYours(N_("Nobody approves their own order. Somebody else in your agency must."))
    needed = {
        **dict.fromkeys(_ORDERER, (Role.ORDERER,)),
        **dict.fromkeys(_OPERATOR, (Role.OPERATOR,)),
        "approve": (Role.APPROVER,),
        "refuse": (Role.APPROVER,),
    }
    raise Missing(person.name, needed.get(act, (Role.ORDERER, Role.APPROVER, Role.OPERATOR)))


def may(person: Person, act: str, order: Order) -> bool:
    own = person.agency == order.agency
    if act in _ORDERER:
        return own and Role.ORDERER in person.roles
    if act in {"approve", "refuse"}:
        # Nobody approves their own order.
        return own and Role.APPROVER in person.roles and person.subject != order.placed_by
    if act in _OPERATOR:
        return Role.OPERATOR in person.roles
    return Role.OPERATOR in person.roles or (
        own and bool(person.roles & {Role.ORDERER, Role.APPROVER})
    )
