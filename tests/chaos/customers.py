"""Programs of an agency that order through the portal's API, and do not give up when it is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import httpx

from chaos.plan import Plan, Wish
from chaos.stormy import Stormy
from cli.portal_api import ORDERS
from cli.ports import HOST

CANCEL = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
PATIENCE = 300.0  # seconds for one answer
FOR_GOOD = {400, 404, 409, 422}


@dataclass
class Customers:
    """`accepted` holds what the portal answered: our key -> its number."""

    stormy: Stormy
    accepted: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)

    def order_all(self, plan: Plan) -> None:
        """Returns when every order was accepted, and every cancellation answered."""
        with ThreadPoolExecutor(8) as pool:
            work: list[Future[None]] = []
            for wish in plan.wishes:
                time.sleep(wish.pause)
                work.append(pool.submit(self._order, wish))
            for one in work:
                one.result()

    def _order(self, wish: Wish) -> None:
        number = self._answered(lambda http: http.post(ORDERS, json=wish.body)).json()["id"]
        self.accepted[wish.key] = number
        if wish.cancel is None:
            return
        Event().wait(wish.cancel)
        body = {"serviceOrder": {"id": number}, "cancellationReason": "changed our mind"}
        self.cancelled.add(number)
        self._answered(lambda http: http.post(CANCEL, json=body), too_late=409)

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
