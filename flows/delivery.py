"""Bringing one item as far as it goes: which work its state and its action ask for.

Every step begins from what the ledger and the cloud say, so that a run may die anywhere and
another one goes on.
"""

from __future__ import annotations

from flows import adopting, changing, moving, providing, removing, undoing
from flows.desk import Desk, Moved
from orders import events as e
from orders import needs
from orders.model import Action, Order, OrderItem, Stage, State


def bring(desk: Desk) -> OrderItem:
    """Work on the item until its state asks for no more; raises Interrupted where it is safe."""
    refused = 0
    while True:
        order = desk.order()
        item = order.items[desk.hold.item]
        if item.state is State.ACKNOWLEDGED and not _may_start(desk, order, item):
            return item
        try:
            if not _step(desk, order, item):
                return item
        except Moved:
            if order.version == refused:
                raise  # nobody moved it: what was to be written is never allowed
            refused = order.version


def _step(desk: Desk, order: Order, item: OrderItem) -> bool:
    """What the item's state asks for; False when it asks for nothing."""
    match item.state:
        case State.ACKNOWLEDGED:
            _start(desk)
        case State.IN_PROGRESS:
            _work(desk, order, item)
        case State.ASSESSING_CANCELLATION:
            undoing.assess(desk, item)
        case State.PENDING_CANCELLATION:
            undoing.cancel(desk, order, item)
        case _:
            return False
    return True


def _may_start(desk: Desk, order: Order, item: OrderItem) -> bool:
    """Not before what it needs is delivered, nor before its time."""
    early = item.starts_at is not None and desk.now < item.starts_at
    return not early and not needs.blocked(order, item)


def _start(desk: Desk) -> None:
    """Taken up and checked in one entry: the customer sees work begin, not paperwork."""
    now, item = desk.now, desk.hold.item
    desk.record(
        e.ItemStarted(at=now, by=desk.by, item=item),
        e.RunTaken(at=now, by=desk.by, item=item, run=desk.hold.run),
        e.StageReached(at=now, by=desk.by, item=item, stage=Stage.CHECK),
    )


def _work(desk: Desk, order: Order, item: OrderItem) -> None:
    item = desk.take(item)
    if item.action is Action.TERMINATE:
        removing.remove(desk, order, item)
    elif item.stage is Stage.CLEAN_UP:
        undoing.fail(desk, order, item)
    elif item.action is Action.ADOPT:
        adopting.adopt(desk, order, item)
    elif item.action is Action.MODIFY:
        changing.change(desk, order, item)
    elif item.action is Action.MOVE:
        moving.move(desk, order, item)
    else:
        providing.provide(desk, order, item)
