"""Access data for the portal, which calls no provider: asked for in the ledger, answered sealed.

One call per envelope, beside the dispatcher's other work and without Prefect, so that nothing of
it comes into a run, an artifact or a parameter. What the provider gives is sealed at once to the
key of the browser that asked, and only that is written down.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from datetime import timedelta

from flows.runtime import House
from ledger import LedgerUnavailable
from ledger.envelopes import Asked, Reply
from ledger.sealing import seal
from orders.envelope import was_asked
from orders.errors import OrderError
from orders.lifecycle import replay
from orders.model import OrderItem
from providers.contract import Opens, Unlocks
from providers.errors import ProviderError, Remedy, Unavailable
from providers.types import Access, Ref

log = logging.getLogger("flows.unlocking")

GONE = "it is no longer there: another order has removed or changed it"
NO_SECRET = "no secret opens it"  # noqa: S105 - a sentence
SLOW = "the provider has not finished setting it; ask again in some minutes"
# So long a provider may take to set what it gives: less than after which we would count as dead.
LOOKS, LOOK_SECONDS = 40, 1.0
WITHIN = timedelta(seconds=45)
OURS = "an error of ours; an operator finds it in the worker's log"


def waiting(house: House) -> Sequence[Asked]:
    """What nobody alive has taken."""
    return house.ledger.envelopes.waiting(house.now())


def reply(house: House, asked: Asked) -> None:
    """Fill one envelope, unless another worker does. Never raises."""
    book, taken_at = house.ledger.envelopes, house.now()
    try:
        if book.take(asked, taken_at):
            book.answer(asked, taken_at, answered(house, asked), house.now())
    except LedgerUnavailable as error:
        log.warning("access data goes unanswered: %s", error)


def answered(house: House, asked: Asked) -> Reply:
    """What the provider gives, sealed; or why it gives nothing."""
    try:
        return _sealed(house, asked)
    except ProviderError as error:
        return Reply(problem=str(error), again=error.remedy is Remedy.RETRY)
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a secret
        where = "".join(traceback.format_tb(error.__traceback__))
        name = type(error).__name__
        log.error("access data of %s: %s\n%s", asked.instance, name, where)  # noqa: TRY400 - no text
        return Reply(problem=OURS)


def _sealed(house: House, asked: Asked) -> Reply:
    item = _item(house, asked)
    if item is None or item.resource is None:
        return Reply(problem=GONE)
    there = house.connect(item.target.provider, item.target.account)
    if not isinstance(there, Unlocks):
        return Reply(problem=NO_SECRET)
    ref = Ref(kind=item.resource.kind, region=item.resource.region, id=item.resource.id)
    access = there.unlock(ref)
    if access is None:
        return Reply(problem=GONE)
    _wait_until_it_opens(house, there, ref, access)
    return Reply(sealed=seal(access.values, asked.public_key, asked.about))


def _wait_until_it_opens(house: House, there: Unlocks, ref: Ref, access: Access) -> None:
    """Nobody is told a password that does not work yet, or never will. Raises ProviderError."""
    if not access.pending or not isinstance(there, Opens):
        return
    latest = house.now() + WITHIN
    for _ in range(LOOKS):
        if there.opened(ref, access):
            return
        if house.now() >= latest:
            break
        house.wait(LOOK_SECONDS)
    raise Unavailable(SLOW)


def _item(house: House, asked: Asked) -> OrderItem | None:
    """What is to be opened, if the ledger says that this person of that agency asked for it.

    A row alone is not enough: whoever could write one would be given a key to anything.
    """
    try:
        order = replay(house.ledger.history(asked.order))
    except OrderError:
        return None
    item = order.items.get(asked.item)
    if item is None or (order.agency, item.instance) != (asked.agency, asked.instance):
        return None
    now = house.ledger.thing(asked.instance)
    if now is not None and (now.order, now.item) != (asked.order, asked.item):
        return None
    asked_for = was_asked(house.ledger, asked.order, asked.asker, asked.id)
    return item if asked_for else None
