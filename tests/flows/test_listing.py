"""A listing of any length comes in order of instance, and nothing of it is lost or made up."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.listing import in_order
from providers.types import Ref, Resource, Status


def resource(instance: str, id_: str = "i-1") -> Resource:
    ref = Ref(kind="virtual-machine", region="eu-north-1", id=id_)
    return Resource(ref=ref, instance=instance, status=Status.READY)


@given(st.lists(st.text(max_size=4), max_size=30), st.integers(1, 12))
def test_it_is_sorted_as_python_sorts_whatever_the_pieces(instances, piece):
    listed = [resource(one, f"i-{number}") for number, one in enumerate(instances)]
    with in_order(listed, piece=piece) as found:
        got = list(found)
    assert [one.instance for one in got] == sorted(one.instance for one in got)
    assert sorted(one.ref.id for one in got) == sorted(one.ref.id for one in listed)
    plain = [one for one in instances if one.isprintable()]
    assert sorted(one.instance for one in got if one.instance in plain) == sorted(plain)
    assert {(one.ref.kind, one.ref.region, one.status) for one in got} <= {
        ("virtual-machine", "eu-north-1", "ready")
    }


def test_a_listing_that_fails_half_way_is_no_listing():
    def listed():
        yield from (resource(f"{number}") for number in range(5))
        raise ConnectionError("reset")

    with pytest.raises(ConnectionError), in_order(listed(), piece=2):
        pytest.fail("a part was taken for the whole")


def test_memory_does_not_grow_with_the_listing():
    def peak(count: int) -> int:
        tracemalloc.start()
        with in_order((resource(f"{n:032x}") for n in range(count)), piece=500) as found:
            assert sum(1 for _ in found) == count
        (_, most) = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    small = peak(1_000)
    # Each more piece costs its file's buffer, and no more.
    assert peak(5_000) < small + 8 * 200_000
