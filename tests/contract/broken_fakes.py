"""Fakes that break one law each, and the law that must catch them."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from contract.broken_listings import Blind, Confuses, Untagged

from providers.errors import ProviderError, Unavailable
from providers.fake import Fake
from providers.types import Status

_serial = itertools.count()


class Doubles(Fake):
    """Makes another one with every apply."""

    def apply(self, spec):
        return super().apply(replace(spec, instance=f"{spec.instance[:24]}{next(_serial):08d}"))


class DoublesAfterALostAnswer(Fake):
    """Knows only what it has told about."""

    def apply(self, spec):
        try:
            return super().apply(spec)
        except Unavailable:
            ref, record = self._records.popitem()
            lost = replace(ref, id=f"{ref.id}-lost")
            record.spec = replace(spec, instance="")
            record.resource = replace(record.resource, ref=lost)
            self._records[lost] = record
            self._used.clear()
            raise


class DoublesPerAttempt(Fake):
    """Takes every attempt for a new resource, though the first lives."""

    def _find(self, spec):
        found = super()._find(spec)
        return found if found and found.spec.attempt == spec.attempt else None


class Races(Fake):
    """Looks, and makes a moment later."""

    def apply(self, spec):
        with self._lock:
            found = self._find(spec)
        if found:
            return super().apply(spec)
        time_passes()
        with self._lock:
            record = self._create(replace(spec, attempt=100 + next(_serial)))
            record.spec = spec
            return record.resource


class Waits(Fake):
    """Waits until what it deletes is gone."""

    def delete(self, ref):
        time.sleep(0.01)
        super().delete(ref)


class Leaks(Fake):
    """Lets its own exceptions out."""

    def read(self, ref):
        if ref.kind not in self.kinds:
            raise KeyError(ref.kind)
        return super().read(ref)


class Chokes(Fake):
    """Trusts what it is given."""

    def preview(self, spec):
        assert spec.parameters["size"].islower()
        return super().preview(spec)


class DeletesOnce(Fake):
    """Refuses what is gone already."""

    def delete(self, ref):
        if ref not in self._records:
            raise Unavailable(f"{ref.id} is not there")
        super().delete(ref)


class RaisesOnAbsence(Fake):
    """Takes absence for an error."""

    def read(self, ref):
        found = super().read(ref)
        if found is None:
            raise Unavailable(f"{ref.id} is not there")
        return found


class WritingPreview(Fake):
    """Makes what it was asked to look at."""

    def preview(self, spec):
        changes = super().preview(spec)
        super().apply(spec)
        return changes


class SeesNoDrift(Fake):
    """Finds everything as it should be."""

    def preview(self, spec):
        changes = super().preview(spec)
        return [] if self._records else changes


class Nags(Fake):
    """Finds a difference where there is none."""

    def preview(self, spec):
        return [*super().preview(spec), *super().preview(replace(spec, name="other"))]


class ForgetsAtOnce(Fake):
    """Says it is gone while it is still going."""

    def read(self, ref):
        record = self._records.get(ref)
        found = super().read(ref)
        return None if record and record.leaving is not None else found


class NotJson(Fake):
    """Tells the customer in objects."""

    def read(self, ref):
        found = super().read(ref)
        at: Any = datetime.now(UTC)
        return found and replace(found, outputs={**found.outputs, "made_at": at})


class BuildsAgain(Fake):
    """Takes a failed build for no build at all."""

    def apply(self, spec):
        record = self._find(spec)
        if record and record.resource.status is Status.FAILED:
            record.resource = replace(record.resource, status=Status.PENDING, detail="again")
            record.doom, record.reads = "", 0
        return super().apply(spec)


class StopsHalfWay(Fake):
    """Asks for the first piece, and forgets the second."""

    def __init__(self, **options):
        super().__init__(steps={"virtual-machine": 2}, **options)

    def _may_go_on(self, record):
        return False


class LeavesHalf(Fake):
    """Removes a piece, and says that this was all."""

    def delete(self, ref):
        record = self._records.get(ref)
        if record and record.leaving is None:
            record.pieces += 1
            super().delete(ref)


class Boasts(Fake):
    """Says that it goes by itself, and waits to be asked."""

    def __init__(self, **options):
        super().__init__(steps={"virtual-machine": 2}, **options)

    def apply(self, spec):
        resource = super().apply(spec)
        record = self._records[resource.ref]
        record.resource = replace(resource, by_itself=True)
        return record.resource


class Babbles(Fake):
    """Repeats what the SDK said, and the SDK's exception with it."""

    def apply(self, spec):
        try:
            return super().apply(spec)
        except ProviderError as error:
            raw = Unavailable("")
            raw.args = (f"{error}\nAuthorization: Bearer abcdefghijkl",)
            raise raw from error


def time_passes() -> None:
    """Long enough for another thread to come between; not by sleep, which the laws forbid."""
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        pass


BROKEN = {
    Doubles: "test_applying_twice_makes_one_resource",
    DoublesAfterALostAnswer: "test_a_lost_answer_makes_no_second_resource",
    DoublesPerAttempt: "test_a_later_attempt_makes_no_second_resource_while_the_first_lives",
    Races: "test_applying_at_the_same_time_makes_one_resource",
    Waits: "test_deleting_twice_is_fine",
    Leaks: "test_an_unknown_kind_is_refused",
    Chokes: "test_odd_parameters_are_taken_or_refused_but_never_crash",
    Untagged: "test_inventory_is_exactly_what_was_applied",
    Blind: "test_inventory_is_exactly_what_was_applied",
    Confuses: "test_one_thing_is_found_by_the_tag_that_it_carries",
    DeletesOnce: "test_absence_is_none",
    RaisesOnAbsence: "test_absence_is_none",
    WritingPreview: "test_preview_of_something_new_says_so_and_makes_nothing",
    SeesNoDrift: "test_a_different_spec_is_drift_and_apply_comes_to_it",
    Nags: "test_after_apply_there_is_no_drift",
    ForgetsAtOnce: "test_a_removal_is_pending_until_it_is_verified",
    NotJson: "test_results_are_json",
    BuildsAgain: "test_a_failed_build_says_why_and_makes_way_for_the_next_attempt",
    StopsHalfWay: "test_applying_again_while_pending_carries_on",
    LeavesHalf: "test_deleting_again_while_it_leaves_carries_on",
    Boasts: "test_what_goes_by_itself_needs_no_more_calls",
    Babbles: "test_errors_are_plain_text_with_a_remedy",
}
