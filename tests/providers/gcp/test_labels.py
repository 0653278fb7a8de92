"""Labels: whatever is asked for, Google takes it, and different values stay different."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import InvalidSpec
from providers.gcp import labels, ranges
from providers.types import Spec

SPEC = Spec(instance="0" * 31 + "1", kind="virtual-machine", region="europe-north1", parameters={})
KEY, VALUE = re.compile(r"[a-z][a-z0-9_-]{0,62}"), re.compile(r"[a-z0-9_-]{0,63}")


@given(st.dictionaries(st.text(max_size=80), st.text(max_size=120), max_size=20), st.text())
def test_any_tags_become_labels_that_google_takes(tags, name):
    spec = Spec(**{**fields(SPEC), "tags": tags, "name": name})
    made = labels.wanted(spec)
    assert all(KEY.fullmatch(key) and VALUE.fullmatch(value) for key, value in made.items())
    assert made[labels.OWNERSHIP] == SPEC.instance
    assert ranges.described(ranges.description(spec, tags=True)).items() >= made.items()


@given(st.text(max_size=100), st.text(max_size=100))
def test_only_case_is_lost(one, other):
    if one.lower() != other.lower():
        assert labels.encoded(one) != labels.encoded(other)


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("gm-2026-000001", "gm-2026-000001"),
        ("GM-2026-000001", "gm-2026-000001"),
        ("BYM", "bym"),
        ("2027-01-31", "2027-01-31"),
        ("", ""),
    ],
)
def test_what_fits_stays_readable(value, label):
    assert labels.encoded(value) == label


def test_nobody_takes_over_by_a_tag_called_instance():
    spec = Spec(**{**fields(SPEC), "tags": {"instance": "f" * 32}})
    assert labels.wanted(spec)[labels.OWNERSHIP] == SPEC.instance


def test_more_tags_than_fit_are_refused():
    spec = Spec(**{**fields(SPEC), "tags": {f"k{n}": "v" for n in range(64)}})
    with pytest.raises(InvalidSpec, match="no more than"):
        labels.wanted(spec)


@pytest.mark.parametrize(("instance", "attempt"), [("x", 1), ("0" * 32, 0), ("A" * 32, 1)])
def test_an_instance_that_is_no_id_has_no_name(instance, attempt):
    with pytest.raises(InvalidSpec):
        labels.name(Spec(**{**fields(SPEC), "instance": instance, "attempt": attempt}))


@given(st.text(max_size=70))
def test_only_names_of_ours_are_ours(name):
    if labels.instance_of(name):
        assert re.fullmatch(r"gm-[0-9a-f]{32}-[1-9]\d*", name, re.ASCII)


def fields(spec):
    return {name: getattr(spec, name) for name in spec.__dataclass_fields__}
