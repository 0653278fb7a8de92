"""Which orders a program may know of. What it may not know of is not there."""

from __future__ import annotations

from ledger import OrderRow
from orders.errors import UnknownOrder
from portal.house import House
from portal.person import Person


def seen(house: House, person: Person, order: str) -> OrderRow:
    """The order's row; raises UnknownOrder when there is none that `person` may see."""
    row = house.ledger.order_row(order)
    if row is None or person.scope not in {None, row.agency}:
        raise UnknownOrder(order)
    return row
