"""What RightCloud refuses, always with the place: `file:line: what is wrong, what to do`."""

from __future__ import annotations


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
