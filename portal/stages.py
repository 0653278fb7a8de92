"""How far an item has come: its stages, when each began and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from orders import moving
from orders.events import LedgerEvent, OnItem, StageReached
from orders.model import DELIVERY, ENDS, Action, OrderItem, Stage, State

# The stages each action meets, in order.
PATHS: Mapping[Action, tuple[Stage, ...]] = {
    Action.PROVISION: DELIVERY,
    Action.MOVE: moving.STAGES,
    Action.MODIFY: (Stage.CHECK, Stage.BUILD, Stage.VERIFY, Stage.HAND_OVER),
    Action.ADOPT: (Stage.CHECK, Stage.VERIFY, Stage.HAND_OVER),
    Action.TERMINATE: (Stage.CHECK, Stage.CLEAN_UP, Stage.HAND_OVER),
}
Progress = Literal["done", "current", "stopped", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of one item. `stopped` is where a delivery ended that did not succeed."""

    stage: Stage
    progress: Progress
    began_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def length(self) -> timedelta | None:
        return self.done_at - self.began_at if self.began_at and self.done_at else None


def steps(history: Sequence[LedgerEvent], item: OrderItem) -> list[Step]:
    """The stages of the item's action in order; what has not been reached waits."""
    path = _path(item)
    began = _began(history, item.id, path)
    ended = _ended(history, item)
    reached = [stage for stage in path if stage in began]
    last = reached[-1] if reached else None
    shown = []
    for stage in path:
        following = [began[other] for other in reached if began[other] > began.get(stage, ended)]
        done_at = min(following, default=ended) if stage in began else None
        progress = _progress(item, stage, last, reached)
        shown.append(
            Step(
                stage=stage,
                progress=progress,
                began_at=began.get(stage),
                done_at=done_at if progress == "done" else None,
            )
        )
    return shown


def _path(item: OrderItem) -> Sequence[Stage]:
    """Where nothing is carried over, nothing is copied and compared."""
    path = PATHS[item.action]
    if item.action is not Action.MOVE or moving.carries(item):
        return path
    return [stage for stage in path if stage not in {Stage.COPY, Stage.COMPARE}]


def _progress(
    item: OrderItem, stage: Stage, last: Stage | None, reached: Sequence[Stage]
) -> Progress:
    if item.state is State.COMPLETED:
        return "done"
    if stage is last:
        return "stopped" if item.state in ENDS else "current"
    return "done" if stage in reached else "waiting"


def _began(
    history: Sequence[LedgerEvent], item: str, path: Sequence[Stage]
) -> dict[Stage, datetime]:
    """When each stage was reached the last time; going back forgets what came after."""
    began: dict[Stage, datetime] = {}
    for event in history:
        if isinstance(event, StageReached) and event.item == item and event.stage in path:
            place = path.index(event.stage)
            began = {stage: at for stage, at in began.items() if path.index(stage) < place}
            began[event.stage] = event.at
    return began


def _ended(history: Sequence[LedgerEvent], item: OrderItem) -> datetime:
    """When the item's last event was."""
    times = [one.at for one in history if isinstance(one, OnItem) and one.item == item.id]
    return times[-1] if times else history[0].at
