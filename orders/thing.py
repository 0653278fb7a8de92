"""What an agency has: a service instance that an order delivered and none has removed since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orders.errors import StillNeeded
from orders.model import Action, Former, OrderItem, ResourceRef, State, Target, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """As its latest completed item (`order`, `item`) left it.

    `since` is when it was first delivered. `changing` is the number of the open order that
    modifies or removes it. `given` is what other items handed on to it, `needs` the instances of
    those; `parameters` holds what was asked of the provider, with what was handed on.
    """

    instance: str
    order: str
    item: str
    agency: str
    name: str
    offering: str
    plan: str
    kind: str
    target: Target
    resource: ResourceRef
    answers: Values
    parameters: Values
    given: Values
    outputs: Mapping[str, str]
    needs: tuple[str, ...]
    monthly_price: int | None
    since: datetime
    expires_at: datetime | None
    changing: str | None

    @property
    def former(self) -> Former:
        return Former(
            order=self.order,
            item=self.item,
            resource=self.resource,
            plan=self.plan,
            parameters=self.parameters,
            answers=self.answers,
            outputs=self.outputs,
            monthly_price=self.monthly_price,
        )


def modified(thing: Thing, wanted: OrderItem) -> OrderItem:
    """The item that brings `thing` to what `wanted`, a new item of its offering, describes."""
    return replace(
        wanted,
        action=Action.MODIFY,
        instance=thing.instance,
        name=thing.name,
        kind=thing.kind,
        target=thing.target,
        needs=(),
        wires={},
        given=thing.given,
        former=thing.former,
        expires_at=thing.expires_at,
        resource=thing.resource,
    )


def removed(things: Sequence[Thing], starts_at: datetime | None = None) -> tuple[OrderItem, ...]:
    """Items that remove `things`, numbered from 1: what needs another one goes before it."""
    ids = {thing.instance: str(number) for number, thing in enumerate(things, 1)}
    users: dict[str, list[str]] = {instance: [] for instance in ids}
    for thing in things:
        for needed in thing.needs:
            if needed in users:
                users[needed].append(ids[thing.instance])
    return tuple(
        _removal(thing, ids[thing.instance], tuple(users[thing.instance]), starts_at)
        for thing in things
    )


def all_users(thing: Thing, users: Callable[[Collection[str]], Sequence[Thing]]) -> list[Thing]:
    """What cannot stand without `thing`, and what cannot stand without that.

    `users` tells what needs one of some instances itself.
    """
    going = {thing.instance}
    found: list[Thing] = []
    latest = {thing.instance}
    while more := [one for one in users(latest) if one.instance not in going]:
        found += more
        latest = {one.instance for one in more}
        going |= latest
    return found


def check_unneeded(things: Sequence[Thing], users: Sequence[Thing]) -> None:
    """Raise StillNeeded when one of `users` of `things` stays."""
    going = {thing.instance: thing for thing in things}
    for other in users:
        used = [going[one].name for one in other.needs if one in going]
        if used and other.instance not in going:
            raise StillNeeded(f"{other.name} needs {', '.join(used)}: remove {other.name} too")


def _removal(
    thing: Thing, id_: str, needs: tuple[str, ...], starts_at: datetime | None
) -> OrderItem:
    return OrderItem(
        id=id_,
        action=Action.TERMINATE,
        instance=thing.instance,
        name=thing.name,
        offering=thing.offering,
        plan=thing.plan,
        kind=thing.kind,
        target=thing.target,
        answers=thing.answers,
        parameters=thing.parameters,
        needs=needs,
        given=thing.given,
        former=thing.former,
        starts_at=starts_at,
        expires_at=thing.expires_at,
        monthly_price=thing.monthly_price,
        state=State.ACKNOWLEDGED,
        resource=thing.resource,
    )
