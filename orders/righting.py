"""The items of an order that brings a thing back in step, as an operator said yes to."""

from __future__ import annotations

from collections.abc import Sequence

from orders.findings import Proposal
from orders.model import Action, OrderItem, State
from orders.thing import Thing, check_unneeded, removed

ORDERED = frozenset({Proposal.PUT_BACK, Proposal.WRITE_OFF, Proposal.END})


def righting(proposal: Proposal, thing: Thing, users: Sequence[Thing]) -> tuple[OrderItem, ...]:
    """Raises StillNeeded where one of `users`, which need `thing`, would stay without it."""
    if proposal is Proposal.PUT_BACK:
        return (_put_back(thing),)
    check_unneeded([thing], users)
    return removed([thing])


def _put_back(thing: Thing) -> OrderItem:
    """A change to what it is in the ledger already."""
    return OrderItem(
        id="1",
        action=Action.MODIFY,
        instance=thing.instance,
        name=thing.name,
        offering=thing.offering,
        plan=thing.plan,
        kind=thing.kind,
        target=thing.target,
        answers=thing.answers,
        parameters=thing.parameters,
        given=thing.given,
        former=thing.former,
        expires_at=thing.expires_at,
        monthly_price=thing.monthly_price,
        state=State.ACKNOWLEDGED,
        resource=thing.resource,
    )
