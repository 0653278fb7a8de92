"""The way back: remove what was made, look until it is gone, and only then write the end."""

from __future__ import annotations

from contextlib import suppress

from flows import adopting, changing, moving, specs, stages
from flows.calls import NotAsOrdered, StillNotReady
from flows.desk import Desk
from flows.remedies import Ending
from flows.runtime import House
from orders import events as e
from orders import service
from orders.errors import IllegalTransition
from orders.model import Action, Cleanup, Order, OrderItem, Stage
from providers.errors import ProviderError, Remedy
from providers.types import Ref


def request_cancellation(house: House, order: str, item: str) -> None:
    """An operator cancelled the item's run: ask for the item's cancellation in the ledger.

    Past the point of no return the lifecycle refuses it, and what happened stands.
    """
    why = "its run was cancelled in Prefect"
    event = e.CancellationRequested(at=house.now(), by="operator", item=item, why=why)
    with suppress(IllegalTransition):
        service.record(house.ledger, order, event)


def assess(desk: Desk, item: OrderItem) -> None:
    """There is a way back from what is not delivered yet, but not from a removal that has begun."""
    if item.action is Action.TERMINATE and item.begun:
        reason = "its removal has begun and cannot be taken back"
        desk.record(e.CancellationRefused(at=desk.now, by=desk.by, item=item.id, reason=reason))
    elif item.action is Action.ADOPT and (reason := adopting.done_already(item)):
        desk.record(e.CancellationRefused(at=desk.now, by=desk.by, item=item.id, reason=reason))
    else:
        desk.record(e.CancellationAccepted(at=desk.now, by=desk.by, item=item.id))


def cancel(desk: Desk, order: Order, item: OrderItem) -> None:
    """Undo an item whose cancellation was accepted."""
    item = desk.take(item)
    if item.stage is not Stage.CLEAN_UP:
        item = desk.reach(Stage.CLEAN_UP, why="cancelled")

    def ending(cleanup: Cleanup, leftovers: tuple[str, ...]) -> None:
        desk.record(
            e.ItemCancelled(
                at=desk.now, by=desk.by, item=item.id, cleanup=cleanup, leftovers=leftovers
            )
        )

    _undo(desk, order, item, ending)


def fail(desk: Desk, order: Order, item: OrderItem) -> None:
    """End an item that cannot be delivered, for the reason its clean-up was begun."""
    reason = desk.why_cleaning_up()

    def ending(cleanup: Cleanup, leftovers: tuple[str, ...]) -> None:
        desk.record(
            e.ItemFailed(
                at=desk.now,
                by=desk.by,
                item=item.id,
                reason=reason,
                cleanup=cleanup,
                leftovers=leftovers,
            )
        )

    _undo(desk, order, item, ending)


def _undo(desk: Desk, order: Order, item: OrderItem, ending: Ending) -> None:
    match item.action:
        case Action.PROVISION | Action.MOVE:
            _clean(desk, item, ending)
        case Action.MODIFY:
            changing.bring_back(desk, order, item, ending)
        case Action.TERMINATE | Action.ADOPT:
            ending(Cleanup.NOT_REQUIRED, ())


def _clean(desk: Desk, item: OrderItem, ending: Ending) -> None:
    """Remove what was made, then whatever else carries its tag; the end is written after that.

    An error on the way holds the item, and so does what would be lost with it; where no try can
    help, what is left is listed.
    """
    gone: list[Ref] = []
    left: list[Ref] = []
    try:
        moving.carry_back(desk, item)
        while left := _left(desk, item, gone):
            item = _adopted(desk, item, left[0])
            moving.empty_new(item, left[0])
            stages.clean_up(item.target, left[0])
            gone.append(left[0])
            item = desk.record(e.ResourceRemoved(at=desk.now, by=desk.by, item=item.id))
    except StillNotReady as error:
        desk.hold_item(str(error), resumes=True)
    except NotAsOrdered as error:
        desk.hold_item(str(error), resumes=False)
    except ProviderError as error:
        if error.remedy is Remedy.FAIL and left:
            ending(Cleanup.MANUAL_REQUIRED, tuple(one.id for one in left))
        else:
            reason = f"{type(error).__name__}: {error}"
            desk.hold_item(reason, resumes=error.remedy is Remedy.RETRY)
    else:
        ending(Cleanup.DONE if item.attempt > 1 else Cleanup.NOT_REQUIRED, ())


def _left(desk: Desk, item: OrderItem, gone: list[Ref]) -> list[Ref]:
    """What the ledger knows of, then what else carries the tag.

    A create whose answer was lost may have made something; where tokens are not honoured, several.
    A listing may be late and still have what is `gone`.
    """
    known = [specs.ref(item.resource)] if item.resource is not None else []
    if Stage.CREATE not in desk.stages_reached():
        return known
    found = stages.find(item.target, item.kind, item.instance)
    return known + [one for one in found if one not in {*known, *gone}]


def _adopted(desk: Desk, item: OrderItem, ref: Ref) -> OrderItem:
    if item.resource is not None:
        return item
    return desk.record(
        e.ResourceRecorded(
            at=desk.now,
            by=desk.by,
            item=item.id,
            resource=specs.recorded(ref),
            why="found by its tag; the answer to its creation was lost",
        )
    )
