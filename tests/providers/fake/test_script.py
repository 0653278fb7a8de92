"""What a test can have the fake do."""

import pytest

from fixtures.provider_worlds import a_spec
from providers import fake
from providers.errors import Conflict, InvalidSpec, QuotaExceeded, Throttled, Unavailable
from providers.fake import Fake
from providers.types import Status


@pytest.mark.parametrize("verb", ["preview", "apply", "read", "delete", "inventory"])
def test_a_fault_strikes_the_verb_it_is_for_as_often_as_told(verb):
    it, spec = Fake(), a_spec()
    ref = it.apply(spec).ref
    it.fail(verb, Throttled("slow down"), times=2)
    calls = {
        "preview": lambda: it.preview(spec),
        "apply": lambda: it.apply(spec),
        "read": lambda: it.read(ref),
        "delete": lambda: it.delete(ref),
        "inventory": lambda: list(it.inventory()),
    }
    for name, call in calls.items():
        for _ in range(2 if name == verb else 0):
            with pytest.raises(Throttled):
                call()
        call()


def test_a_refused_create_makes_nothing_and_a_lost_answer_does():
    it, spec = Fake(), a_spec()
    it.fail("apply", QuotaExceeded("full"))
    with pytest.raises(QuotaExceeded):
        it.apply(spec)
    assert list(it.inventory()) == []
    it.lose_answer("apply")
    with pytest.raises(Unavailable):
        it.apply(spec)
    assert len(list(it.inventory())) == 1


def test_readiness_and_removal_take_as_many_reads_as_told():
    it, spec = Fake(reads_until_ready=3, reads_until_gone=2), a_spec()
    ref = it.apply(spec).ref
    told = [it.read(ref).status for _ in range(4)]
    assert told == [Status.PENDING, Status.PENDING, Status.READY, Status.READY]
    it.delete(ref)
    assert [it.read(ref) is None for _ in range(4)] == [False, False, True, True]


def test_as_in_a_cloud_a_used_key_is_refused():
    it, spec = Fake(), a_spec()
    it.delete(it.apply(spec).ref)
    with pytest.raises(Conflict, match="attempt 2"):
        it.apply(spec)
    assert it.apply(a_spec(attempt=2)).status is Status.PENDING


def test_a_kind_it_does_not_offer_is_refused():
    with pytest.raises(InvalidSpec, match="database"):
        Fake().apply(a_spec(kind="database"))


def test_an_account_keeps_its_fake_until_it_is_forgotten():
    one = fake.connect("somewhere")
    assert fake.connect("somewhere") is one
    fake.forget("somewhere")
    assert fake.connect("somewhere") is not one
    fake.forget("somewhere")
