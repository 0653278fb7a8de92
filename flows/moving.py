"""Moving a thing: the new one made and filled beside the old one, switched to after a yes.

The item is done when its owner has said yes to removing the old one; another item of the order then
does that. Until then everything can be undone, and nothing of the old one is touched.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flows import providing, specs, stages
from flows.desk import Desk
from flows.remedies import remedied
from flows.sides import Side
from orders import events as e
from orders.model import Action, Order, OrderItem, Stage
from orders.moving import REMOVE, SWITCH, carries, copies, ending_move
from providers.types import Ref, Resource


def move(desk: Desk, order: Order, item: OrderItem) -> None:
    """Bring the move as far as it goes without its owner."""
    with remedied(desk, lambda why: desk.reach(Stage.CLEAN_UP, why=why)):
        delivered = providing.made(desk, order, item)
        if delivered is None:
            return
        item = desk.item()
        if not desk.past(item, Stage.SWITCH) and not _switched(desk, item, delivered):
            return
        if desk.agreed(REMOVE, _kept_until(desk, item)):
            providing.hand_over(desk, order, desk.item(), delivered)


def _switched(desk: Desk, item: OrderItem, delivered: Resource) -> bool:
    """Whether it is now the one in use: copied, checked, agreed to, copied once more."""
    sides = _sides(item, delivered.ref)
    if sides and not desk.past(item, Stage.COPY):
        desk.pass_to(item, Stage.COPY)
        stages.copy(*sides)
        tally = stages.compare(*sides)
        item = desk.reach(Stage.COMPARE, why=f"{tally.objects} objects, {tally.size} bytes, alike")
    if not desk.agreed(SWITCH):
        return False
    desk.pass_to(item, Stage.SWITCH)
    if sides:  # what was written while its owner thought about it
        stages.copy(*sides)
        stages.compare(*sides)
    now, by, outputs = desk.now, desk.by, dict(delivered.outputs)
    desk.record(
        e.ThingSwitched(at=now, by=by, item=item.id, outputs=outputs),
        e.StageReached(at=now, by=by, item=item.id, stage=Stage.KEEP),
    )
    return True


def carry_back(desk: Desk, item: OrderItem) -> None:
    """What was written at the new one while it was in use goes to the old one before it goes."""
    switched_at = _switched_at(desk) if item.action is Action.MOVE else None
    if switched_at is None or item.resource is None:
        return
    if sides := _sides(item, specs.ref(item.resource)):
        old, new = sides
        stages.carry_back(new, old, switched_at.timestamp())


def empty_new(item: OrderItem, ref: Ref) -> None:
    """What a move has made is removed with all in it, unless that is the only copy."""
    if item.action is not Action.MOVE or not copies(item.kind, item.target.provider):
        return
    if sides := _sides(item, ref):
        old, new = sides
        stages.check_spare(new, old)
    stages.empty(Side(item.target, ref))


def empty_old(desk: Desk, order: Order, item: OrderItem) -> None:
    """The old one of a move is removed with its content, unless that would be lost."""
    moved = ending_move(order, item)
    if moved is None or moved.resource is None:
        return
    sides, switched_at = _sides(moved, specs.ref(moved.resource)), _switched_at(desk)
    if sides and switched_at:
        stages.check_saved(*sides, switched_at.timestamp())
        stages.empty(sides[0])


def _sides(item: OrderItem, ref: Ref) -> tuple[Side, Side] | None:
    """The old and the new one, where the data is carried over."""
    former = item.former
    if former is None or former.target is None or not carries(item):
        return None
    return Side(former.target, specs.ref(former.resource)), Side(item.target, ref)


def _kept_until(desk: Desk, item: OrderItem) -> datetime:
    since = _switched_at(desk) or desk.now
    return since + _grace(desk, item)


def _grace(desk: Desk, item: OrderItem) -> timedelta:
    offering = desk.house.offerings().get(item.offering)
    said = offering.grace if offering else None
    return said if said is not None else desk.house.patience.kept


def _switched_at(desk: Desk) -> datetime | None:
    """An order moves one thing: the last switch is that one's."""
    found = [one.at for one in desk.history() if isinstance(one, e.ThingSwitched)]
    return found[-1] if found else None
