"""Programs of an agency that order through the portal's API, and do not give up when it is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

import httpx

from chaos.plan import Plan, Wish
from chaos.stormy import Stormy
from cli.portal_api import ORDERS
from cli.ports import HOST
from fixtures.orders_placed import place_lines
from ledger import LedgerUnavailable, SqlLedger
from orders import thing
from orders.lifecycle import replay
from orders.model import ENDS, State

CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
PATIENCE = 300.0  # seconds for one answer
UNTIL_IT_STANDS = 1800.0
AT_ONCE = 32  # customers
FOR_GOOD = {400, 404, 409, 422}


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
        number = self._answered(lambda http: http.post(ORDERS, json=wish.body)).json()["id"]
        self.accepted[wish.key] = number
        if wish.cancel is not None:
            self._cancel(number, wish.cancel)
        elif wish.then and self._end_of(number) is State.COMPLETED:
            self._change(wish, number)

    def _cancel(self, number: str, pause: float) -> None:
        Event().wait(pause)
        body = {"serviceOrder": {"id": number}, "cancellationReason": "changed our mind"}
        self.cancelled.add(number)
        self._answered(lambda http: http.post(CANCEL, json=body), too_late=409)

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
        if wish.then == "delete":
            self._remove(key, number)
            return
        item = patient(lambda: replay(self.ledger.history(number)).items["1"])
        larger = {"name": "plan", "value": "medium"}
        service = {"id": item.instance, "serviceCharacteristic": [larger]}
        line = {"id": "1", "action": "modify", "service": service}
        body = {"externalId": key, "serviceOrderItem": [line]}
        answer = self._answered(lambda http: http.post(ORDERS, json=body))
        self.accepted[key] = answer.json()["id"]

    def _remove(self, key: str, number: str) -> None:
        """As an order for removal stands in the ledger when its days of grace are over."""

        def placed() -> str:
            for before in self.ledger.orders(external_id=key):
                return before.id  # the answer to the first try was lost
            order = replay(self.ledger.history(number))
            things = [
                one
                for one in self.ledger.things(order.agency)
                if one.instance == order.items["1"].instance
            ]
            return place_lines(
                self.ledger, thing.removed(things, None), agency=order.agency, key=key
            )

        self.accepted[key] = patient(placed)

    def _answered(
        self, ask: Callable[[httpx.Client], httpx.Response], too_late: int | None = None
    ) -> httpx.Response:
        """What the portal says in the end, or that it is too late for this (or was done before)."""
        end, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                answer = self._try(ask)
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if answer.is_success or answer.status_code == too_late:
                    return answer
                assert answer.status_code not in FOR_GOOD, answer.text
                last = f"{answer.status_code} {answer.text[:500]}"
            time.sleep(0.2)
        raise AssertionError(f"no answer in {PATIENCE:.0f} s; the last was {last}")

    def _try(self, ask: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        port = self.stormy.addresses.ports["portal"]
        headers = {"Authorization": f"Bearer {self.stormy.token()}"}
        with httpx.Client(
            base_url=f"http://{HOST}:{port}", headers=headers, timeout=30, trust_env=False
        ) as http:
            return ask(http)
