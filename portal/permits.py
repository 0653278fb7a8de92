"""May this person do this? `orders.access` is asked before anything is offered, or done."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import HTTPException

from ledger import Known
from orders import access
from orders.access import Answer
from orders.model import Order
from portal.house import House
from portal.person import Missing, Person, Role
from portal.speech import N_

# What the forms on an order's page are called in the table.
RIGHTS: Mapping[str, access.Act] = {
    "answer": access.Act.ANSWER,
    "approve": access.Act.APPROVE,
    "refuse": access.Act.APPROVE,
    "message": access.Act.POST,
    "cancel": access.Act.CANCEL,
    "survey": access.Act.SURVEY,
    "follow": access.Act.FOLLOW_UP,
    "copy": access.Act.ORDER,
    "ask": access.Act.ASK,
    "hold": access.Act.HOLD,
    "release": access.Act.RELEASE,
    "assign": access.Act.ASSIGN,
}
DECISIONS = frozenset({"approve", "refuse"})


class NotYours(Exception):
    """Known, allowed in general, but not with this order: the reason is a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require(person: Person, act: access.Act, agency: str | None = None) -> None:
    """Raise unless they may: 404 for what they may not know of, else Missing.

    `agency` is whose it is; None is for what belongs to no agency.
    """
    answer = access.may(person.roles, act, own=agency in {None, person.agency})
    if answer is Answer.HIDDEN:
        raise HTTPException(404)
    if answer is Answer.NO:
        raise Missing(person.name, access.roles_for(act))


def may(person: Person, act: str, order: Order, lent: frozenset[str] = frozenset()) -> bool:
    """`lent` are the roles of those in whose place they decide now, in the order's agency."""
    own = person.agency == order.agency
    if act in DECISIONS:
        # Nobody approves their own order, whoever has asked them to stand in.
        roles = person.roles | lent
        return (
            access.may(roles, RIGHTS[act], own=own) is Answer.YES
            and person.subject != order.placed_by
            and awaited(order) in roles
        )
    return access.may(person.roles, RIGHTS[act], own=own) is Answer.YES


def check(person: Person, act: str, order: Order, lent: frozenset[str] = frozenset()) -> None:
    """Raise NotYours, or what `require` raises, unless `may`."""
    if may(person, act, order, lent):
        return
    if act not in DECISIONS or not lent:
        require(person, RIGHTS[act], order.agency)
    if person.subject == order.placed_by:
        raise NotYours(N_("Nobody approves their own order. Somebody else in your agency must."))
    raise NotYours(N_("This step of the approval is for somebody with another role."))


def stands_in(house: House, person: Person, agency: str | None = None) -> frozenset[str]:
    """The role that delegations lend this person now: to approve, in their own agency.

    Nobody lends what they have lost: the approver's last sign-in still gave the role, there.
    """
    to_them = house.ledger.delegations.to(person.subject, house.now())
    found = [one for one in to_them if one.agency == person.agency and agency in {None, one.agency}]
    approvers = house.ledger.people.named({one.approver for one in found})
    lent = any(_approves(approvers.get(one.approver), one.agency) for one in found)
    return frozenset({Role.APPROVER}) if lent else frozenset()


def _approves(known: Known | None, agency: str) -> bool:
    return known is not None and known.agency == agency and Role.APPROVER in known.roles


def awaited(order: Order) -> str:
    """The role whose approval is awaited now; empty when none is."""
    waits = (one.waiting_on for one in order.items.values() if one.approval_step)
    return next((one.role for one in waits if one), "")
