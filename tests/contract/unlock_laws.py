"""The laws of what a secret opens: newly given or as kept, working, told nobody, gone at last."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from contract.world import PATIENCE, World, ready_of, removed, told_plainly

from providers.contract import Opens
from providers.errors import Conflict, ProviderError, Unavailable
from providers.types import Access, Ref

NO_SECRETS = frozenset({"user", "access_key_id", "account"})  # names that go with a secret
ODD_IDS = ("nowhere", "", "../..", "x" * 300)


def opened(opener: Opens, ref: Ref, world: World) -> Access:
    """What unlock gives, once it opens: told to nobody before."""
    access = opener.unlock(ref)
    assert access is not None
    for _ in range(PATIENCE):
        if opener.opened(ref, access):
            return access
        world.settle()
    pytest.fail("it never opened")


class UnlockLaws:
    """Beside ProviderLaws, with its fixtures; each provider says whether an Access opens."""

    def opens(self, provider, ref: Ref, access: Access) -> bool:
        """Whether the provider lets in whoever has it."""
        raise NotImplementedError

    @pytest.fixture
    def opener(self, provider):
        """The provider itself, without what insists in its place."""
        return getattr(provider, "inner", provider)

    def test_what_unlocks_opens_and_asked_again_the_newest_opens(
        self, provider, opener, spec, world
    ):
        ref = ready_of(provider, provider.apply(spec), world).ref
        for _ in range(3):
            access = opened(opener, ref, world)
            assert access.values
            assert all(isinstance(v, str) and v for v in access.values.values())
            assert self.opens(opener, ref, access)

    def test_unlocking_changes_nothing_of_what_was_ordered(self, provider, opener, spec, world):
        ready = ready_of(provider, provider.apply(spec), world)
        opened(opener, ready.ref, world)
        assert provider.read(ready.ref) == ready
        assert list(provider.preview(spec)) == []
        assert list(provider.inventory()) == [ready]

    def test_nothing_of_it_is_logged_or_shown(self, provider, opener, spec, world, caplog):
        caplog.set_level(logging.DEBUG)
        ref = ready_of(provider, provider.apply(spec), world).ref
        access = opened(opener, ref, world)
        secrets = [v for k, v in access.values.items() if k not in NO_SECRETS]
        assert secrets
        assert [s for s in secrets if s in caplog.text] == []
        assert [s for s in secrets if s in repr(access)] == []
        assert [s for s in secrets if s in repr(provider.read(ref))] == []

    @pytest.mark.parametrize("id_", ODD_IDS)
    def test_what_is_not_there_is_not_unlocked(self, opener, spec, id_):
        assert isinstance(opener, Opens)
        assert opener.unlock(Ref(kind=spec.kind, region=spec.region, id=id_)) is None

    def test_after_a_removal_nothing_is_left_of_it(self, provider, opener, spec, world):
        ref = ready_of(provider, provider.apply(spec), world).ref
        access = opened(opener, ref, world)
        provider.delete(ref)
        removed(provider, ref, world)
        assert opener.unlock(ref) is None
        assert not self.opens(opener, ref, access)
        assert list(provider.inventory()) == []

    def test_an_unknown_kind_is_not_unlocked(self, opener, spec):
        with pytest.raises(ProviderError) as refused:
            opener.unlock(Ref(kind="no-such-kind", region=spec.region, id="x"))
        told_plainly(refused.value)

    def test_what_somebody_else_owns_is_refused(self, provider, opener, spec, world):
        ref = ready_of(provider, provider.apply(spec), world).ref
        self.disown(ref)
        with pytest.raises(Conflict) as refused:
            opener.unlock(ref)
        told_plainly(refused.value)

    def test_a_second_one_is_opened_by_its_own(self, provider, opener, spec, world):
        other = replace(spec, instance=spec.instance[::-1])
        one, two = (ready_of(provider, provider.apply(s), world).ref for s in (spec, other))
        access = opened(opener, one, world)
        assert opened(opener, two, world).values != access.values
        assert self.opens(opener, one, access)

    def test_after_a_lost_answer_the_next_one_opens(self, provider, opener, spec, world):
        """A worker that died with it is followed by another, which asks anew."""
        ready = ready_of(provider, provider.apply(spec), world)
        self.lose_answer()
        with pytest.raises(Unavailable) as lost:
            opener.unlock(ready.ref)
        told_plainly(lost.value)
        world.settle()
        access = opened(opener, ready.ref, world)
        assert self.opens(opener, ready.ref, access)
        assert list(provider.inventory()) == [ready]

    def lose_answer(self) -> None:
        """The next unlock does its work, and its answer never arrives."""
        raise NotImplementedError

    def disown(self, ref: Ref) -> None:
        """Somebody takes our tag off."""
        pytest.skip("nobody else has a hand in there")
