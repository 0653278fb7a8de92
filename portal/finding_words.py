"""What reconciliation has found, in the reader's words: sentences instead of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.findings import Finding, Proposal, Seen
from orders.model import ResourceRef, State, Target
from orders.reconcile import Verdict
from portal.house import House
from portal.place_words import standing
from portal.speech import N_, Speech
from portal.words import FIELDS, STATES

NONE_YET = N_("Everything found")
VERDICTS: Mapping[Verdict, str] = {
    Verdict.MISSING: N_("Missing"),
    Verdict.ORPHAN: N_("Nobody's"),
    Verdict.DRIFTED: N_("Changed outside"),
    Verdict.LATE: N_("Came too late"),
    Verdict.LEFT_OVER: N_("Left over"),
    Verdict.EXPIRED: N_("Past its end"),
    Verdict.UNTAGGED: N_("Tag lost"),
}
# What is proposed: the sentence, the button, and what follows from a yes.
PROPOSALS: Mapping[Proposal, tuple[str, str]] = {
    Proposal.REMOVE: (
        N_("Remove it from the cloud. It is done at the next reconciliation."),
        N_("Yes, remove it"),
    ),
    Proposal.PUT_BACK: (
        N_("Bring it back to what was ordered. That becomes an order."),
        N_("Yes, bring it back"),
    ),
    Proposal.WRITE_OFF: (
        N_("Strike it off: it is gone, and the agency no longer has it. That becomes an order."),
        N_("Yes, strike it off"),
    ),
    Proposal.END: (
        N_("Remove it now. Otherwise the daily expiry does, when its warnings have been given."),
        N_("Yes, remove it now"),
    ),
    Proposal.TAG: (
        N_("Put our tag back on it. It is done at the next reconciliation."),
        N_("Yes, put the tag back"),
    ),
    Proposal.LOOK: (
        N_("Look in the cloud: set the tag right by hand, or find out who has taken it over."),
        "",
    ),
}
MOST_FIELDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One finding; `title` is its name, or what the cloud calls it."""

    finding: Finding
    verdict: str
    title: str
    where: str
    owner: str
    evidence: Sequence[str]
    order: str

    @property
    def seen(self) -> Seen:
        return self.finding.seen


def told(finding: Finding, house: House, speech: Speech) -> Told:
    seen = finding.seen
    target = Target(provider=seen.provider, account=seen.account, region=seen.region)
    ref = ResourceRef(kind=seen.kind, region=seen.region, id=seen.resource)
    ordered = finding.outcome if finding.outcome.isdigit() else ""
    return Told(
        finding=finding,
        verdict=speech.gettext(VERDICTS[seen.verdict]),
        title=seen.name or seen.resource,
        where=standing(house, speech, target, ref),
        owner=", ".join(filter(None, (seen.owner, seen.agency))),
        evidence=list(_EVIDENCE[seen.verdict](seen, speech)),
        order=ordered,
    )


def _missing(seen: Seen, speech: Speech) -> Iterator[str]:
    yield speech.gettext(
        "Delivered as %(what)s, and it is not there any more.",
        what=str(seen.evidence.get("delivered_as", seen.resource)),
    )


def _orphan(seen: Seen, speech: Speech) -> Iterator[str]:
    if seen.order:
        yield speech.gettext(
            "Order %(order)s had it, and has ended: %(state)s.",
            order=seen.order,
            state=_state(seen.evidence, speech),
        )
    else:
        yield speech.gettext(
            "It carries our tag %(tag)s, and no order accounts for it.", tag=seen.instance
        )


def _drifted(seen: Seen, speech: Speech) -> Iterator[str]:
    for one in seen.evidence.get("fields", [])[:MOST_FIELDS]:
        yield speech.gettext(
            "%(field)s: ordered %(ordered)s, found %(found)s.",
            field=_field(str(one.get("field")), speech),
            ordered=_value(one.get("ordered"), speech),
            found=_value(one.get("found"), speech),
        )


def _late(seen: Seen, speech: Speech) -> Iterator[str]:
    if beside := seen.evidence.get("beside"):
        yield speech.gettext(
            "Order %(order)s already has %(what)s. This is a second one.",
            order=seen.order,
            what=str(beside),
        )
    else:
        yield speech.gettext(
            "Order %(order)s had ended when this came about: %(state)s.",
            order=seen.order,
            state=_state(seen.evidence, speech),
        )


def _left_over(seen: Seen, speech: Speech) -> Iterator[str]:
    yield speech.gettext(
        "Order %(order)s was not delivered, and the cloud refused to remove this.",
        order=seen.order,
    )


def _expired(seen: Seen, speech: Speech) -> Iterator[str]:
    ended = datetime.fromisoformat(str(seen.evidence["expired_at"]))
    yield speech.gettext("Its time was over %(when)s.", when=speech.moment(ended))


def _untagged(seen: Seen, speech: Speech) -> Iterator[str]:
    tag = str(seen.evidence.get("tag_found", ""))
    if tag:
        yield speech.gettext(
            "Its tag says %(found)s and not %(ordered)s.", found=tag, ordered=seen.instance
        )
    else:
        yield speech.gettext("Our tag has been taken off.")


def _state(evidence: Mapping[str, Any], speech: Speech) -> str:
    return speech.gettext(STATES[State(evidence["order_state"])])


def _field(name: str, speech: Speech) -> str:
    return speech.gettext(FIELDS[name]) if name in FIELDS else name


def _value(value: object, speech: Speech) -> str:
    return speech.gettext("nothing") if value is None else str(value)


_EVIDENCE: Mapping[Verdict, Callable[[Seen, Speech], Iterator[str]]] = {
    Verdict.MISSING: _missing,
    Verdict.ORPHAN: _orphan,
    Verdict.DRIFTED: _drifted,
    Verdict.LATE: _late,
    Verdict.LEFT_OVER: _left_over,
    Verdict.EXPIRED: _expired,
    Verdict.UNTAGGED: _untagged,
}
