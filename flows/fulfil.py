"""The flow that delivers one order item. Safe to kill anywhere and to start again."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.logging import get_run_logger
from prefect.runtime import flow_run as this_run

from flows import delivery, endings, running, runtime, undoing
from flows.desk import Desk, Moved
from flows.faults import OurFault, guarded
from flows.lease import Hold, held
from flows.running import Interrupted, Wish
from orders import events as e
from orders import model

PAUSED = "paused in Prefect by an operator; retry or resume the run to go on"


@flow(name="fulfil", persist_result=False, validate_parameters=True)
def fulfil(order_id: str, item_id: str, generation: int) -> State[Any]:
    """Bring one item as far as it goes, under `generation` of its lease."""
    control = running.current()
    hold = Hold(order=order_id, item=item_id, generation=generation, run=str(this_run.id))
    desk = Desk(house=runtime.house(), hold=hold, control=control)
    try:
        with running.controlled_by(control), held(desk.house.ledger, hold, control):
            item = _brought(desk)
            too_late = endings.cancelled(item)
            control.last_word = too_late.message or ""
            return too_late if control.told(Wish.CANCEL) else endings.of_item(item)
    except Interrupted as interrupted:
        if interrupted.wish is Wish.SUPERSEDED:
            return _superseded(desk)
        return endings.of_wish(interrupted.wish)


def _brought(desk: Desk) -> model.OrderItem:
    while True:
        try:
            return guarded(delivery.bring)(desk)
        except Interrupted as interrupted:
            desk.control.heed(interrupted.wish)
            if interrupted.wish is Wish.CANCEL:
                undoing.request_cancellation(desk.house, desk.hold.order, desk.hold.item)
            elif interrupted.wish is Wish.PAUSE:
                _hold_for(desk, PAUSED)
            else:
                raise
        except Pause:
            _hold_for(desk, PAUSED)
            raise
        except OurFault as fault:
            page = desk.house.run_page(desk.hold.run)
            _hold_for(desk, f"an error of ours ({fault.kind}); see {page}")
            raise


def _hold_for(desk: Desk, reason: str) -> None:
    """The item waits for a person, unless it has moved on by itself."""
    try:
        desk.hold_item(reason, resumes=False)
    except (Moved, Interrupted):
        get_run_logger().warning("the item had moved on: it is not held because of %s", reason)


def _superseded(desk: Desk) -> State[Any]:
    """The item is not this run's. If it waits where this run left it, an operator retried the run.

    Retrying the run of a held item in the Prefect UI releases it.
    """
    desk.control.heed(Wish.SUPERSEDED)
    why = "its run was retried in Prefect"
    try:
        item = desk.item()
        if item.state is model.State.HELD and item.run == desk.hold.run:
            desk.record(e.ItemReleased(at=desk.now, by="operator", item=item.id, why=why))
            return endings.released()
    except (Moved, Interrupted):
        pass  # somebody was quicker, or this run is to end anyway
    return endings.of_wish(Wish.SUPERSEDED)
