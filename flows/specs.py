"""From an order's words to a provider's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ledger import SqlLedger
from orders import needs
from orders.adoption import TAGGED_ANSWERS
from orders.lifecycle import replay
from orders.model import Order, OrderItem, ResourceRef
from providers.types import Ref, Spec


def spec(order: Order, item: OrderItem) -> Spec:
    """What should exist for this item, with what other items hand on to it."""
    return Spec(
        instance=item.instance,
        kind=item.kind,
        region=item.target.region,
        parameters=needs.parameters(order, item),
        name=item.name,
        tags=tags(order, item),
        attempt=item.attempt,
        stands=item.resource.id if item.resource is not None else "",
    )


def tags(order: Order, item: OrderItem) -> Mapping[str, str]:
    """They name the order and the agency, and a person only where the form asks for an owner."""
    told = {key: str(item.answers[key]) for key in TAGGED_ANSWERS if item.answers.get(key)}
    expiry = {"expiry": item.expires_at.date().isoformat()} if item.expires_at else {}
    return {
        "order": order.id,
        "item": item.id,
        "agency": order.agency,
        "offering": item.offering,
        "owner": order.agency,
        **told,
        **expiry,
    }


def before(ledger: SqlLedger, order: Order, item: OrderItem) -> Spec:
    """What stood before a modify: its resource as the order that delivered it asked for it."""
    former = item.former
    if former is None:
        raise ValueError(f"order {order.id} item {item.id} is to {item.action} what never stood")
    earlier = replay(ledger.history(former.order))
    # What was handed on then is among the former parameters; the attempt is of no use to a change.
    known = replace(earlier.items[former.item], parameters=former.parameters, wires={}, given={})
    return spec(earlier, known)


def standing(item: OrderItem) -> Ref:
    """Where the resource of a modify or terminate is."""
    if item.resource is None:
        raise ValueError(f"item {item.id} has no resource: nothing stands that it could change")
    return ref(item.resource)


def formerly(item: OrderItem) -> str:
    """The id of what a terminate removed."""
    return item.former.resource.id if item.former is not None else ""


def ref(resource: ResourceRef) -> Ref:
    return Ref(kind=resource.kind, region=resource.region, id=resource.id)


def recorded(ref: Ref) -> ResourceRef:
    """How the ledger remembers it."""
    return ResourceRef(kind=ref.kind, region=ref.region, id=ref.id)
