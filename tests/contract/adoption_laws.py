"""Laws 10 and 11: what was there before us is told, and can be made ours without touching it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from contract.world import told_plainly

from providers.contract import Provider
from providers.errors import Conflict, ProviderError
from providers.types import Ref, Spec

LEFT_OPEN = ("security.", "power")  # what we always demand: adoption does not change it


class AdoptionLaws:
    """For kinds that can be adopted. `stranger` makes one like `spec`, without our tag."""

    @pytest.fixture
    def stranger(self, spec: Spec) -> Ref:
        raise NotImplementedError

    @pytest.fixture
    def adopted(self, provider: Provider, spec: Spec, stranger: Ref) -> Spec:
        """The spec of an order that adopts the stranger: its own parameters, its own place."""
        (met,) = provider.strangers()
        assert met.ref == stranger
        return replace(spec, parameters=met.parameters, region=stranger.region, stands=stranger.id)

    def test_strangers_are_what_is_not_in_the_inventory(self, provider, spec, world, stranger):
        ours = provider.apply(spec).ref
        world.settle()
        assert [one.ref for one in provider.strangers()] == [stranger]
        assert [one.ref for one in provider.inventory()] == [ours]

    def test_a_stranger_is_told_in_plain_json(self, provider, stranger):
        (met,) = provider.strangers()
        assert met.name == self.called
        key, value = self.marked
        assert met.tags[key] == value
        assert json.loads(json.dumps(asdict(met))) == {
            **asdict(met),
            "networks": list(met.networks),
        }

    def test_looking_for_strangers_changes_nothing(self, provider, stranger):
        before = list(provider.strangers())
        assert list(provider.strangers()) == before
        read = provider.read(stranger)
        assert read is not None
        assert read.instance == ""
        assert list(provider.inventory()) == []

    def test_what_is_adopted_is_as_if_we_had_made_it(self, provider, world, stranger, adopted):
        now = provider.adopt(stranger, adopted)
        assert (now.ref, now.instance) == (stranger, adopted.instance)
        world.settle()
        assert list(provider.strangers()) == []
        assert {one.ref: one.instance for one in provider.inventory()} == {
            stranger: adopted.instance
        }
        read = provider.read(stranger)
        assert read is not None
        assert read.instance == adopted.instance
        differs = [one.field for one in provider.preview(adopted)]
        assert [one for one in differs if not one.startswith((*LEFT_OPEN, *self.left_open))] == []

    def test_adopting_twice_is_as_once(self, provider, world, stranger, adopted):
        first = provider.adopt(stranger, adopted)
        world.settle()
        before = list(provider.inventory())
        assert provider.adopt(stranger, adopted).ref == first.ref
        world.settle()
        assert list(provider.inventory()) == before
        assert [one.instance for one in before] == [adopted.instance]

    def test_after_a_lost_answer_it_is_adopted_once(self, provider, world, stranger, adopted):
        world.lose_answer("adopt")
        with pytest.raises(ProviderError) as lost:
            provider.adopt(stranger, adopted)
        told_plainly(lost.value)
        world.settle()
        assert provider.adopt(stranger, adopted).instance == adopted.instance
        world.settle()
        assert [one.ref for one in provider.inventory()] == [stranger]
        assert list(provider.strangers()) == []

    def test_the_tags_of_others_stay_where_they_are(self, provider, world, stranger, adopted):
        """Seen when ours are taken off again: the owner's own are as they were."""
        provider.adopt(stranger, adopted)
        world.settle()
        world.strip(stranger)
        (met,) = provider.strangers()
        key, value = self.marked
        assert met.tags[key] == value
        assert provider.adopt(stranger, adopted).instance == adopted.instance

    def test_what_is_anothers_is_not_adopted(self, provider, world, stranger, adopted):
        provider.adopt(stranger, adopted)
        world.settle()
        other = replace(adopted, instance=adopted.instance[::-1])
        with pytest.raises(Conflict) as refused:
            provider.adopt(stranger, other)
        told_plainly(refused.value)
        assert [one.instance for one in provider.inventory()] == [adopted.instance]

    def test_what_is_gone_is_not_adopted(self, provider, adopted):
        with pytest.raises(Conflict) as refused:
            provider.adopt(
                Ref(kind=adopted.kind, region=adopted.region, id="nowhere"),
                replace(adopted, stands="nowhere"),
            )
        told_plainly(refused.value)

    def test_a_change_of_what_was_adopted_comes_to_it_and_makes_no_second(
        self, provider, world, stranger, adopted
    ):
        provider.adopt(stranger, adopted)
        world.settle()
        changed = replace(world.changed(adopted), parameters={**adopted.parameters, **self.changes})
        assert provider.preview(changed)
        for _ in range(20):
            provider.apply(changed)
            if not provider.preview(changed):
                break
            world.settle()
        assert list(provider.preview(changed)) == []
        assert [one.ref for one in provider.inventory()] == [stranger]

    def test_what_was_adopted_can_be_removed(self, provider, world, stranger, adopted):
        provider.adopt(stranger, adopted)
        world.settle()
        for _ in range(20):
            provider.delete(stranger)
            world.settle()
            if provider.read(stranger) is None:
                break
        assert provider.read(stranger) is None
        assert list(provider.inventory()) == []

    called = "parkering-web"
    marked = ("Owner", "BYM")  # the tag that its owner has put on it
    changes: dict[str, object]
    left_open: tuple[str, ...] = ()
