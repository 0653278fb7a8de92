"""A decision as plain JSON: the whole answer for whoever asks, a short record for the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from rightcloud.decision import Candidate, Decision, Delivery, Exclusion, Line, Reason
from rightcloud.doubts import TITLES
from rightcloud.offers import Offer
from rightcloud.places import Place
from rightcloud.rates import UNITS
from rightcloud.words import Text

Json = dict[str, Any]
FORMAT: Final = 1
MACHINE_HOUR = Text("maskintime", "machine hour")


def answer(decision: Decision) -> Json:
    """Everything: inputs, what they were judged by, candidates, exclusions. JSON-ready."""
    return {
        **_inputs(decision),
        "candidates": [_candidate(candidate) for candidate in decision.candidates],
        "exclusions": _grouped(decision.exclusions),
    }


def record(decision: Decision) -> Json:
    """What an order carries: enough to replay the decision and to see that nothing changed.

    digest is of the whole answer.
    """
    return {
        "format": FORMAT,
        **_inputs(decision),
        "digest": digest(decision),
        "candidates": [
            {
                "place": candidate.place.id,
                "sku": candidate.offer.sku,
                "monthlyNok": candidate.monthly_nok,
                "complete": candidate.complete,
                "confidence": candidate.confidence.value,
            }
            for candidate in decision.candidates
        ],
        "excluded": {
            exclusion.place: [reason.cause.value for reason in exclusion.reasons]
            for exclusion in decision.exclusions
        },
    }


def digest(decision: Decision) -> str:
    text = json.dumps(answer(decision), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _inputs(decision: Decision) -> Json:
    return {
        "workload": decision.workload.model_dump(mode="json"),
        "today": decision.today.isoformat(),
        "deliveries": {key: _delivery(each) for key, each in sorted(decision.deliveries.items())},
        "policy": decision.policy,
        "places": decision.atlas,
        "priceRun": decision.run,
    }


def _delivery(delivery: Delivery) -> Json:
    return {"p50": delivery.p50.isoformat(), "p90": delivery.p90.isoformat()}


def _candidate(candidate: Candidate) -> Json:
    return {
        "rank": candidate.rank,
        "place": _place(candidate.place),
        "zone": candidate.zone,
        "machine": _machine(candidate.offer),
        "monthlyNok": candidate.monthly_nok,
        "grownNok": candidate.grown_nok,
        "complete": candidate.complete,
        "lines": [_line(line) for line in candidate.lines],
        "score": candidate.score,
        "pareto": candidate.pareto,
        "delivery": candidate.delivery and _delivery(candidate.delivery),
        "measures": list(candidate.measures),
        "why": [text._asdict() for text in candidate.why],
        "reasons": [text._asdict() for text in candidate.reasons],
        "confidence": candidate.confidence.value,
        "doubts": [text._asdict() for text in candidate.doubts],
        "guaranteedUntil": candidate.guaranteed_until and candidate.guaranteed_until.isoformat(),
    }


def _place(place: Place) -> Json:
    return {
        "id": place.id,
        "provider": place.provider,
        "region": place.region,
        "title": place.title,
        "country": place.country,
        "latencyMs": _figure(place.latency.value, place.latency.mark, place.latency.basis),
        "carbonGPerKwh": _figure(place.carbon.value, place.carbon.mark, place.carbon.basis),
        "note": place.note,
    }


def _figure(value: float | None, mark: str, basis: str) -> Json:
    return {"value": value, "mark": str(mark), "basis": basis}


def _machine(offer: Offer) -> Json:
    return {
        "sku": offer.sku,
        "vcpus": offer.vcpus,
        "memoryGib": offer.memory,
        "architecture": offer.arch,
        "gpus": offer.gpus,
        "burstable": offer.burstable,
    }


def _line(line: Line) -> Json:
    unit = MACHINE_HOUR if line.charged is None else UNITS[line.charged]
    return {
        "charged": "machine" if line.charged is None else line.charged.value,
        "title": TITLES[line.charged]._asdict(),
        "quantity": line.quantity,
        "unit": unit._asdict(),
        "unitPrice": line.unit_price,
        "currency": line.currency,
        "exchangeRate": line.rate,
        "nok": line.nok,
        "asOf": line.as_of,
        "seen": line.seen,
        "source": line.source,
        "marks": [mark.value for mark in line.marks],
    }


def _grouped(exclusions: tuple[Exclusion, ...]) -> list[Json]:
    """Places with the same reasons together: most are left out for the same ones."""
    groups: dict[tuple[Reason, ...], list[str]] = {}
    for exclusion in exclusions:
        groups.setdefault(exclusion.reasons, []).append(exclusion.place)
    return [
        {"places": places, "reasons": [_reason(reason) for reason in reasons]}
        for reasons, places in groups.items()
    ]


def _reason(reason: Reason) -> Json:
    found: Json = {"cause": reason.cause.value, "text": reason.text._asdict()}
    if reason.basis is not None:
        found |= {"tag": reason.tag, "basis": reason.basis.value, "reference": reason.reference}
    return found


def excluded_places(recorded: Mapping[str, Any]) -> frozenset[str]:
    """The places that a stored record leaves out."""
    return frozenset(recorded["excluded"])
