"""Every list and page of the portal, and the lists of its API, over a ledger of many orders.

`python -m bench pages --size 1000000`, on SQLite and PostgreSQL; see `bench.filled`.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from fastapi.testclient import TestClient

from bench.filled import NOW, OLDEST, RARE, fill
from bench.postgres import postgres
from catalog.load import load
from catalog.offering import Offering
from ledger import SqlLedger, open_ledger
from portal.app import create_app
from portal.person import Person, Role
from portal.settings import Settings

SIZE = 100_000
ROUNDS = 9
LIMIT = 200  # milliseconds: what the portal promises
Catalog = Mapping[str, Offering]
ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
SERVICES = "/tmf-api/serviceInventory/v4/service"
PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.OPERATOR: (
        "/desk", "/desk?view=ours", "/desk?view=held", "/desk?view=jeopardy", "/desk?view=theirs",
        "/desk?view=free", "/desk?view=mine", "/desk?agency=PBE&offering=linux-server",
        f"/desk?agency={RARE}", "/orders", "/orders?page=3000", "/orders/{order}", "/things",
        "/things/{thing}", "/status", "/findings", "/surveys",
        ORDERS, ORDERS + "?state=held&limit=100", ORDERS + "?offset=90000", ORDERS + "/{order}",
        SERVICES, SERVICES + "?serviceType=linux-server", SERVICES + "/{thing}",
    ),
    Role.OWNER: ("/approvals", "/offerings", "/offerings/linux-server", "/questions"),
    Role.ORDERER: (
        "/", "/orders", "/orders/{order}", "/things", "/things/{thing}",
        "/things/{thing}/terminate", "/order/linux-server", "/help", ORDERS, SERVICES,
    ),
    Role.AUDITOR: (
        "/audit", "/audit?by=bench", f"/audit?by={RARE}", f"/audit?agency={RARE}",
        f"/audit?agency={OLDEST}", "/lead-time", "/lead-time/orders",
    ),
}  # fmt: skip


def run(number: int = SIZE) -> None:
    print(f"Pages over {number:,} orders; milliseconds, the middle of {ROUNDS}, limit {LIMIT}")
    found: dict[str, list[tuple[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="grunnmur-bench-") as folder:
        found["SQLite"] = _measured(f"sqlite:///{Path(folder) / 'ledger.db'}", number)
    with postgres() as url:
        if url:
            found["PostgreSQL"] = _measured(url, number)
        else:
            print("no PostgreSQL here: apt-get install postgresql")
    names = list(found)
    print(f"{'page':<58}" + "".join(f"{name:>12}" for name in names))
    for row in zip(*found.values(), strict=True):
        slow = "  over the limit" if any(took > LIMIT for _, took in row) else ""
        print(f"{row[0][0]:<58}" + "".join(f"{took:>12.1f}" for _, took in row) + slow)


def _measured(url: str, number: int) -> list[tuple[str, float]]:
    ledger = open_ledger(url)
    try:
        began = perf_counter()
        order = fill(ledger, url, number)[10]  # an order of BYM
        print(f"{url.partition(':')[0]}: {ledger.count()} orders in {perf_counter() - began:.0f} s")
        catalog = load()
        thing = ledger.things(order=order)[0].instance
        return [
            (
                f"{role.value:<9} {path}",
                _took(ledger, catalog, role, path.format(order=order, thing=thing)),
            )
            for role, paths in PAGES.items()
            for path in paths
        ]
    finally:
        ledger.close()


def _took(ledger: SqlLedger, catalog: Catalog, role: Role, path: str) -> float:
    settings = Settings(
        url="http://127.0.0.1:8410",
        issuer="http://127.0.0.1:8411",
        client_id="portal",
        client_secret=uuid4().hex,
        now=lambda: NOW,
    )
    person = Person(subject="bench", name="Bench", agency="BYM", roles=frozenset({role}))
    token = ledger.open_session(person.stored(), NOW, NOW + timedelta(hours=8))
    times = []
    with TestClient(create_app(ledger, catalog, settings), base_url=settings.url) as client:
        client.cookies.set("session", token)
        for _ in range(ROUNDS + 1):  # the first warms up
            began = perf_counter()
            answer = client.get(path)
            times.append((perf_counter() - began) * 1000)
            if answer.status_code != 200:  # noqa: PLR2004 - OK
                raise RuntimeError(f"{path}: {answer.status_code}")
    return statistics.median(times[1:])
