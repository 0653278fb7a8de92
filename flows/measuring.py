"""Whether delivered servers and databases answer, and how soon, at the addresses they have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address

from flows import probes, runtime
from orders.health import Health, Look
from orders.thing import Thing

SERVER, DATABASE = "virtual-machine", "database"
PORT = "5432"
TOGETHER = 32  # asked at a time; each waits for its answer and does nothing else

Probe = Callable[[], Look]


def summary(seen: Mapping[str, Health]) -> str:
    """Such as `3 answer, 1 down`."""
    up = sum(one.up for one in seen.values())
    return f"{up} answer, {len(seen) - up} down"


def look() -> Mapping[str, Health]:
    """Ask once everything that can be reached from here; by instance."""
    house = runtime.house()
    found = ((one.instance, probe(one, house.reached)) for one in house.ledger.each_thing())
    asked = {instance: ask for instance, ask in found if ask}
    with ThreadPoolExecutor(TOGETHER) as pool:
        looks = dict(zip(asked, pool.map(lambda ask: ask(), asked.values()), strict=True))
    return house.ledger.healths.tell(looks, house.now())


def probe(thing: Thing, reached: Collection[str]) -> Probe | None:
    """How to ask a thing. None for what has no address, or one that leads nowhere from here."""
    told = thing.outputs
    if thing.kind == SERVER and (url := told.get("url", "")).startswith(("http://", "https://")):
        return partial(probes.ask_server, url)
    host, port = told.get("host") or told.get("address") or "", told.get("port", PORT)
    if thing.kind != DATABASE or not host or not port.isdecimal():
        return None
    near = f"{thing.target.provider}/{thing.target.account}" in reached or _on_this_machine(host)
    return partial(probes.ask_database, host, int(port)) if near else None


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
