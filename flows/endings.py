"""How a run shows in the Prefect UI when it is over: what is stuck and why, at a glance.

| name       | colour of the type | meaning                                                        |
|------------|--------------------|----------------------------------------------------------------|
| Completed  | completed          | delivered                                                      |
| Held       | failed             | somebody must act; retrying the run in the UI releases it      |
| Waiting    | completed          | held for a time, or somebody is asked; it goes on by itself    |
| Failed     | failed             | cannot be delivered, or a fault of ours (then with traceback)  |
| Cancelled  | cancelled          | undone                                                         |
| Superseded | cancelled          | a newer run has the item                                       |
| Stopped    | crashed            | the worker was stopped; a new run goes on                      |
"""

from __future__ import annotations

from prefect.client.schemas.objects import State, StateType

from flows.running import Wish
from orders import model

DONE = {
    model.Action.PROVISION: "delivered",
    model.Action.MODIFY: "changed",
    model.Action.MOVE: "moved",
    model.Action.TERMINATE: "removed",
    model.Action.ADOPT: "adopted",
}
CANCELLED = "Cancelled"  # also what Prefect itself names it when an operator cancels


def of_item(item: model.OrderItem) -> State[None]:
    """For an item that this run has brought as far as it goes."""
    match item.state:
        case model.State.COMPLETED:
            return _state(StateType.COMPLETED, "Completed", DONE[item.action])
        case model.State.HELD | model.State.PENDING:
            return _stopped(item)
        case model.State.FAILED:
            return _state(StateType.FAILED, "Failed", _with_leftovers(item, item.reason))
        case model.State.CANCELLED:
            return _state(StateType.CANCELLED, CANCELLED, _with_leftovers(item, "undone"))
        case _:
            return _state(StateType.COMPLETED, "Completed", f"the item is {item.state}")


def cancelled(item: model.OrderItem) -> State[None]:
    """For an item whose run an operator cancelled.

    Prefect takes no other end than Cancelled for it, so the message tells what came of it.
    """
    if item.state is model.State.CANCELLED:
        return of_item(item)
    message = f"cancelled too late or in vain: the item is {item.state}. {item.reason}".rstrip()
    return _state(StateType.CANCELLED, CANCELLED, message)


def of_wish(wish: Wish) -> State[None]:
    """For a run that ended before it was done."""
    match wish:
        case Wish.SUPERSEDED:
            return _state(StateType.CANCELLED, "Superseded", wish.value)
        case Wish.STOP:
            message = "the worker was stopped; the order goes on in a new run when one is back"
            return _state(StateType.CRASHED, "Stopped", message)
        case Wish.PAUSE:
            return _state(StateType.FAILED, "Held", wish.value)
        case Wish.CANCEL:
            return _state(StateType.CANCELLED, CANCELLED, wish.value)


def released() -> State[None]:
    """For a held item's run that an operator retried."""
    return _state(StateType.COMPLETED, "Released", "the item goes on in a new run")


def _stopped(item: model.OrderItem) -> State[None]:
    """Whether it goes on by itself, or somebody must act."""
    if item.waiting_on is not None and item.state is model.State.PENDING:
        message = f"for {item.waiting_on.role}: {item.waiting_on.question}"
        return _state(StateType.COMPLETED, "Waiting", message)
    if item.resume_at is not None:
        message = f"{item.reason}; goes on by itself at {item.resume_at:%Y-%m-%d %H:%M:%S} UTC"
        return _state(StateType.COMPLETED, "Waiting", message)
    return _state(StateType.FAILED, "Held", item.reason)


def _with_leftovers(item: model.OrderItem, message: str) -> str:
    if not item.leftovers:
        return message
    return f"{message}; left over, to be removed by hand: {', '.join(item.leftovers)}"


def _state(kind: StateType, name: str, message: str) -> State[None]:
    return State(type=kind, name=name, message=message)
