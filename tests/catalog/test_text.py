"""Data as the text of an offering file: it reads back as the same, and the catalogue takes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.load import BUNDLED, load
from catalog.own import checked
from catalog.source import read
from catalog.text import as_yaml

COMMON = load()
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
VALUES = st.recursive(
    st.booleans() | st.integers(-(10**9), 10**9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("name", COMMON)
def test_a_copy_of_what_everybody_has_can_be_an_agencys_own(name: str) -> None:
    data = read((BUNDLED / f"{name}.yaml").read_bytes()).data
    text = as_yaml(data)
    assert read(text.encode()).data == data
    offering, flaws = checked(as_yaml(data | {"id": "own-one"}).encode(), "own-one", COMMON)
    assert flaws == []
    assert offering.plans == COMMON[name].plans


@given(data=st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back_as_the_same(data: dict[str, object]) -> None:
    source = read(as_yaml(data).encode())
    assert source.flaws == []
    assert source.data == data


def test_the_name_of_what_everybody_has_is_taken() -> None:
    text = (BUNDLED / "linux-server.yaml").read_bytes()
    offering, flaws = checked(text, "linux-server", COMMON)
    assert offering is None
    assert "choose another" in flaws[0].english
