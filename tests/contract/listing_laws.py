"""The laws of finding things again: the listing of all of them, and of one by its tag."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from contract.world import removed, tagged


class ListingLaws:
    def test_inventory_is_exactly_what_was_applied(self, provider, spec, world):
        other = replace(spec, instance=spec.instance[::-1])
        one, two = provider.apply(spec), provider.apply(other)
        assert tagged(provider.inventory()) == {one.ref: spec.instance, two.ref: other.instance}
        provider.delete(one.ref)
        removed(provider, one.ref, world)
        assert tagged(provider.inventory()) == {two.ref: other.instance}

    def test_one_kinds_inventory_has_that_kind_alone(self, provider, spec):
        made = provider.apply(spec)
        listed = {kind: [r.ref for r in provider.inventory(kind)] for kind in provider.kinds}
        assert listed.pop(spec.kind) == [made.ref]
        assert not any(listed.values())

    def test_the_resource_carries_our_tag(self, provider, spec):
        resource = provider.apply(spec)
        read = provider.read(resource.ref)
        assert resource.instance == spec.instance
        assert read is not None
        assert (read.ref, read.instance) == (resource.ref, spec.instance)

    def test_one_thing_is_found_by_the_tag_that_it_carries(self, provider, spec):
        ref = provider.apply(spec).ref
        assert list(provider.carrying(spec.kind, spec.instance)) == [ref]
        assert list(provider.carrying(spec.kind, uuid4().hex)) == []
