"""Items that need others of their order: what may start, what never will, what is handed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from orders.errors import IllegalTransition
from orders.model import ENDS, Order, OrderItem, State, Values


def check(order: str, items: Sequence[OrderItem]) -> None:
    """Raise IllegalTransition unless needs and wires name items of the order, without a circle."""
    known = {item.id for item in items}
    for item in items:
        if strangers := sorted(set(item.needs) - known):
            raise IllegalTransition(
                f"order {order}: item {item.id} needs {', '.join(strangers)}, "
                "which it does not have: name items of the same order",
            )
        for parameter, wire in item.wires.items():
            source, _, output = wire.rpartition(".")
            if source not in item.needs or not output:
                raise IllegalTransition(
                    f"order {order}: item {item.id} wires {parameter} to {wire!r}: "
                    "write it as <item>.<output>, of an item that it needs",
                )
    try:
        TopologicalSorter({item.id: item.needs for item in items}).prepare()
    except CycleError as error:
        circle = " needs ".join(error.args[1])
        raise IllegalTransition(f"order {order}: item {circle}: take one need away") from None


def unmet(order: Order, item: OrderItem) -> list[OrderItem]:
    """The items it needs that are not completed, in the order it names them."""
    needed = (order.items[other] for other in item.needs)
    return [other for other in needed if other.state is not State.COMPLETED]


def blocked(order: Order, item: OrderItem) -> bool:
    """Whether it waits for items it needs: only what has not begun does."""
    return item.state is State.ACKNOWLEDGED and bool(unmet(order, item))


def doomed(order: Order) -> Iterator[tuple[OrderItem, OrderItem]]:
    """Items that wait for one that will never be completed, each with the one it needs."""
    for item in order.items.values():
        waits = item.state in {State.ACKNOWLEDGED, State.PENDING, State.HELD} and not item.begun
        lost = [other for other in unmet(order, item) if other.state in ENDS]
        if waits and lost and State.PENDING_CANCELLATION not in item.back:
            yield item, lost[0]


def parameters(order: Order, item: OrderItem) -> Values:
    """What the provider is asked for, with what is handed on filled in as far as it is known."""
    return {**item.parameters, **handed_on(order, item)}


def handed_on(order: Order, item: OrderItem) -> Values:
    """What wires fill in: of earlier orders, and of this one's items as far as they are done."""
    found = dict(item.given)
    for parameter, wire in item.wires.items():
        source, _, output = wire.rpartition(".")
        outputs = order.items[source].outputs
        if output in outputs:
            found[parameter] = outputs[output]
    return found


def unwired(order: Order, item: OrderItem) -> list[str]:
    """The wires that carry nothing: asked of an item that may start, these are a fault of ours."""
    known = handed_on(order, item)
    return [wire for parameter, wire in item.wires.items() if parameter not in known]
