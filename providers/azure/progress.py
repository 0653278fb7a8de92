"""How far the building of one resource is: its next step, and why it does not go on."""

from __future__ import annotations

from dataclasses import dataclass

from azure.core.exceptions import HttpResponseError

from providers.azure import errors
from providers.azure.blueprint import Blueprint, Found, Part, State
from providers.azure.clients import Clients
from providers.azure.errors import Failure
from providers.azure.home import Home
from providers.azure.told import Told
from providers.types import Spec

NOT_SAID = "Azure could not build the {}, and tells why in the group's activity log only"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of looking for the next step.

    found   the parts that are there, the one that waits among them when it shows
    waits   title of the part that has to come to its end first; empty when all are there
    failed  why building cannot go on
    """

    found: Found
    waits: str = ""
    failed: Failure | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    clients: Clients
    plan: Blueprint

    def step(self, where: Home, spec: Spec, *, fresh: bool) -> Step:
        """Ask for the next parts that are missing. `fresh`: the group is new, and empty."""
        found: dict[str, Told] = {}
        started = ""
        for part in self._wanted(where, spec):
            one = None if fresh else part.look()
            state = part.state(one) if one is not None else None
            if one is not None and state is State.DONE:
                found[part.title] = one
                continue
            failure = None if fresh or state is State.GOING else self.failure(part, one)
            if failure and not failure.meaning:
                return Step(found, part.title, failure)
            if failure and failure.meaning and self.clients.tell_once(part.id):
                raise failure.meaning(f"{part.title} of {where.name}: {failure}")
            if one is not None and state is State.GOING:
                return Step({**found, part.title: one}, part.title)
            if not self._start(part, spec):
                return Step(found, part.title)
            started = part.title
        return Step(found if started else {**found, **self._left(where, spec)}, started)

    def all(self, where: Home, spec: Spec) -> Found:
        """Every part that is there, whether or not the spec still has it."""
        looked = {part.title: part.look() for part in self._wanted(where, spec)}
        found = {title: one for title, one in looked.items() if one is not None}
        return {**found, **self._left(where, spec)}

    def ends(self, where: Home) -> Found:
        """The main part, and when that is done the door."""
        found: dict[str, Told] = {}
        for part in self.plan.parts(where):
            if part.title not in self.plan.ends:
                continue
            one = part.look()
            if one is None:
                break
            found[part.title] = one
            if part.state(one) is not State.DONE:
                break
        return found

    def waits(self, where: Home, found: Found) -> str:
        """Title of the end that is not done; empty when both are."""
        for part in self.plan.parts(where):
            if part.title in self.plan.ends:
                one = found.get(part.title)
                if one is None or part.state(one) is not State.DONE:
                    return part.title
        return ""

    def why(self, where: Home, found: Found) -> Failure | None:
        """Why an end is not done; None when it may still come to be."""
        for part in self.plan.parts(where):
            one = found.get(part.title)
            if one is None and part.title not in self.plan.ends:
                one = part.look()
            state = part.state(one) if one is not None else None
            if state is State.GOING:
                return None
            failure = None if state is State.DONE else self.failure(part, one)
            if failure:
                return failure
        return None

    def listed_failure(self, where: Home, found: Found) -> Failure | None:
        """Why one of a listing failed; only what failed is asked about."""
        for part in self.plan.parts(where):
            one = found.get(part.title)
            if one is not None and part.state(one) is State.FAILED:
                return self.failure(part, part.look() or one)
        return None

    def failure(self, part: Part, found: Told | None) -> Failure | None:
        """Why a part failed, which may have left nothing; None when it did not."""
        said = self.plan.failure(found) if found and part.title == self.plan.main else None
        said = said or self.clients.failure(part.id)
        if said or found is None:
            return said
        return Failure("Failed", NOT_SAID.format(part.title))

    def _wanted(self, where: Home, spec: Spec) -> list[Part]:
        return [part for part in self.plan.parts(where) if part.needed(spec)]

    def _left(self, where: Home, spec: Spec) -> Found:
        """Parts that are there, from when the spec had them."""
        over = [part for part in self.plan.parts(where) if not part.needed(spec)]
        looked = {part.title: part.look() for part in over}
        return {title: one for title, one in looked.items() if one is not None}

    def _start(self, part: Part, spec: Spec) -> bool:
        """Ask for a part; True when Azure has made it already."""
        try:
            part.start(spec)
        except HttpResponseError as error:
            if not errors.busy(error):
                raise
            return False  # another call was quicker; the next look tells
        return part.at_once
