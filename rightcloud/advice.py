"""The answer as others read it: the decision, what the measures mean, and the alternatives."""

from __future__ import annotations

from rightcloud.advisor import Advisor
from rightcloud.decision import Decision
from rightcloud.decision_json import Json, answer
from rightcloud.whatif import Alternative, alternatives


def advice(advisor: Advisor, decision: Decision) -> Json:
    """The whole answer and what a reader needs besides, JSON-ready."""
    policy = advisor.facts.policy
    used = dict.fromkeys(m for candidate in decision.candidates for m in candidate.measures)
    best = decision.recommended
    return {
        "recommended": best and best.place.id,
        **answer(decision),
        "measures": {
            id_: {
                "title": policy.measures[id_].title._asdict(),
                "control": policy.measures[id_].control,
            }
            for id_ in used
        },
        "alternatives": [_alternative(each) for each in alternatives(advisor, decision)],
        "policyStatus": policy.status._asdict(),
        "policyPastDue": [
            {"tag": cell.tag, "zone": cell.zone, "recheck": cell.recheck.isoformat()}
            for cell in policy.past_due(decision.today)
        ],
    }


def _alternative(found: Alternative) -> Json:
    return {
        "wish": found.wish._asdict(),
        "place": found.best.place.id,
        "monthlyNok": found.best.monthly_nok,
        "savesNok": found.saves,
    }
