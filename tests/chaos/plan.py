"""What a run of chaos does, drawn from its seed: the same seed draws the same again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
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
    "delay": {"seconds": 3.0},
}
CANCELLED = 0.2  # of the orders, some seconds after they were accepted


@dataclass(frozen=True, slots=True)
class Wish:
    """One order. `cancel` is when it is cancelled, in seconds after it was accepted."""

    key: str
    provider: str
    pause: float
    cancel: float | None

    @property
    def body(self) -> dict[str, Any]:
        """As it is posted."""
        answers = {
            "plan": "small",
            "place": PLACES[self.provider],
            "name": self.key,
            "environment": "test",
            "classification": "internal",
            "cost_centre": "410123",
        }
        told = [{"name": name, "value": value} for name, value in answers.items()]
        service = {
            "serviceSpecification": {"id": "linux-server"},
            "serviceCharacteristic": told,
        }
        item = {"id": "1", "action": "add", "service": service}
        why = "Spread over the clouds on purpose"
        return {"externalId": self.key, "description": why, "serviceOrderItem": [item]}


@dataclass(frozen=True, slots=True)
class Kill:
    """A part that is killed, `pause` seconds after the last one was back."""

    part: str
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    seed: int
    wishes: tuple[Wish, ...]
    kills: tuple[Kill, ...]

    def rules(self, life: int) -> dict[str, list[dict[str, Any]]]:
        """The fault rules of each cloud in its `life`-th life; rules die with their process."""
        random = Random(f"{self.seed} faults {life}")
        return {cloud: _rules(random) for cloud in CLOUDS}


def draw(seed: int, orders: int, rounds: int, *, over: float, parts: tuple[str, ...]) -> Plan:
    """`orders` placed over so many seconds; in each round every part is killed once."""
    random = Random(f"{seed} plan")
    wishes = tuple(
        Wish(
            key=f"chaos-{seed}-{number}",
            provider=random.choice(list(PLACES)),
            pause=random.uniform(0, 2 * over / orders),
            cancel=random.uniform(0, 6) if random.random() < CANCELLED else None,
        )
        for number in range(orders)
    )
    order = [part for _ in range(rounds) for part in random.sample(parts, len(parts))]
    kills = tuple(Kill(part, random.uniform(0.5, 5)) for part in order)
    return Plan(seed=seed, wishes=wishes, kills=kills)


def _rules(random: Random) -> list[dict[str, Any]]:
    """One of each kind, all equally likely: the first that strikes a call is the only one."""
    share, left, rules = CALLS / len(KINDS), 1.0, []
    for kind, more in KINDS.items():
        rule = {"match": ".*", "kind": kind, "probability": share / left}
        rules.append({**rule, "seed": random.randrange(2**31), **more})
        left -= share
    return rules
