"""From an order to an HTTP answer from inside the server, through the whole product.

The product as `make run` has it: no rule asks for an approval there, and an order starts at once.
"""

from __future__ import annotations

import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

from bench.product import PATIENCE, Product, started
from cli.portal_api import ORDERS
from cli.progress import is_over
from ledger import open_ledger
from orders import events as e
from orders.events import LedgerEvent
from orders.model import Stage, State

QEMU = "qemu-system-x86_64"
ANSWERS = {
    "plan": "small",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
}


def run() -> None:
    print("\nA server of the private cloud, from the order to its own answer over HTTP")
    if which(QEMU) is None:
        print(f"  no {QEMU} here: servers are simulated, and there is nothing to time")
        return
    with tempfile.TemporaryDirectory() as name, started(Path(name)) as product:
        for nth in ("first, with the system built", "next", "one more"):
            _one(product, nth)


def _one(product: Product, nth: str) -> None:
    name = f"bench-{time.time_ns()}"
    number = str(product.api.post(ORDERS, _order(name)).json()["id"])
    end = time.monotonic() + PATIENCE
    while not is_over(order := product.api.order(number)) and time.monotonic() < end:
        time.sleep(0.1)
    if order["state"] != State.COMPLETED:
        print(f"  {nth}: order {number} is {order['state']}")
        return
    with closing(open_ledger(product.home.ledger_url)) as ledger:
        history = ledger.history(number)
    where = next(one.outputs for one in history if isinstance(one, e.ItemCompleted)).get("url", "")
    if not where:
        print(f"  {nth}: simulated; the log of the clouds says why")
        return
    start = time.perf_counter()
    with urllib.request.urlopen(where, timeout=60) as answer:  # noqa: S310 - on this machine
        inside = name.encode() in answer.read()
    _tell(nth, history, datetime.now(UTC), time.perf_counter() - start)
    if not inside:
        print("    what answered does not say the server's name")


def _tell(nth: str, history: Sequence[LedgerEvent], answered: datetime, once: float) -> None:
    """Seconds of each part, from the times that the ledger has."""
    at = {_word(one): one.at for one in history if _word(one)}
    begun, ended = at["placed"], at["delivered"]
    parts, last = [], begun
    for word in ("taken up", "checked", "accepted", "answering", "delivered"):
        if word in at:
            parts.append(f"{word} +{(at[word] - last).total_seconds():.2f}")
            last = at[word]
    total = (answered - begun).total_seconds()
    print(
        f"  {nth}: {(ended - begun).total_seconds():.1f} s to delivered, {total:.1f} s to an "
        f"answer from inside, which took {once:.3f} s"
    )
    print(f"    placed, {', '.join(parts)}")


def _word(event: LedgerEvent) -> str:
    """What the event ends; empty when it ends nothing that is timed."""
    stages = {Stage.CREATE: "checked", Stage.BUILD: "accepted", Stage.VERIFY: "answering"}
    match event:
        case e.OrderPlaced():
            return "placed"
        case e.ItemStarted():
            return "taken up"
        case e.StageReached(stage=stage):
            return stages.get(stage, "")
        case e.ItemCompleted():
            return "delivered"
        case _:
            return ""


def _order(name: str) -> dict[str, object]:
    answers = [{"name": key, "value": value} for key, value in {**ANSWERS, "name": name}.items()]
    service = {
        "serviceSpecification": {"id": "own-cloud-server"},
        "serviceCharacteristic": answers,
    }
    item = {"id": "1", "action": "add", "service": service}
    return {"externalId": name, "serviceOrderItem": [item]}
