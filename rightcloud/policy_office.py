"""The policy into force: one person proposes, another approves; closing a zone takes only one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rightcloud.archive import digest_of
from rightcloud.counsel import Counsel
from rightcloud.errors import Refusal, Refused, Told
from rightcloud.journal import (
    Hand,
    PolicyApproved,
    PolicyProposed,
    PolicyRejected,
    SwitchClosed,
)
from rightcloud.office import Decided, decide
from rightcloud.policy import Policy
from rightcloud.policy_change import Rule, changes, other_changes, with_rule


def propose_rule(counsel: Counsel, cell: tuple[str, str], rule: Rule, hand: Hand) -> str:
    """The id of a proposal to rewrite one cell (tag, zone)."""
    version = _next_version(counsel.facts().policy.version, hand.at.date())
    document = with_rule(counsel.policy_document(), *cell, rule, version)
    return propose_policy(counsel, document, hand)


def propose_policy(counsel: Counsel, document: bytes, hand: Hand) -> str:
    """The id of a proposal; Refused, by line, when the file is wrong or changes nothing.

    A change needs its reason: `hand.why`.
    """
    _reasoned(hand)

    def judge() -> Decided:
        now = counsel.facts().policy
        proposed = counsel.policy(document, counsel.standing().switches)
        if not (summary := summary_of(now, proposed)):
            raise Refused(Told(Refusal.NO_DIFFERENCE))
        if proposed.version == now.version:
            raise Refused(Told(Refusal.SAME_VERSION, version=now.version))
        return _proposed(counsel, hand, digest_of(document), {}, summary), {
            digest_of(document): document
        }

    (entry,) = decide(counsel, judge)
    assert isinstance(entry, PolicyProposed)  # noqa: S101 - what judge has just made
    return entry.proposal


def close_switch(counsel: Counsel, switch: str, hand: Hand) -> None:
    """At once, by one person: when what a zone stands on falls, nobody waits for a colleague."""
    _reasoned(hand)

    def judge() -> Decided:
        if not _switch(counsel, switch):
            return (), {}
        return [SwitchClosed(hand=hand, switch=switch)], {}

    decide(counsel, judge)


def propose_opening(counsel: Counsel, switch: str, hand: Hand) -> str:
    """The id of a proposal to open what was closed: that takes a second person."""
    _reasoned(hand)

    def judge() -> Decided:
        if _switch(counsel, switch):
            raise Refused(Told(Refusal.STANDS_ALREADY, switch=switch))
        return _proposed(counsel, hand, "", {switch: True}, (f"open {switch}",)), {}

    (entry,) = decide(counsel, judge)
    assert isinstance(entry, PolicyProposed)  # noqa: S101 - what judge has just made
    return entry.proposal


def approve(counsel: Counsel, proposal: str, hand: Hand) -> None:
    """In force from now on. Refused for who proposed it, and when the policy has changed since."""

    def judge() -> Decided:
        proposed = waiting(counsel, proposal)
        if proposed.hand.by == hand.by:
            raise Refused(Told(Refusal.SAME_PERSON))
        if proposed.base != counsel.facts().policy.id:
            raise Refused(Told(Refusal.POLICY_CHANGED))
        policy = after(counsel, proposed)
        return [PolicyApproved(hand=hand, proposal=proposal, policy=policy.id)], {}

    decide(counsel, judge)


def reject(counsel: Counsel, proposal: str, hand: Hand) -> None:
    """By anybody with the right, also by who proposed it, with a reason."""
    _reasoned(hand)

    def judge() -> Decided:
        waiting(counsel, proposal)
        return [PolicyRejected(hand=hand, proposal=proposal)], {}

    decide(counsel, judge)


def waiting(counsel: Counsel, proposal: str) -> PolicyProposed:
    proposed = counsel.standing().proposals.get(proposal)
    if proposed is None:
        raise Refused(Told(Refusal.PROPOSAL_ENDED))
    return proposed


def after(counsel: Counsel, proposed: PolicyProposed) -> Policy:
    """The policy that would be in force if this were approved now."""
    switches = {**counsel.standing().switches, **proposed.switches}
    document = counsel.policy_document()
    if proposed.document:
        document = counsel.archive.documents([proposed.document])[proposed.document]
    return counsel.policy(document, switches)


def summary_of(before: Policy, policy: Policy) -> tuple[str, ...]:
    """One line for each thing that differs; empty when nothing but the version does."""
    cells = [
        f"{change.tag} x {change.zone}: {change.direction}" for change in changes(before, policy)
    ]
    return (*cells, *other_changes(before, policy))


def _proposed(
    counsel: Counsel,
    hand: Hand,
    document: str,
    switches: Mapping[str, bool],
    summary: Sequence[str],
) -> Sequence[PolicyProposed]:
    number = sum(isinstance(entry, PolicyProposed) for entry in counsel.entries()) + 1
    return [
        PolicyProposed(
            hand=hand,
            proposal=str(number),
            base=counsel.facts().policy.id,
            document=document,
            switches=switches,
            summary=tuple(summary),
        )
    ]


def _switch(counsel: Counsel, switch: str) -> bool:
    """Whether it stands; Refused when there is no such switch."""
    switches = counsel.facts().policy.switches
    if switch not in switches:
        raise Refused(Told(Refusal.NO_SWITCH, switch=switch[:40], known=", ".join(switches)))
    return switches[switch].stands


def _reasoned(hand: Hand) -> None:
    if not hand.why.strip():
        raise Refused(Told(Refusal.NO_REASON))


def _next_version(version: str, today: date) -> str:
    """Today's date; a number behind it for the second and later changes of a day."""
    base = today.isoformat()
    if not version.startswith(base):
        return base
    number = version.removeprefix(base).removeprefix(".")
    return f"{base}.{int(number) + 1 if number.isdecimal() else 2}"
