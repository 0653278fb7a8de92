"""The thread of an order: what people said to each other about it, oldest first.

Everybody who sees the order sees all of it. Questions, answers and decisions stand in the same
thread as messages, so that nobody has to look in two places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orders import events as e
from orders.particulars import Attachment
from portal.consent import PLAIN
from portal.names import Names
from portal.speech import N_, Speech

Kind = Literal["message", "question", "answer", "decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was said. `ours`: by those who deliver; `deadline` is a question's."""

    kind: Kind
    title: str
    who: str
    ours: bool
    at: datetime
    text: str = ""
    deadline: datetime | None = None
    attachments: Sequence[Attachment] = ()


def thread(speech: Speech, names: Names, history: Sequence[e.LedgerEvent]) -> list[Entry]:
    """A question about several items is one question."""
    found: list[Entry] = []
    for event in history:
        for entry in _entries(speech, names, event):
            if not found or found[-1] != entry:
                found.append(entry)
    return found


def speakers(history: Sequence[e.LedgerEvent]) -> set[str]:
    return {event.by for event in history}


def _entries(speech: Speech, names: Names, event: e.LedgerEvent) -> Iterator[Entry]:
    said = _said(event)
    if said is None:
        return
    kind, title, text = said
    yield Entry(
        kind=kind,
        title=speech.gettext(title) if title else "",
        who=names.of(event.by),
        ours=names.ours(event.by),
        at=event.at,
        text=speech.gettext(PLAIN[text]) if text in PLAIN else text,
        deadline=event.waiting_on.deadline if isinstance(event, e.QuestionAsked) else None,
        attachments=event.attachments if isinstance(event, e.MessagePosted) else (),
    )


def _said(event: e.LedgerEvent) -> tuple[Kind, str, str] | None:  # noqa: PLR0911 - one for each kind of thing said
    match event:
        case e.MessagePosted():
            return "message", "", event.text
        case e.QuestionAsked():
            return "question", N_("Question"), event.waiting_on.question
        case e.QuestionAnswered():
            return "answer", N_("Answer"), event.answer
        case e.ApprovalGiven():
            return "decision", N_("Approved"), event.why
        case e.ApprovalRefused():
            return "decision", N_("Not approved"), event.reason
        case e.CancellationRefused():
            return "decision", N_("Cannot be cancelled"), event.reason
        case e.PromiseRestated():
            return "decision", N_("The date was moved"), event.why
        case _:
            return _judged(event)


def _judged(event: e.LedgerEvent) -> tuple[Kind, str, str] | None:
    match event:
        case e.SurveyAnswered():
            return "answer", N_("How it went"), f"{event.score}/5 {event.text}".strip()
        case e.SurveyFollowedUp():
            return "decision", N_("What we did about it"), event.text
        case _:
            return None
