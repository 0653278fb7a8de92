"""Taking away what stands: only what nothing else needs, and looked at until it is gone."""

from __future__ import annotations

from flows import artifacts, moving, specs, stages
from flows.desk import Desk
from flows.remedies import remedied
from orders import events as e
from orders import thing
from orders.errors import StillNeeded
from orders.model import Cleanup, Order, OrderItem, Stage


def remove(desk: Desk, order: Order, item: OrderItem) -> None:
    """Remove the resource, or say why it stays."""
    if item.resource is not None:
        begun = item.stage is Stage.CLEAN_UP
        if not begun and (needed := _still_needed(desk, order, item)):
            _stays(desk, item, needed)
            return
        if not _removed(desk, order, item):
            return
    page = desk.house.order_page(order.id)
    artifacts.take_away(page, order.id, item.id, specs.formerly(item))
    desk.record(e.ItemCompleted(at=desk.now, by=desk.by, item=item.id, outputs={}))


def _removed(desk: Desk, order: Order, item: OrderItem) -> bool:
    """Whether it is gone, and recorded so."""
    ref = specs.standing(item)

    def give_up(why: str) -> None:
        """What is whole stays as it was; what is half removed needs a person."""
        if stages.intact(item.target, ref):
            _stays(desk, item, why)
        else:
            desk.hold_item(f"{why}; it is partly removed", resumes=False)

    if item.stage is not Stage.CLEAN_UP:
        desk.reach(Stage.CLEAN_UP)
    done = False
    with remedied(desk, give_up):
        moving.empty_old(desk, order, item)
        stages.remove(item.target, ref)
        done = True
    if done:
        now, by = desk.now, desk.by
        desk.record(
            e.ResourceRemoved(at=now, by=by, item=item.id),
            e.StageReached(at=now, by=by, item=item.id, stage=Stage.HAND_OVER),
        )
    return done


def _still_needed(desk: Desk, order: Order, item: OrderItem) -> str:
    """Why it must stay, when something that came since the order was placed stands on it."""
    found = desk.ask(lambda ledger: ledger.things(order.agency, instance=item.instance))
    users = desk.ask(lambda ledger: ledger.users(order.agency, [item.instance]))
    try:
        thing.check_unneeded(found, users)
    except StillNeeded as error:
        return str(error)
    return ""


def _stays(desk: Desk, item: OrderItem, why: str) -> None:
    desk.record(
        e.ItemFailed(
            at=desk.now, by=desk.by, item=item.id, reason=why, cleanup=Cleanup.NOT_REQUIRED
        )
    )
