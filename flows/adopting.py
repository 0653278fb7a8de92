"""Taking over what was there before us: our tags are put on it, and nothing else is touched.

What cannot be tagged holds the item or ends it; the candidate that it came from is free again then.
"""

from __future__ import annotations

from flows import artifacts, calls, specs, stages
from flows.calls import patiently
from flows.desk import Desk
from flows.remedies import remedied
from orders import events as e
from orders.model import Cleanup, Order, OrderItem, Stage
from providers.errors import ProviderError
from providers.types import Resource

HERS = "it carries our tag already, so it is adopted"
TAGGED = frozenset({Stage.VERIFY, Stage.HAND_OVER})
UNKNOWN = "the provider does not tell whether it is adopted yet"


def adopt(desk: Desk, order: Order, item: OrderItem) -> None:
    """Tag it and hand it over, or say why it cannot go on."""

    def give_up(why: str) -> None:
        if done_already(item):
            desk.hold_item(why, resumes=False)
            return
        desk.record(
            e.ItemFailed(
                at=desk.now, by=desk.by, item=item.id, reason=why, cleanup=Cleanup.NOT_REQUIRED
            )
        )

    with remedied(desk, give_up):
        _stages(desk, order, item)


def _stages(desk: Desk, order: Order, item: OrderItem) -> None:
    ref, target, spec = specs.standing(item), item.target, specs.spec(order, item)
    page = desk.house.order_page(order.id)
    if not desk.past(item, Stage.CHECK):
        desk.pass_to(item, Stage.CHECK)
        stages.adopt(target, spec, ref)
    desk.pass_to(item, Stage.VERIFY)
    # It differs from what we would have made? That is drift, for reconciliation and a person.
    artifacts.show_changes(page, order.id, item.id, stages.check_change(target, spec, ref))
    found = calls.adopted(target, spec, ref)
    desk.pass_to(item, Stage.HAND_OVER)
    artifacts.hand_over(page, order.id, item.id, found)
    outputs = dict(found.outputs)
    desk.record(e.ItemCompleted(at=desk.now, by=desk.by, item=item.id, outputs=outputs))


def done_already(item: OrderItem) -> str:
    """Why it cannot be called off: once tagged it is ours. Empty when it can.

    A provider may tell of the tag late: after the check it was put on, whatever is told.
    """
    if not item.begun:
        return ""
    try:
        found = _look(item)
    except ProviderError:
        return UNKNOWN
    untold = {""} if item.stage in TAGGED else set[str]()
    return HERS if found is not None and found.instance in untold | {item.instance} else ""


def _look(item: OrderItem) -> Resource | None:
    ref = specs.standing(item)
    return patiently(lambda: calls.provider(item.target).read(ref))
