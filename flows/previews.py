"""What a change would change, answered for the portal, which calls no provider itself.

One call per question, beside the dispatcher's other work and without Prefect: nobody waits for a
run to see a price or a warning. What is answered here is never the basis of a delivery.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from flows import specs
from flows.runtime import House
from ledger import LedgerUnavailable
from ledger.previews import Answer, Difference, Preview
from orders.lifecycle import replay
from orders.thing import Thing
from providers.errors import ProviderError, Remedy
from providers.types import Spec

log = logging.getLogger("flows.previews")

GONE = "it is no longer there: another order has removed or changed it"


def waiting(house: House) -> Sequence[Preview]:
    """Questions that nobody has taken."""
    return house.ledger.previews.waiting(house.now())


def reply(house: House, question: Preview) -> None:
    """Answer one question, unless another worker does. Never raises."""
    book = house.ledger.previews
    try:
        if book.take(question.id):
            book.answer(question.id, answered(house, question), house.now())
    except LedgerUnavailable as error:
        log.warning("a preview goes unanswered: %s", error)


def answered(house: House, question: Preview) -> Answer:
    """What the provider says, or why it says nothing."""
    one = house.ledger.thing(question.wish.instance)
    if one is None or one.agency != question.wish.agency:
        return Answer(problem=GONE)
    spec = changed(house, one, question)
    try:
        there = house.connect(one.target.provider, one.target.account)
        found = there.preview(spec)
    except ProviderError as error:
        return Answer(problem=str(error), again=error.remedy is Remedy.RETRY)
    except Exception:
        # Its text may hold anything, so the portal only hears that it is our fault.
        log.exception("preview of %s", one.instance)
        return Answer(problem="an error of ours; an operator finds it in the worker's log")
    changes = [
        Difference(field=c.field, actual=c.actual, wanted=c.wanted, replaces=c.replaces)
        for c in found
        if not c.field.startswith("tags.")
    ]
    return Answer(changes=tuple(sorted(changes, key=lambda change: change.field)))


def changed(house: House, one: Thing, question: Preview) -> Spec:
    """The thing as its own order asked for it, but for what is to be changed."""
    order = replay(house.ledger.history(one.order))
    parameters = {**question.wish.parameters, **one.given}
    item = replace(order.items[one.item], parameters=parameters, wires={}, given={})
    return specs.spec(order, item)
