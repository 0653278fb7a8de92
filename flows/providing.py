"""Something new, stage by stage."""

from __future__ import annotations

from flows import artifacts, specs, stages
from flows.calls import Gone, NotAsOrdered
from flows.desk import Desk
from flows.remedies import remedied
from orders import events as e
from orders import needs
from orders.model import Order, OrderItem, Stage
from providers.types import Resource


def provide(desk: Desk, order: Order, item: OrderItem) -> None:
    """Deliver it, or say why it cannot go on; what cannot be delivered goes on to its clean-up."""
    with remedied(desk, lambda why: desk.reach(Stage.CLEAN_UP, why=why)):
        if missing := needs.unwired(order, item):
            raise NotAsOrdered(
                f"{', '.join(missing)}: what item {item.id} needs does not give this; correct the "
                "offering's wires"
            )
        _stages(desk, order, item)


def _stages(desk: Desk, order: Order, item: OrderItem) -> None:
    delivered = made(desk, order, item)
    if delivered is not None:
        hand_over(desk, order, item, delivered)


def hand_over(desk: Desk, order: Order, item: OrderItem, delivered: Resource) -> None:
    """The end of it."""
    desk.pass_to(item, Stage.HAND_OVER)
    page = desk.house.order_page(order.id)
    artifacts.hand_over(page, order.id, item.id, delivered)
    outputs = dict(delivered.outputs)
    desk.record(e.ItemCompleted(at=desk.now, by=desk.by, item=item.id, outputs=outputs))


def made(desk: Desk, order: Order, item: OrderItem) -> Resource | None:
    """Everything but the hand-over; None while somebody outside must act."""
    if item.resource is None:
        return _anew(desk, order, item)
    try:
        return _on(desk, order, item, resumed=True)
    except Gone:
        # What an earlier run had accepted: made sure of, and made again as another attempt.
        stages.remove(item.target, specs.ref(item.resource))
        item = desk.record(e.ResourceRemoved(at=desk.now, by=desk.by, item=item.id))
        return _anew(desk, order, item)


def _anew(desk: Desk, order: Order, item: OrderItem) -> Resource | None:
    target, spec = item.target, specs.spec(order, item)
    if not desk.past(item, Stage.CHECK):
        desk.pass_to(item, Stage.CHECK)
        stages.check(target, spec)
    desk.pass_to(item, Stage.CREATE)
    resource = specs.recorded(stages.create(target, spec).ref)
    item = desk.record(
        e.ResourceRecorded(at=desk.now, by=desk.by, item=item.id, resource=resource),
        e.StageReached(at=desk.now, by=desk.by, item=item.id, stage=Stage.BUILD),
    )
    return _on(desk, order, item, resumed=False)


def _on(desk: Desk, order: Order, item: OrderItem, *, resumed: bool) -> Resource | None:
    """From the accepted resource on."""
    assert item.resource is not None  # noqa: S101 - that is where this goes on from
    target, spec, ref = item.target, specs.spec(order, item), specs.ref(item.resource)
    desk.pass_to(item, Stage.BUILD)
    built = stages.build(target, spec, ref, resumed=resumed)
    if built.awaits is not None:
        desk.wait_outside(built.awaits, built.detail)
        return None
    desk.pass_to(item, Stage.VERIFY)
    return stages.verify(target, spec, ref)
