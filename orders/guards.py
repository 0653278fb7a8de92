"""What a state alone does not tell: each guard raises IllegalTransition unless its event is true.

Called for a move that the table of `orders.lifecycle` allows.
"""

from __future__ import annotations

from orders import events as e
from orders import needs
from orders.entry import Event
from orders.errors import IllegalTransition
from orders.model import Action, Cleanup, Order, OrderItem, Stage, State
from orders.moving import makes


def guard(order: Order, item: OrderItem, event: Event) -> None:
    """Everything that must be so before `event` may happen to `item`."""
    match event:
        case e.ItemStarted():
            _start(order, item, event)
        case e.ResourceRecorded() | e.ResourceRemoved():
            _resource(item, event)
        case e.ItemRejected() | e.CancellationRequested() | e.CancellationAccepted():
            _way_out(item, event)
        case e.ThingSwitched() | e.ItemCompleted():
            _completion(item, event)
        case e.ItemFailed() | e.ItemCancelled():
            _clean_up(item, event)
        case e.ApprovalAsked() | e.ApprovalGiven() | e.ApprovalRefused() | e.QuestionAnswered():
            _approval(order, item, event)
        case e.ExpiryWarned() | e.ExpiryExtended() | e.AccessAsked() if item.resource is None:
            raise IllegalTransition(f"item {item.id} has no resource: nothing expires or is opened")
        case _:
            pass


def _start(order: Order, item: OrderItem, event: e.ItemStarted) -> None:
    if waits := needs.unmet(order, item):
        names = ", ".join(other.id for other in waits)
        raise IllegalTransition(f"item {item.id} needs {names}, which is not completed")
    if item.starts_at is not None and event.at < item.starts_at:
        raise IllegalTransition(f"item {item.id} does not start before {item.starts_at}")


def _resource(item: OrderItem, event: e.ResourceRecorded | e.ResourceRemoved) -> None:
    if item.approval_step:
        raise IllegalTransition(f"item {item.id} awaits an approval: nothing was made for it")
    if isinstance(event, e.ResourceRecorded):
        if item.action is Action.TERMINATE and item.resource is None:
            raise IllegalTransition(f"item {item.id} removes its resource: it makes none")
        if item.resource not in {None, event.resource}:
            raise IllegalTransition(f"item {item.id} has another resource: remove that one first")
    elif item.action in {Action.MODIFY, Action.ADOPT}:
        raise IllegalTransition(f"item {item.id} is to {item.action}: it never removes anything")
    elif item.action is Action.TERMINATE and item.state is State.PENDING_CANCELLATION:
        raise IllegalTransition(f"item {item.id} is being called off: its resource stays")


def _way_out(
    item: OrderItem, event: e.ItemRejected | e.CancellationRequested | e.CancellationAccepted
) -> None:
    """What has begun on a resource is undone, not refused; what is gone does not come back."""
    removes = item.action is Action.TERMINATE
    undoing = State.PENDING_CANCELLATION in item.back
    if undoing and not isinstance(event, e.CancellationAccepted):
        raise IllegalTransition(f"item {item.id} is being undone already")
    match event:
        case e.ItemRejected() if makes(item) and item.resource is not None:
            raise IllegalTransition(f"item {item.id} has a resource: cancel it instead")
        case e.ItemRejected() if not makes(item) and item.begun:
            raise IllegalTransition(f"item {item.id} has begun: cancel it instead")
        case e.CancellationRequested() if removes and item.resource is None:
            raise IllegalTransition(f"item {item.id} has removed its resource: it is too late")
        case e.CancellationAccepted() if removes and item.begun:
            raise IllegalTransition(f"item {item.id} removes its resource already: refuse instead")
        case _:
            pass


def _switch(item: OrderItem) -> None:
    if item.action is not Action.MOVE or item.resource is None or item.stage is not Stage.SWITCH:
        raise IllegalTransition(f"item {item.id} has nothing to switch to")


def _completion(item: OrderItem, event: e.ThingSwitched | e.ItemCompleted) -> None:
    if isinstance(event, e.ThingSwitched):
        _switch(item)
        return
    if item.action is Action.TERMINATE:
        if item.resource is not None:
            raise IllegalTransition(f"item {item.id} completed with its resource still there")
    elif item.resource is None:
        raise IllegalTransition(f"item {item.id} completed without a resource")
    if item.stage is not Stage.HAND_OVER:
        raise IllegalTransition(f"item {item.id} completed before it was handed over")


def _clean_up(item: OrderItem, event: e.ItemFailed | e.ItemCancelled) -> None:
    """Of what was made nothing is left; of what stood before, nothing is lost."""
    manual = event.cleanup is Cleanup.MANUAL_REQUIRED
    if manual != bool(event.leftovers):
        raise IllegalTransition(f"item {item.id}: leftovers are listed when, and only when, manual")
    if makes(item):
        if item.resource is not None and not manual:
            raise IllegalTransition(f"item {item.id} ended before its clean-up did")
    elif item.resource is None:
        raise IllegalTransition(f"item {item.id} has removed its resource: complete it")


def _approval(order: Order, item: OrderItem, event: e.ItemsEvent | e.QuestionAnswered) -> None:
    match event:
        case e.QuestionAnswered():
            _answer(item, event)
        case e.ApprovalRefused():
            if not item.approval_step:
                raise IllegalTransition(f"item {item.id} awaits an answer, not an approval")
        case e.ApprovalAsked():
            _asked(item, event)
        case e.ApprovalGiven():
            _given(order, item, event)


def _answer(item: OrderItem, event: e.QuestionAnswered) -> None:
    if item.approval_step:
        raise IllegalTransition(f"item {item.id} awaits an approval, not an answer")
    asked = item.waiting_on
    if asked is None or not asked.answers:
        return
    if event.answer not in asked.answers:
        raise IllegalTransition(f"item {item.id} takes {' or '.join(asked.answers)} for an answer")
    if asked.opens is not None and event.at < asked.opens:
        raise IllegalTransition(f"item {item.id} takes no answer before {asked.opens}")


def _asked(item: OrderItem, event: e.ApprovalAsked) -> None:
    if item.state is State.PENDING and not item.approval_step:
        raise IllegalTransition(f"item {item.id} awaits an answer: ask for approval later")
    if not 1 <= event.step <= event.steps:
        raise IllegalTransition(f"there is no step {event.step} of {event.steps}")


def _given(order: Order, item: OrderItem, event: e.ApprovalGiven) -> None:
    asked = order.approval
    if asked is None or not item.approval_step == asked.step == event.step:
        raise IllegalTransition(f"item {item.id} does not await step {event.step} of an approval")
    if event.by == order.placed_by:
        raise IllegalTransition(f"{event.by} placed order {order.id}: somebody else approves it")
    if event.by in asked.given:
        raise IllegalTransition(f"{event.by} has approved an earlier step: somebody else does this")
    if (event.then is None) != (event.step == asked.steps):
        raise IllegalTransition(
            f"step {event.step} of {asked.steps}: only the last ends the asking"
        )
