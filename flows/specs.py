"""From an order's words to a provider's."""

from __future__ import annotations

from orders.model import Order, OrderItem, ResourceRef
from providers.types import Ref, Spec

# Answers that whoever looks at the resource in the provider's console needs to see on it.
TAGGED_ANSWERS = ("cost_centre", "classification", "environment")


def spec(order: Order, item: OrderItem) -> Spec:
    """What should exist for this item. Tags name the order and the agency, never a person."""
    tags = {
        "order": order.id,
        "item": item.id,
        "agency": order.agency,
        "offering": item.offering,
        **{key: str(item.answers[key]) for key in TAGGED_ANSWERS if item.answers.get(key)},
    }
    return Spec(
        instance=item.instance,
        kind=item.kind,
        region=item.target.region,
        parameters=item.parameters,
        name=item.name,
        tags=tags,
        attempt=item.attempt,
    )


def ref(resource: ResourceRef) -> Ref:
    return Ref(kind=resource.kind, region=resource.region, id=resource.id)


def recorded(ref: Ref) -> ResourceRef:
    """How the ledger remembers it."""
    return ResourceRef(kind=ref.kind, region=ref.region, id=ref.id)
