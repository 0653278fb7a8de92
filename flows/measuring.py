"""Whether delivered servers answer, and how soon. What its provider gave an address is asked."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from flows import runtime
from orders.health import Health, Look
from orders.thing import Thing

KIND = "virtual-machine"
PATIENCE = 5.0  # seconds for one answer
TOGETHER = 8  # servers asked at a time
BROKEN = 500  # from here on it is the server that is at fault


def summary(seen: Mapping[str, Health]) -> str:
    """Such as `3 answer, 1 down`."""
    up = sum(one.up for one in seen.values())
    return f"{up} answer, {len(seen) - up} down"


def look() -> Mapping[str, Health]:
    """Ask once everything that has an address; by instance."""
    house = runtime.house()
    asked = {one.instance: one.outputs["url"] for one in house.ledger.things() if measured(one)}
    with ThreadPoolExecutor(TOGETHER) as pool:
        looks = dict(zip(asked, pool.map(ask, asked.values()), strict=True))
    return house.ledger.healths.tell(looks, house.now())


def measured(thing: Thing) -> bool:
    return thing.kind == KIND and thing.outputs.get("url", "").startswith(("http://", "https://"))


def ask(url: str, patience: float = PATIENCE) -> Look:
    """From connecting to the first line of the answer."""
    try:
        where = urlsplit(url)
        sort = (
            http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        )
        asked = sort(where.hostname or "", where.port, timeout=patience)
    except (ValueError, http.client.HTTPException):
        return Look(None, "its address is none")
    start = time.monotonic()
    try:
        asked.request("GET", where.path or "/", headers={"User-Agent": "grunnmur"})
        status = asked.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return Look(None, type(error).__name__)
    finally:
        asked.close()
    if status >= BROKEN:
        return Look(None, f"HTTP {status}")
    return Look(time.monotonic() - start)
