"""Programs of an agency that order through the portal's API, and do not give up when it is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any, TypeVar

import httpx

from bench.ordering import ordered
from catalog.load import load
from chaos.plan import PLACES, Plan, Wish
from chaos.stormy import Stormy
from cli.portal_api import ORDERS, SECONDS, PortalApi, PortalFailed, PortalRefused
from fixtures.orders_placed import place_lines
from ledger import LedgerUnavailable, SqlLedger
from orders import thing
from orders.lifecycle import replay
from orders.model import ENDS, State
from orders.moving import moved

CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
PATIENCE = 300.0  # seconds for one answer
UNTIL_IT_STANDS = 1800.0
AT_ONCE = 64  # customers; many wait for what they have ordered

T = TypeVar("T")


def patient(ask: Callable[[], T]) -> T:
    """What the ledger answers in the end."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except LedgerUnavailable:
            assert time.monotonic() < end, "the ledger stays away"
            Event().wait(0.5)


@dataclass
class Customers:
    """`accepted` holds what the portal answered: our key -> its number."""

    stormy: Stormy
    ledger: SqlLedger
    accepted: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._http = httpx.Client(timeout=SECONDS, trust_env=False)
        self._portal = PortalApi(self.stormy.access, self._http)
        self.offering = load()["linux-server"]

    def close(self) -> None:
        self._http.close()

    def order_all(self, plan: Plan) -> None:
        """Returns when every order was accepted, and every cancellation answered."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            work: list[Future[None]] = []
            for wish in plan.wishes:
                time.sleep(wish.pause)
                work.append(pool.submit(self._order, wish))
            for one in work:
                one.result()

    def _order(self, wish: Wish) -> None:
        number = self.accepted[wish.key] = self._posted(wish)
        if wish.cancel is not None:
            self._cancel(number, wish.cancel)
        elif wish.then and self._end_of(number) is State.COMPLETED:
            self._change(wish, number)

    def _posted(self, wish: Wish) -> str:
        """The number that each of its posts is answered with."""

        def once(_: int) -> str:
            return str(self._answered(ORDERS, wish.body)["id"])

        with ThreadPoolExecutor(wish.times) as pool:
            numbers = set(pool.map(once, range(wish.times)))
        assert len(numbers) == 1, f"{wish.key} is {numbers}"
        return numbers.pop()

    def _cancel(self, number: str, pause: float) -> None:
        Event().wait(pause)
        body = {"serviceOrder": {"id": number}, "cancellationReason": "changed our mind"}
        self.cancelled.add(number)
        self._answered(CANCEL, body, too_late=409)

    def _end_of(self, number: str) -> State:
        end = time.monotonic() + UNTIL_IT_STANDS
        while time.monotonic() < end:
            with suppress(LedgerUnavailable):
                row = self.ledger.order_row(number)
                if row is not None and row.state in ENDS:
                    return row.state
            Event().wait(1.0)
        raise AssertionError(f"order {number} has not ended in {UNTIL_IT_STANDS:.0f} s")

    def _change(self, wish: Wish, number: str) -> None:
        key = f"{wish.key}-{wish.then}"
        if wish.then == "modify":
            self.accepted[key] = self._enlarged(key, number)
            return
        self.accepted[key] = self._placed(key, number, wish)
        if wish.off is not None:
            self._cancel(self.accepted[key], wish.off)

    def _enlarged(self, key: str, number: str) -> str:
        item = patient(lambda: replay(self.ledger.history(number)).items["1"])
        larger = {"name": "plan", "value": "medium"}
        service = {"id": item.instance, "serviceCharacteristic": [larger]}
        line = {"id": "1", "action": "modify", "service": service}
        body = {"externalId": key, "serviceOrderItem": [line]}
        return str(self._answered(ORDERS, body)["id"])

    def _placed(self, key: str, number: str, wish: Wish) -> str:
        """A removal, as it stands in the ledger when its days of grace are over, or a move."""

        def placed() -> str:
            for before in self.ledger.orders(external_id=key):
                return before.id  # the answer to the first try was lost
            order = replay(self.ledger.history(number))
            (one,) = self.ledger.things(order.agency, order=number)
            lines = thing.removed([one], None)
            if wish.then == "move":
                there = ordered(self.offering, PLACES[wish.to], datetime.now(UTC))
                lines = moved(one, there[0])
            return place_lines(self.ledger, lines, agency=order.agency, key=key)

        return patient(placed)

    def _answered(
        self, path: str, body: Mapping[str, Any], too_late: int | None = None
    ) -> dict[str, Any]:
        """What the portal says in the end, or nothing when it is too late for this."""
        end, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                answer: dict[str, Any] = self._portal.post(path, body).json()
            except PortalRefused as refused:
                if refused.status == too_late:
                    return {}
                raise
            except PortalFailed as failed:
                last = str(failed)
            else:
                return answer
            time.sleep(0.2)
        raise AssertionError(f"no answer in {PATIENCE:.0f} s; the last was {last}")
