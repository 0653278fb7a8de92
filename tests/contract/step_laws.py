"""The laws of what takes several steps: it goes on with every call, or says that it needs none."""

from __future__ import annotations

from contract.world import PATIENCE, left_alone, ready_of, removed

from providers.types import Status


class StepLaws:
    def test_applying_again_while_pending_carries_on(self, provider, spec, world):
        first = provider.apply(spec)
        now = first
        for _ in range(PATIENCE):
            if now.status is Status.READY:
                break
            assert (now.ref, now.status) == (first.ref, Status.PENDING)
            world.settle()
            provider.read(first.ref)
            now = provider.apply(spec)
        assert now.status is Status.READY
        assert [r.ref for r in provider.inventory()] == [first.ref]

    def test_deleting_again_while_it_leaves_carries_on(self, provider, spec, world):
        ref = ready_of(provider, provider.apply(spec), world).ref
        for _ in range(PATIENCE):
            provider.delete(ref)
            world.settle()
            if provider.read(ref) is None:
                break
        assert provider.read(ref) is None
        assert list(provider.inventory()) == []

    def test_what_goes_by_itself_needs_no_more_calls(self, provider, spec, world):
        asked = provider.apply(spec)
        left_alone(provider, asked)
        ready = ready_of(provider, asked, world)
        assert ready.by_itself == asked.by_itself
        provider.delete(ready.ref)
        left_alone(provider, asked)
        removed(provider, ready.ref, world)
