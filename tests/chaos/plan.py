"""What a run of chaos does, drawn from its seed: the same seed draws the same again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

PARTS = ("worker", "portal", "prefect", "clouds", "database")
PLACES = {"aws": "aws/eu-north-1", "azure": "azure/norwayeast", "gcp": "gcp/europe-north1"}
CLOUDS = ("aws", "google", "azure")  # as the emulators call them
CALLS = 0.20  # of all calls fault
KINDS: dict[str, dict[str, Any]] = {
    "error": {},
    "throttle": {},
    "reset": {},
    "lost": {},
    "delay": {"seconds": 4.0},
}
# What a cloud says to a creation alone: one in so many of each.
CREATIONS = {
    "aws": r"ec2\.RunInstances",
    "azure": r"compute\.VirtualMachines_CreateOrUpdate",
    "google": r"compute\.instances\.insert",
}
REFUSED = 0.05
DOOMED = ("async-error", "no-capacity")  # may be told late, when what was begun is to be removed
REFUSALS = ("quota", *DOOMED)
CANCELLED = 0.2  # of the orders, some seconds after they were accepted
# What becomes of the others once they are delivered: so many are made larger, so many are taken
# away again, so many are moved to another cloud.
AFTERWARDS = {"modify": 0.1, "delete": 0.1, "move": 0.08}
THREE = 0.1  # of the orders have three items, and half of those are cancelled
HASTY = 0.05  # of the orders are posted ten times at once
TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One order, an item at each of `providers`, posted so many `times` at once.

    `cancel` is when it is cancelled, in seconds after it was accepted. `then` is what its customer
    wants when it is delivered, one of AFTERWARDS or nothing; a move leads `to` another provider,
    and may be called `off` so many seconds after it was ordered.
    """

    key: str
    providers: tuple[str, ...]
    pause: float
    cancel: float | None
    times: int = 1
    then: str = ""
    to: str = ""
    off: float | None = None

    @property
    def body(self) -> dict[str, Any]:
        """As it is posted."""
        why = "Spread over the clouds on purpose"
        items = [self._item(nth, one) for nth, one in enumerate(self.providers, start=1)]
        return {"externalId": self.key, "description": why, "serviceOrderItem": items}

    def _item(self, nth: int, provider: str) -> dict[str, Any]:
        answers = {
            "plan": "small",
            "place": PLACES[provider],
            "name": f"{self.key}-{nth}",
            "environment": "test",
            "classification": "internal",
            "cost_centre": "410123",
        }
        told = [{"name": name, "value": value} for name, value in answers.items()]
        service = {
            "serviceSpecification": {"id": "linux-server"},
            "serviceCharacteristic": told,
        }
        return {"id": str(nth), "action": "add", "service": service}


@dataclass(frozen=True, slots=True)
class Kill:
    """A part that is killed, `pause` seconds after the last one was back; gone for `away`."""

    part: str
    pause: float
    away: float = 0.0

    def told(self) -> str:
        return f"{self.part} for {self.away:.0f} s" if self.away else self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    seed: int
    wishes: tuple[Wish, ...]
    kills: tuple[Kill, ...]

    def rules(self, life: int) -> dict[str, list[dict[str, Any]]]:
        """The fault rules of each cloud in its `life`-th life; rules die with their process."""
        random = Random(f"{self.seed} faults {life}")
        return {cloud: _rules(random, cloud) for cloud in CLOUDS}


def draw(seed: int, orders: int, rounds: int, *, parts: tuple[str, ...], away: float = 0.0) -> Plan:
    """`orders`, two placed a second; in each round every part is killed once.

    The database stays away for so many seconds when it is killed for the first time.
    """
    random = Random(f"{seed} plan")
    wishes = tuple(_wish(random, f"chaos-{seed}-{number}") for number in range(orders))
    order = [part for _ in range(rounds) for part in random.sample(parts, len(parts))]
    kills = [Kill(part, random.uniform(0.5, 5)) for part in order]
    if "database" in order:
        first = order.index("database")
        kills[first] = replace(kills[first], away=away)
    return Plan(seed=seed, wishes=wishes, kills=tuple(kills))


def _wish(random: Random, key: str) -> Wish:
    first = random.choice(list(PLACES))
    wish = Wish(
        key=key,
        providers=(first,),
        pause=random.uniform(0, 1.0),
        cancel=random.uniform(0, 6) if random.random() < CANCELLED else None,
        times=TIMES if random.random() < HASTY else 1,
    )
    if random.random() < THREE:
        off = random.uniform(0, 12) if random.random() < 0.5 else None
        return replace(wish, providers=(first, *random.choices(list(PLACES), k=2)), cancel=off)
    then = _drawn(random, AFTERWARDS)
    if then != "move":
        return replace(wish, then=then)
    to = random.choice([one for one in PLACES if one != first])
    off = random.uniform(0, 12) if random.random() < 0.3 else None
    return replace(wish, then=then, to=to, off=off)


def _drawn(random: Random, shares: Mapping[str, float]) -> str:
    """One of these, as often as its share says, or nothing."""
    lot = random.random()
    for name, share in shares.items():
        if lot < share:
            return name
        lot -= share
    return ""


def _rules(random: Random, cloud: str) -> list[dict[str, Any]]:
    """One of each kind, all equally likely: the first that strikes a call is the only one."""
    share, left = CALLS / len(KINDS), 1.0
    rules: list[dict[str, Any]] = [
        {"match": CREATIONS[cloud], "kind": kind, "probability": REFUSED, "times": None}
        | {"seed": random.randrange(2**31)}
        for kind in REFUSALS
    ]
    for kind, more in KINDS.items():
        rule = {"match": ".*", "kind": kind, "probability": share / left}
        rules.append({**rule, "seed": random.randrange(2**31), **more})
        left -= share
    return rules
