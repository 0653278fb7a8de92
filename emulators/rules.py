"""Fault rules: what they may say, why one is refused, and which one strikes a call.

A rule is a JSON object:

  match        regular expression on the whole title of an operation, such as
               `compute.instances.insert`
  kind         throttle      refused as asked too often
               error         refused with `code`, `message` and `status`
               delay         does its work `seconds` later, whether or not the caller still waits
               reset         connection cut before any work
               lost          work done, then connection cut: the answer never arrives
               async-error   accepted, and ends as failed with `code` and `message`
               no-capacity   lack of capacity, told the way this cloud tells it
               quota         the account's quota, likewise
  times        how often it may strike, 1 unless told; null for without end
  after        how many matching calls pass first, 0 unless told
  probability  how likely it strikes a matching call, 0 to 1; the draws follow `seed` (0)
  seconds      of a delay
  code, message, status   instead of what the kind answers by itself

The first rule that strikes a call is the only one. Rules do not outlive the process; what they
struck is written down (strikes.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Event, Lock
from typing import Any

from emulators.loopback import Dropped
from emulators.strikes import Strikes

REFUSALS = frozenset({"throttle", "error", "no-capacity", "quota"})
KINDS = (*sorted(REFUSALS), "async-error", "delay", "lost", "reset")
FIELDS = frozenset(
    {"match", "kind", "times", "after", "probability", "seed", "seconds"}
    | {"code", "message", "status"}
)
LONGEST_DELAY = 600.0


class BadRule(Exception):
    """A rule that cannot be meant; the message says why."""


@dataclass(slots=True)
class Rule:
    """One rule and what is left of it. `times` None: without end; `after`: calls still to pass."""

    match: re.Pattern[str]
    kind: str
    times: int | None
    after: int
    probability: float
    random: Random
    seconds: float
    code: str
    message: str
    status: int
    struck: int = 0

    def strikes(self, title: str, *, lasting: bool) -> bool:
        if self.kind == "async-error" and not lasting:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        if not self.match.fullmatch(title):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.random.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def report(self) -> dict[str, Any]:
        left = None if self.times is None else self.times - self.struck
        return {"match": self.match.pattern, "kind": self.kind, "struck": self.struck, "left": left}


@dataclass(slots=True)
class Rules:
    """The rules in force, in the order they were added.

    `could_strike(pattern, kind)` says whether this cloud has any operation such a rule could ever
    strike; a rule that could not is refused, since it would let a test pass for nothing.
    """

    could_strike: Callable[[re.Pattern[str], str], bool]
    strikes: Strikes = field(default_factory=Strikes)
    rules: list[Rule] = field(default_factory=list[Rule])
    _lock: Lock = field(default_factory=Lock)

    def add(self, wanted: object) -> None:
        """Add one rule or a list of them; raises BadRule, and then adds none."""
        several = wanted if isinstance(wanted, list) else [wanted]
        parsed = [parse(one) for one in several]
        for rule in parsed:
            if not self.could_strike(rule.match, rule.kind):
                raise BadRule(
                    f"match {rule.match.pattern!r}: there is no operation that kind {rule.kind} "
                    "could strike; this rule never would"
                )
        with self._lock:
            self.rules += parsed

    def clear(self) -> None:
        with self._lock:
            self.rules.clear()

    def report(self) -> list[dict[str, Any]]:
        with self._lock:
            return [rule.report() for rule in self.rules]

    def struck(self) -> dict[str, int]:
        """How often each kind did, by this and by former rules."""
        with self._lock:
            return self.strikes.counts()

    def strike(self, title: str, *, lasting: bool = True) -> Rule | None:
        """The rule that strikes this call, if any. `lasting`: it starts work that goes on."""
        with self._lock:
            rule = next((r for r in self.rules if r.strikes(title, lasting=lasting)), None)
            if rule:
                self.strikes.add(rule.kind, title)
            return rule


def cut_or_wait(rule: Rule) -> None:
    """What a rule does before the work, in any cloud. Raises Dropped, or takes its time."""
    if rule.kind == "reset":
        raise Dropped
    if rule.kind == "delay":
        Event().wait(rule.seconds)


def parse(wanted: object) -> Rule:
    """A rule from its JSON; raises BadRule."""
    if not isinstance(wanted, dict):
        raise BadRule("a rule is an object with at least match and kind")
    unknown = sorted(set(wanted) - FIELDS)
    if unknown:
        raise BadRule(f"unknown {', '.join(unknown)}; a rule may have {', '.join(sorted(FIELDS))}")
    kind = wanted.get("kind")
    if kind not in KINDS:
        raise BadRule(f"kind {kind!r} is none of {', '.join(KINDS)}")
    _check_belongs(wanted, str(kind))
    return Rule(
        match=_match(wanted.get("match")),
        kind=str(kind),
        times=_times(wanted),
        after=_integer(wanted, "after", 0, (0, 10**9)),
        probability=_number(wanted, "probability", 1.0, (0, 1)),
        random=Random(_integer(wanted, "seed", 0, (0, 2**63))),  # noqa: S311 - faults, no secrets
        seconds=_number(wanted, "seconds", 0.0, (0.001, LONGEST_DELAY)),
        code=_text(wanted, "code"),
        message=_text(wanted, "message"),
        status=_integer(wanted, "status", 0, (400, 599)),
    )


def _check_belongs(wanted: dict[str, Any], kind: str) -> None:
    if (kind == "delay") != ("seconds" in wanted):
        raise BadRule("seconds belongs to kind delay, and delay needs it")
    if "status" in wanted and kind not in REFUSALS:
        raise BadRule(f"status does not belong to kind {kind}")
    if {"code", "message"} & set(wanted) and kind not in {*REFUSALS, "async-error"}:
        raise BadRule(f"code and message do not belong to kind {kind}")


def _match(pattern: object) -> re.Pattern[str]:
    if not isinstance(pattern, str) or not pattern:
        raise BadRule("match is missing: a regular expression on the title of an operation")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise BadRule(f"match {pattern!r} is no regular expression: {error}") from None


def _times(wanted: dict[str, Any]) -> int | None:
    if "times" not in wanted:  # chance alone decides how often
        return None if "probability" in wanted else 1
    return None if wanted["times"] is None else _integer(wanted, "times", 1, (1, 10**9))


def _number(
    wanted: dict[str, Any], name: str, default: float, limits: tuple[float, float]
) -> float:
    if name not in wanted:
        return default
    value = wanted[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRule(f"{name} must be a number, not {value!r}")
    if not limits[0] <= value <= limits[1]:
        raise BadRule(f"{name} must be from {limits[0]} to {limits[1]}, not {value!r}")
    return float(value)


def _integer(wanted: dict[str, Any], name: str, default: int, limits: tuple[int, int]) -> int:
    value = wanted.get(name, default)
    if not isinstance(value, int):
        raise BadRule(f"{name} must be a whole number, not {value!r}")
    return int(_number(wanted, name, default, limits))


def _text(wanted: dict[str, Any], name: str) -> str:
    value = wanted.get(name, "")
    if not isinstance(value, str):
        raise BadRule(f"{name} must be text, not {value!r}")
    return value
