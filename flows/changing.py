"""A change of what stands: shown, made step by step, checked. It never removes anything.

A change that fails or is called off is brought back to what stood before.
"""

from __future__ import annotations

from flows import artifacts, specs, stages
from flows.desk import Desk
from flows.remedies import Ending, remedied
from orders import events as e
from orders.model import Cleanup, Order, OrderItem, Stage
from providers.errors import InvalidSpec
from providers.types import Change


def change(desk: Desk, order: Order, item: OrderItem) -> None:
    """Bring the resource to what is ordered now, or say why it cannot go on."""
    with remedied(desk, lambda why: desk.reach(Stage.CLEAN_UP, why=why)):
        _stages(desk, order, item)


def _stages(desk: Desk, order: Order, item: OrderItem) -> None:
    ref, target, spec = specs.standing(item), item.target, specs.spec(order, item)
    page = desk.house.order_page(order.id)
    if not desk.past(item, Stage.CHECK):
        desk.pass_to(item, Stage.CHECK)
        changes = stages.check_change(target, spec, ref)
        artifacts.show_changes(page, order.id, item.id, changes)
        _check_in_place(ref.id, changes)
    desk.pass_to(item, Stage.BUILD)
    changed = stages.change(target, spec, ref)
    if changed.awaits is not None:
        desk.wait_outside(changed.awaits, changed.detail)
        return
    desk.pass_to(item, Stage.VERIFY)
    delivered = stages.verify(target, spec, ref)
    desk.pass_to(item, Stage.HAND_OVER)
    artifacts.hand_over(page, order.id, item.id, delivered)
    outputs = dict(delivered.outputs)
    desk.record(e.ItemCompleted(at=desk.now, by=desk.by, item=item.id, outputs=outputs))


def bring_back(desk: Desk, order: Order, item: OrderItem, ending: Ending) -> None:
    """Undo what was changed so far; where that cannot be done, what differs is listed."""
    ref, target = specs.standing(item), item.target
    if Stage.BUILD not in desk.stages_reached():
        ending(Cleanup.NOT_REQUIRED, ())  # nothing was asked of the provider yet
        return
    before = desk.ask(lambda ledger: specs.before(ledger, order, item))

    def left_over(why: str) -> None:
        ending(Cleanup.MANUAL_REQUIRED, (f"{ref.id}, not as it was before: {why}",))

    with remedied(desk, left_over):
        back = stages.bring_back(target, before, ref)
        if back.awaits is not None:
            desk.wait_outside(back.awaits, back.detail)
        else:
            ending(Cleanup.DONE, ())


def _check_in_place(what: str, changes: list[Change]) -> None:
    """A change that would replace the resource is another order: its data would be lost."""
    for one in changes:
        if one.replaces:
            raise InvalidSpec(
                f"{one.field} of {what} is {one.actual!r} and cannot become {one.wanted!r} in "
                "place; order a new one and remove this one"
            )
