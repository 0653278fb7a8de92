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
