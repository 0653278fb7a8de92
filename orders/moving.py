"""Moving a thing to another place: new beside old, copied, checked, switched, the old one removed.

One order with two items. The first makes a new service instance, with a mark of its own at the
provider, and stays open until its owner has said yes to removing the old one; the second then
removes that, as any removal. Called off before that, the new one goes and the old one stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from orders.errors import CannotMove
from orders.model import DELIVERY, Action, Order, OrderItem, Stage
from orders.thing import Thing, removed

STAGES = (*DELIVERY[:-1], Stage.COPY, Stage.COMPARE, Stage.SWITCH, Stage.KEEP, Stage.HAND_OVER)
YES = "yes"
SWITCH = "The new one is ready beside the old one. Shall we switch to it?"
REMOVE = "The new one is in use. Shall the old one be removed?"
KEPT = timedelta(days=14)  # how long the old one is kept, where the offering says nothing
ITEM, OLD = "1", "2"
# What holds data that can be carried over, and where it can be read and written.
COPIED = {"object-storage": frozenset({"aws", "azure", "gcp", "openstack", "fake"})}
# What is built anew beside the old one, without what is in it.
BUILT_ANEW = frozenset({"virtual-machine", "database", "network"})


def makes(item: OrderItem) -> bool:
    """Whether it makes a new resource, and takes it away again when it is undone."""
    return item.action in {Action.PROVISION, Action.MOVE}


def switched(item: OrderItem) -> bool:
    """Whether a move's new resource is the one in use."""
    kept = item.stage in {Stage.KEEP, Stage.HAND_OVER}
    return item.action is Action.MOVE and kept and item.resource is not None


def ending_move(order: Order, item: OrderItem) -> OrderItem | None:
    """The move that `item` removes the old one of."""
    if item.action is not Action.TERMINATE:
        return None
    moves = [order.items[one] for one in item.needs]
    return next((one for one in moves if one.action is Action.MOVE), None)


def copies(kind: str, *providers: str) -> bool:
    """Whether the data of such a thing is carried over between these."""
    return set(providers) <= COPIED.get(kind, frozenset())


def carries(item: OrderItem) -> bool:
    """Whether a move carries the data over."""
    former = item.former
    if former is None or former.target is None:
        return False
    return copies(item.kind, former.target.provider, item.target.provider)


def check_movable(thing: Thing, users: Sequence[Thing]) -> None:
    """Raise CannotMove, in words for its owner; `users` are those that need it."""
    if thing.kind not in COPIED and thing.kind not in BUILT_ANEW:
        raise CannotMove(f"a {thing.kind} is not moved: order a new one and remove this one")
    if thing.needs or thing.given:
        raise CannotMove(f"{thing.name} stands on something else that stays where it is")
    if users:
        names = ", ".join(one.name for one in users)
        raise CannotMove(f"{names} stands on {thing.name} and would lose it")


def moved(thing: Thing, wanted: OrderItem) -> tuple[OrderItem, ...]:
    """The items that move `thing` to what `wanted`, a new item of its offering, describes."""
    new = replace(
        wanted,
        id=ITEM,
        action=Action.MOVE,
        name=thing.name,
        needs=(),
        wires={},
        given={},
        former=replace(thing.former, target=thing.target),
        expires_at=thing.expires_at,
        starts_at=None,
    )
    (old,) = removed([thing])
    return new, replace(old, id=OLD, needs=(ITEM,))
