"""Delivering one item, stage by stage, or saying why it cannot go on.

Every step begins from what the ledger and the cloud say, so that a run may die anywhere and
another one goes on.
"""

from __future__ import annotations

from flows import artifacts, specs, stages, undoing
from flows.desk import Desk, Moved
from flows.stages import BuildFailed, NotAsOrdered, StillNotReady
from orders import events as e
from orders.model import DELIVERY, Action, Order, OrderItem, Stage, State
from providers.errors import ProviderError, Remedy


def bring(desk: Desk) -> OrderItem:
    """Work on the item until its state asks for no more; raises Interrupted where it is safe."""
    while True:
        order = desk.order()
        item = order.items[desk.hold.item]
        try:
            match item.state:
                case State.ACKNOWLEDGED:
                    _start(desk)
                case State.IN_PROGRESS:
                    _work(desk, order, item)
                case State.ASSESSING_CANCELLATION:
                    undoing.assess(desk, item)
                case State.PENDING_CANCELLATION:
                    undoing.cancel(desk, item)
                case _:
                    return item
        except Moved:
            continue


def _start(desk: Desk) -> None:
    """Taken up and checked in one entry: the customer sees work begin, not paperwork."""
    now, item = desk.now, desk.hold.item
    desk.record(
        e.ItemStarted(at=now, by=desk.by, item=item),
        e.RunTaken(at=now, by=desk.by, item=item, run=desk.hold.run),
        e.StageReached(at=now, by=desk.by, item=item, stage=Stage.CHECK),
    )


def _work(desk: Desk, order: Order, item: OrderItem) -> None:
    if item.run != desk.hold.run:
        taken = e.RunTaken(at=desk.now, by=desk.by, item=item.id, run=desk.hold.run)
        item = desk.record(taken)
    if item.stage is Stage.CLEAN_UP:
        undoing.fail(desk, item)
    elif item.action is Action.TERMINATE:
        desk.hold_item("terminating is not offered yet; an operator must act", resumes=False)
    else:
        _deliver(desk, order, item)


def _deliver(desk: Desk, order: Order, item: OrderItem) -> None:
    """Stage by stage; an error becomes its remedy."""
    try:
        _stages(desk, order, item)
    except ProviderError as error:
        reason = f"{type(error).__name__}: {error}"
        if error.remedy is Remedy.FAIL:
            desk.reach(Stage.CLEAN_UP, why=reason)
        else:
            desk.hold_item(reason, resumes=error.remedy is Remedy.RETRY)
    except StillNotReady as error:
        desk.hold_item(str(error), resumes=True)
    except BuildFailed as error:
        desk.reach(Stage.CLEAN_UP, why=str(error))
    except NotAsOrdered as error:
        desk.hold_item(str(error), resumes=False)


def _stages(desk: Desk, order: Order, item: OrderItem) -> None:
    target, spec = item.target, specs.spec(order, item)
    if item.resource is None:
        if _at(item) <= DELIVERY.index(Stage.CHECK):
            _reach(desk, item, Stage.CHECK)
            stages.check(target, spec)
        _reach(desk, item, Stage.CREATE)
        made = stages.create(target, spec)
        resource = specs.recorded(made.ref)
        item = desk.record(
            e.ResourceRecorded(at=desk.now, by=desk.by, item=item.id, resource=resource),
            e.StageReached(at=desk.now, by=desk.by, item=item.id, stage=Stage.BUILD),
        )
        ref = made.ref
    else:
        ref = specs.ref(item.resource)
    _reach(desk, item, Stage.BUILD)
    built = stages.build(target, spec, ref)
    if built.awaits is not None:
        desk.wait_outside(built.awaits, built.detail)
        return
    _reach(desk, item, Stage.VERIFY)
    delivered = stages.verify(target, spec, ref)
    _reach(desk, item, Stage.HAND_OVER)
    artifacts.hand_over(desk.house.order_page(order.id), order.id, item.id, delivered)
    outputs = dict(delivered.outputs)
    desk.record(e.ItemCompleted(at=desk.now, by=desk.by, item=item.id, outputs=outputs))


def _at(item: OrderItem) -> int:
    return DELIVERY.index(item.stage) if item.stage in DELIVERY else 0


def _reach(desk: Desk, item: OrderItem, stage: Stage) -> None:
    """Record the stage unless the item is as far already: a new run repeats no stage's entry."""
    desk.control.check()
    if item.stage not in DELIVERY or DELIVERY.index(stage) > _at(item):
        desk.reach(stage)
