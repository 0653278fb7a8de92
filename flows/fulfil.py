"""The flow that delivers one order item. Safe to kill anywhere and to start again."""

from __future__ import annotations

import logging
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run as this_run

from flows import delivery, endings, running, runtime, undoing
from flows.desk import Desk, Moved
from flows.lease import Hold, held
from flows.running import Interrupted, Wish
from orders import events as e
from orders import model


@flow(name="fulfil", persist_result=False, validate_parameters=True)
def fulfil(order_id: str, item_id: str, generation: int) -> State[Any]:
    """Bring one item as far as it goes, under `generation` of its lease."""
    control = running.current()
    hold = Hold(order=order_id, item=item_id, generation=generation, run=str(this_run.id))
    desk = Desk(house=runtime.house(), hold=hold, control=control)
    try:
        with running.controlled_by(control), held(desk.house.ledger, hold, control):
            item = _brought(desk)
            cancelled = control.told(Wish.CANCEL)
            return endings.cancelled(item) if cancelled else endings.of_item(item)
    except Interrupted as interrupted:
        if interrupted.wish is Wish.SUPERSEDED and this_run.run_count > 1:
            return _retried(desk)
        return endings.of_wish(interrupted.wish)


def _brought(desk: Desk) -> model.OrderItem:
    while True:
        try:
            return delivery.bring(desk)
        except Interrupted as interrupted:
            if interrupted.wish is not Wish.CANCEL:
                raise
            desk.control.heed(Wish.CANCEL)
            undoing.request_cancellation(desk)
        except Exception as error:
            _hold_for_us(desk, error)
            raise


def _hold_for_us(desk: Desk, error: Exception) -> None:
    """A fault of ours: the item waits for a person.

    The error's text may hold anything, so only its class is written down; the run has the rest.
    """
    page = desk.house.run_page(desk.hold.run)
    reason = f"an error of ours ({type(error).__name__}); see {page}"
    try:
        desk.hold_item(reason, resumes=False)
    except (Moved, Interrupted):
        _log().warning("the item had moved on when this run failed")


def _retried(desk: Desk) -> State[Any]:
    """An operator retried the run of a held item in the Prefect UI: that releases it."""
    released = e.ItemReleased(
        at=desk.now, by="operator", item=desk.hold.item, why="the run was retried in Prefect"
    )
    desk.control.heed(Wish.SUPERSEDED)
    try:
        desk.record(released)
    except Moved:
        return endings.of_wish(Wish.SUPERSEDED)
    return endings.released()


def _log() -> logging.Logger | logging.LoggerAdapter[Any]:
    return get_run_logger()
