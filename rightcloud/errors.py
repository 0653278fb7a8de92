"""What RightCloud refuses, always with the place: `file:line: what is wrong, what to do`."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from rightcloud.flaws import N_, Flaw


class Refusal(StrEnum):
    """Why an act is refused, as message ids with gaps; the portal translates them."""

    NO_REASON = N_("why: write the reason, it is kept with the change")
    NO_DIFFERENCE = N_("nothing in it differs from the policy in force")
    SAME_VERSION = N_("version: give another than %(version)s: it is another policy")
    STANDS_ALREADY = N_("%(switch)s: stands already")
    NO_SWITCH = N_("no switch `%(switch)s`; there are: %(known)s")
    SAME_PERSON = N_("who proposed a change cannot approve it: it takes a second person")
    POLICY_CHANGED = N_("the policy has changed since this was proposed: propose it again")
    PROPOSAL_ENDED = N_("this proposal does not wait any more: it was approved or rejected")
    CARD_ENDED = N_("this rate card does not wait any more: it was taken or dropped")
    NO_QUARANTINE = N_("%(source)s: nothing is in quarantine: somebody has seen to it already")
    BUSY = N_("the journal keeps growing while this is decided: try again")


class Told(str):
    """A refusal in English, which knows what it is made of for who says it in another language.

    `where` stands before it, as `file:line: key: `, and is the same in every language.
    """

    __slots__ = ("gaps", "refusal", "where")

    refusal: Refusal | Flaw
    where: str
    gaps: dict[str, str]

    def __new__(cls, refusal: Refusal | Flaw, where: str = "", /, **gaps: str) -> Self:
        told = super().__new__(cls, where + refusal.value % gaps)
        told.refusal = refusal
        told.where = where
        told.gaps = gaps
        return told

    def at(self, where: str) -> Told:
        return Told(self.refusal, where, **self.gaps)


class Refused(Exception):
    """Something given cannot be used; `problems` has one line for each thing that is wrong.

    Nothing is taken from a refused document: what was in force before stays in force.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotReplayable(Exception):
    """A stored decision was made from other facts than those at hand; says which are needed."""


class NotChoosable(Exception):
    """The place was excluded or is unknown, or a reason for choosing differently is missing."""
