"""A provider made of kinds: it routes, and lets out only what it can vouch for."""

import pytest

from providers.errors import InvalidSpec, Throttled, Unavailable
from providers.fake import Fake
from providers.kinds import KindProvider
from providers.types import Ref, Spec


class Sdk(Exception):
    """What an SDK raises."""


@pytest.fixture
def fakes():
    return {kind: Fake(kinds=frozenset({kind})) for kind in ("disk", "machine")}


@pytest.fixture
def provider(fakes):
    return KindProvider(fakes, lambda e: Throttled(str(e)) if isinstance(e, Sdk) else None)


def spec(kind):
    return Spec(instance="1" * 32, kind=kind, region="here", parameters={})


def test_each_verb_goes_to_its_kind(provider, fakes):
    made = provider.apply(spec("disk"))
    assert provider.preview(spec("disk")) == []
    assert provider.read(made.ref).ref == made.ref
    assert list(provider.inventory()) == [provider.read(made.ref)]
    provider.delete(made.ref)
    assert fakes["machine"].calls == ["inventory"]
    assert fakes["disk"].calls == ["apply", "preview", "read", "inventory", "read", "delete"]


def test_an_unknown_kind_is_refused_with_those_there_are(provider):
    with pytest.raises(InvalidSpec, match=r"'tent'.*disk, machine"):
        provider.apply(spec("tent"))


@pytest.mark.parametrize("verb", ["preview", "apply", "read", "delete", "inventory"])
def test_what_the_sdk_raises_is_translated_and_left_behind(provider, fakes, verb):
    fakes["disk"].fail(verb, Sdk("password=hunter2 too often"))
    with pytest.raises(Throttled, match="too often") as told:
        call(provider, verb)
    assert "hunter2" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_our_own_errors_pass_and_bugs_crash(provider, fakes):
    ours, bug = Unavailable("down"), KeyError("bug")
    fakes["disk"].fail("apply", ours)
    fakes["disk"].fail("read", bug)
    with pytest.raises(Unavailable) as told:
        provider.apply(spec("disk"))
    assert told.value is ours
    with pytest.raises(KeyError) as crashed:
        call(provider, "read")
    assert crashed.value is bug


def call(provider, verb):
    if verb == "inventory":
        return list(provider.inventory())
    ref = Ref(kind="disk", region="here", id="x")
    return getattr(provider, verb)(ref if verb in {"read", "delete"} else spec("disk"))
