"""The same question put to the same facts again: years later the answer must be the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rightcloud.advisor import Advisor
from rightcloud.decision import Decision, Delivery
from rightcloud.decision_json import FORMAT, digest
from rightcloud.errors import NotReplayable, Refused
from rightcloud.policy import Policy
from rightcloud.workload import Workload

_WITHOUT = "-without-"


def replay(recorded: Mapping[str, Any], advisor: Advisor) -> Decision:
    """The decision that a record was made of, made again.

    Raises NotReplayable when the advisor has other facts than the record names, and when the
    same inputs give another answer, which means that the program has changed.
    """
    if recorded["format"] != FORMAT:
        raise NotReplayable(f"the record has format {recorded['format']}, this reads {FORMAT}")
    facts = advisor.facts
    for title, wanted, found in (
        ("prices", recorded["priceRun"], facts.run.id),
        ("places", recorded["places"], facts.atlas.id),
    ):
        if wanted != found:
            raise NotReplayable(f"made from {title} {wanted}, these are {found}: load those")
    policy = _as_recorded(facts.policy, recorded["policy"])
    decision = advisor.under(policy).decide(
        Workload.model_validate_json(json.dumps(recorded["workload"])),
        date.fromisoformat(recorded["today"]),
        {key: _delivery(each) for key, each in recorded["deliveries"].items()},
    )
    if digest(decision) != recorded["digest"]:
        raise NotReplayable("the same inputs give another answer now: the program has changed")
    return decision


def _as_recorded(policy: Policy, wanted: str) -> Policy:
    """The policy with its switches as they stood; NotReplayable when its table is another."""
    closed = wanted.split(_WITHOUT)[1:]
    try:
        found = policy.switched(
            **{name: name not in closed for name in {*policy.switches, *closed}}
        )
    except Refused:
        found = policy
    if found.id != wanted:
        raise NotReplayable(f"made under policy {wanted}, this is {policy.id}: load that version")
    return found


def _delivery(recorded: Mapping[str, str]) -> Delivery:
    return Delivery(
        p50=datetime.fromisoformat(recorded["p50"]), p90=datetime.fromisoformat(recorded["p90"])
    )
