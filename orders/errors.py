"""Everything the domain can refuse, in one tree."""

from __future__ import annotations


class OrderError(Exception):
    """The order cannot do what was asked."""


class UnknownOrder(OrderError):
    """No order has this id."""


class IllegalTransition(OrderError):
    """The item's state does not allow this event."""


class StaleOrder(OrderError):
    """Someone else changed the order first: load it again and retry."""


class DuplicateExternalId(OrderError):
    """The agency already has an order with this external id."""


class ExternalIdReused(OrderError):
    """The external id stands on an earlier order with another content."""


class NoSuchThing(OrderError):
    """The agency has nothing under this instance that could be changed."""


class AlreadyChanging(OrderError):
    """Another order changes the same thing: `order` is its number."""

    def __init__(self, instance: str, order: str) -> None:
        self.order = order
        super().__init__(
            f"order {order} changes {instance} already: wait until it has ended, or cancel it",
        )


class StaleThing(OrderError):
    """It was changed since it was looked at: look again, then decide."""


class StillNeeded(OrderError):
    """What is to be removed is needed by something else that the agency has."""


class QuoteChanged(OrderError):
    """The price is another than the one that was approved: look at it again."""


class NothingToDo(OrderError):
    """No item of the order is in a state in which this could be done."""


class CannotMove(OrderError):
    """It cannot be moved to another place, for a reason that its owner reads."""
