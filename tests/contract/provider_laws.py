"""The laws of providers/contract.py as tests; each provider subclasses this and gives fixtures."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
from contract.listing_laws import ListingLaws
from contract.step_laws import StepLaws
from contract.world import (
    PATIENCE,
    World,
    forbid_waiting,
    patiently,
    ready_of,
    removed,
    told_plainly,
    until,
)

from providers.contract import Provider
from providers.errors import InvalidSpec, ProviderError, Unavailable
from providers.types import Ref, Spec, Status

ODD_IDS = ("nowhere", "", "i-0", "i-" + "0" * 17, "../..", "x" * 300)


class ProviderLaws(StepLaws, ListingLaws):
    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        forbid_waiting(monkeypatch)

    @pytest.fixture
    def provider(self) -> Provider:
        raise NotImplementedError

    @pytest.fixture
    def spec(self) -> Spec:
        raise NotImplementedError

    @pytest.fixture
    def world(self, provider: Provider) -> World:
        raise NotImplementedError

    # every verb may be called twice

    def test_applying_twice_makes_one_resource(self, provider, spec):
        assert provider.apply(spec).ref == provider.apply(spec).ref
        assert len(list(provider.inventory())) == 1

    def test_applying_at_the_same_time_makes_one_resource(self, provider, spec):
        with ThreadPoolExecutor(4) as pool:
            refs = set(pool.map(lambda s: provider.apply(s).ref, [spec] * 4))
        assert len(refs) == 1
        assert [r.ref for r in provider.inventory()] == list(refs)

    def test_applying_when_ready_changes_nothing(self, provider, spec, world):
        ready = ready_of(provider, provider.apply(spec), world)
        assert provider.apply(spec) == ready
        assert provider.read(ready.ref) == ready

    def test_a_lost_answer_makes_no_second_resource(self, provider, spec, world):
        world.lose_answer("apply")
        with pytest.raises(Unavailable):
            provider.apply(spec)
        ref = provider.apply(spec).ref
        assert [r.ref for r in provider.inventory()] == [ref]

    def test_deleting_twice_is_fine(self, provider, spec, world):
        ref = provider.apply(spec).ref
        provider.delete(ref)
        provider.delete(ref)
        removed(provider, ref, world)
        provider.delete(ref)
        assert provider.read(ref) is None

    def test_deleting_after_a_lost_answer_is_fine(self, provider, spec, world):
        ref = provider.apply(spec).ref
        world.lose_answer("delete")
        with pytest.raises(Unavailable):
            provider.delete(ref)
        provider.delete(ref)
        removed(provider, ref, world)

    # one resource per instance, one at a time

    def test_a_later_attempt_makes_no_second_resource_while_the_first_lives(
        self, provider, spec, world
    ):
        first = provider.apply(spec).ref
        later = replace(spec, attempt=spec.attempt + 1)
        assert patiently(lambda: provider.apply(later), world).ref == first
        assert len(list(provider.inventory())) == 1

    def test_after_a_verified_removal_the_next_attempt_makes_a_new_resource(
        self, provider, spec, world
    ):
        first = provider.apply(spec).ref
        provider.delete(first)
        removed(provider, first, world)
        later = replace(spec, attempt=spec.attempt + 1)
        second = patiently(lambda: provider.apply(later), world).ref
        assert second != first
        assert [r.ref for r in provider.inventory()] == [second]

    def test_a_failed_build_says_why_and_makes_way_for_the_next_attempt(
        self, provider, spec, world
    ):
        world.fail_build("no luck today")
        ref = provider.apply(spec).ref
        failed = until(provider, ref, world, Status.FAILED)
        assert "no luck today" in failed.detail
        again = provider.apply(spec)
        assert (again.ref, again.status) == (ref, Status.FAILED)
        provider.delete(ref)
        removed(provider, ref, world)
        second = provider.apply(replace(spec, attempt=spec.attempt + 1))
        assert second.ref != ref
        ready_of(provider, second, world)

    # absence is an answer

    @pytest.mark.parametrize("id_", ODD_IDS)
    def test_absence_is_none(self, provider, spec, id_):
        ref = Ref(kind=spec.kind, region=spec.region, id=id_)
        assert provider.read(ref) is None
        provider.delete(ref)
        assert list(provider.inventory()) == []

    def test_a_removal_is_pending_until_it_is_verified(self, provider, spec, world):
        resource = ready_of(provider, provider.apply(spec), world)
        provider.delete(resource.ref)
        for _ in range(PATIENCE):
            now = provider.read(resource.ref)
            held = [r.ref for r in provider.inventory()]
            if now is None:
                assert held == []
                return
            assert now.status is Status.PENDING
            if not held:  # it was removed between the two looks
                assert provider.read(resource.ref) is None
                return
            assert held == [resource.ref]
            world.settle()
        pytest.fail("never removed")

    # preview, read and inventory change nothing

    def test_preview_of_something_new_says_so_and_makes_nothing(self, provider, spec):
        changes = provider.preview(spec)
        assert changes
        assert all(c.actual is None for c in changes)
        assert list(provider.inventory()) == []

    def test_looking_changes_nothing(self, provider, spec, world):
        ready = ready_of(provider, provider.apply(spec), world)
        for _ in range(2):
            provider.preview(world.changed(spec))
            provider.read(ready.ref)
            list(provider.inventory())
        assert list(provider.preview(spec)) == []
        assert provider.read(ready.ref) == ready
        assert list(provider.inventory()) == [ready]

    # preview is drift

    def test_after_apply_there_is_no_drift(self, provider, spec, world):
        resource = provider.apply(spec)
        assert list(provider.preview(spec)) == []
        ready_of(provider, resource, world)
        assert list(provider.preview(spec)) == []

    def test_a_different_spec_is_drift_and_apply_comes_to_it(self, provider, spec, world):
        resource = ready_of(provider, provider.apply(spec), world)
        changed = world.changed(spec)
        assert provider.preview(changed)
        for _ in range(PATIENCE):
            resource = provider.apply(changed)
            if resource.status is Status.READY and not provider.preview(changed):
                break
            world.settle()
        assert list(provider.preview(changed)) == []
        assert list(provider.inventory()) == [resource]

    def test_what_was_applied_becomes_ready_and_tells_what_it_is(self, provider, spec, world):
        ready = ready_of(provider, provider.apply(spec), world)
        assert ready.outputs
        assert all(isinstance(v, str) and v for v in ready.outputs.values())

    # only ProviderError leaves, and everything is plain

    def test_an_unknown_kind_is_refused(self, provider, spec):
        strange = replace(spec, kind="no-such-kind")
        nowhere = Ref(kind="no-such-kind", region=spec.region, id="x")
        for verb, value in (
            (provider.preview, strange),
            (provider.apply, strange),
            (provider.read, nowhere),
            (provider.delete, nowhere),
        ):
            with pytest.raises(InvalidSpec) as refused:
                verb(value)
            told_plainly(refused.value)
        assert spec.kind in provider.kinds
        assert "no-such-kind" not in provider.kinds

    @pytest.mark.parametrize(
        "parameters", [{}, {"no-such": 1}, {"size": None}, {"size": ["t3.micro"], "disk_gb": "8"}]
    )
    def test_odd_parameters_are_taken_or_refused_but_never_crash(self, provider, spec, parameters):
        odd = replace(spec, parameters=parameters)
        for verb in (provider.preview, provider.apply):
            try:
                verb(odd)
            except ProviderError as refused:
                told_plainly(refused)

    def test_errors_are_plain_text_with_a_remedy(self, provider, spec, world):
        world.lose_answer("apply")
        with pytest.raises(ProviderError) as lost:
            provider.apply(spec)
        told_plainly(lost.value)

    def test_results_are_json(self, provider, spec, world):
        changes = provider.preview(spec)
        resource = provider.apply(spec)
        ready = ready_of(provider, resource, world)
        for value in (*changes, resource, ready, *provider.inventory()):
            assert json.loads(json.dumps(asdict(value))) == asdict(value)
