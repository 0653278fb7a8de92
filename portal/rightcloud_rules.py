"""The rules in words: the table, one cell, what a change changes, the history. No HTML here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.dates import read_count
from portal.rightcloud_words import (
    BASES,
    DIRECTIONS,
    OUTCOME_TONES,
    OUTCOMES,
    Spoken,
    day,
    said,
    summary_said,
)
from portal.speech import N_, Speech
from rightcloud.errors import Refused
from rightcloud.journal import (
    Entry,
    Happened,
    PolicyApproved,
    PolicyProposed,
    PolicyRejected,
    SwitchClosed,
)
from rightcloud.policy import Basis, Cell, Outcome, Policy
from rightcloud.policy_change import CellChange, Rule
from rightcloud.words import Text

LONGEST = 2000
MOST_DAYS = 3660
SHOWN = 50

HAPPENED: Mapping[type[Happened], str] = {
    PolicyProposed: N_("Proposal %(number)s was made"),
    PolicyApproved: N_("Proposal %(number)s was approved and is in force"),
    PolicyRejected: N_("Proposal %(number)s was rejected"),
    SwitchClosed: N_("%(number)s was closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A rule in words; `overdue` when it should have been checked again."""

    tag: str
    zone: str
    outcome: str
    tone: str
    tag_title: str
    zone_title: str
    measures: Sequence[str]
    why: str
    basis: str
    reference: str
    checked: str
    recheck: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One cell before and after; None where there is no such cell."""

    title: str
    direction: str
    before: Told | None
    after: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the history. `proposal` is its number when it is about one."""

    entry: Happened
    what: str
    summary: Sequence[str]
    proposal: str


def rule_told(policy: Policy, cell: Cell, today: date, speech: Speech) -> Told:
    return Told(
        tag=cell.tag,
        zone=cell.zone,
        outcome=speech.gettext(OUTCOMES[cell.outcome]),
        tone=OUTCOME_TONES[cell.outcome],
        tag_title=said(policy.tags[cell.tag].title, speech),
        zone_title=said(policy.zones[cell.zone].title, speech),
        measures=[
            said(policy.measures[one].title, speech) if one in policy.measures else one
            for one in cell.measures
        ],
        why=said(cell.why, speech),
        basis=speech.gettext(BASES[cell.basis]),
        reference=cell.reference,
        checked=day(speech, cell.checked),
        recheck=day(speech, cell.recheck),
        overdue=cell.past_due(today),
    )


def rows(policy: Policy, today: date, speech: Speech) -> list[tuple[str, list[Told]]]:
    """The table: one row for each tag, one rule for each zone."""
    return [
        (
            said(tag.title, speech),
            [rule_told(policy, policy.cells[tag.id, zone], today, speech) for zone in policy.zones],
        )
        for tag in policy.tags.values()
    ]


def changes_told(
    found: Iterable[CellChange], policies: tuple[Policy, Policy], today: date, speech: Speech
) -> list[Change]:
    """`policies` are the one before and the one after."""
    told: list[Change] = []
    for one in found:
        sides = [
            rule_told(policy, cell, today, speech) if cell else None
            for policy, cell in zip(policies, (one.before, one.after), strict=True)
        ]
        known = sides[1] or sides[0]
        title = f"{known.tag_title}: {known.zone_title}" if known else ""
        direction = speech.gettext(DIRECTIONS[one.direction])
        told.append(Change(title=title, direction=direction, before=sides[0], after=sides[1]))
    return told


def history(entries: Sequence[Entry], policy: Policy, speech: Speech) -> list[Line]:
    """What has happened to the rules, newest first."""
    found: list[Line] = []
    for entry in reversed(entries):
        if type(entry) not in HAPPENED:
            continue
        number = entry.switch if isinstance(entry, SwitchClosed) else _number(entry)
        what = speech.gettext(HAPPENED[type(entry)], number=number)
        changed = entry.summary if isinstance(entry, PolicyProposed) else ()
        summary = summary_said(changed, policy, speech)
        found.append(Line(entry=entry, what=what, summary=summary, proposal=_number(entry)))
    return found[:SHOWN]


def _number(entry: Entry) -> str:
    if isinstance(entry, PolicyProposed | PolicyApproved | PolicyRejected):
        return entry.proposal
    return ""


def rule_in(form: Mapping[str, str], policy: Policy, today: date, speech: Speech) -> Rule:
    """The rule that an operator has written; Refused with everything that is wrong with it."""
    flaws: list[str] = []

    def text(name: str, label: str) -> str:
        found = form.get(name, "").strip()
        if not found or len(found) > LONGEST:
            flaws.append(
                speech.gettext(
                    "%(label)s: write from 1 to %(most)s characters.",
                    label=label,
                    most=speech.number(LONGEST),
                )
            )
        return found

    outcome = form.get("outcome", "")
    basis = form.get("basis", "")
    if outcome not in set(Outcome) or basis not in set(Basis):
        flaws.append(speech.gettext("Choose one of the answers."))
    measures = tuple(one for one in policy.measures if form.get(f"measure_{one}"))
    if (outcome == Outcome.MEASURES) != bool(measures):
        flaws.append(
            speech.gettext(
                "Measures: tick at least one when it is allowed with measures, else none."
            )
        )
    days = read_count(form.get("recheck_days", "").strip()) or 0
    if not 1 <= days <= MOST_DAYS:
        flaws.append(speech.gettext("Days until the next check: write a number from 1 to 3660."))
    why = Text(
        text("why_nb", speech.gettext("Why, in Bokmål")),
        text("why_en", speech.gettext("Why, in English")),
    )
    reference = text("reference", speech.gettext("Reference"))
    if flaws:
        raise Refused(*map(Spoken, flaws))
    return Rule(
        outcome=Outcome(outcome),
        measures=measures,
        why=why,
        basis=Basis(basis),
        reference=reference,
        checked=today,
        recheck_days=days,
    )
