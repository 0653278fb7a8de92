"""What docs/ says of offerings and states is what the code has."""

import re
from pathlib import Path

import pytest

from catalog.offering import Choice, Expiry, Offering, Parameter, Part, Place, Plan, Terms
from orders.model import State

DOCS = Path(__file__).parents[2] / "docs"
KEYS = [
    f"{shape.__name__}.{key}"
    for shape in (Offering, Plan, Parameter, Part, Choice, Place, Terms, Expiry)
    for key in shape.model_fields
]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_an_offering_is_explained(key: str) -> None:
    shape, name = key.split(".")
    recipe = (DOCS / "add-an-offering.md").read_text()
    if shape == "Choice":
        assert f"{name}: {{nb, en}}" in recipe
        return
    if shape in {"Place", "Terms", "Expiry"}:
        assert re.search(rf"[{{ ]{name}: ", recipe)
        return
    heading = {
        "Offering": "## The offering",
        "Plan": "## A plan",
        "Parameter": "## A parameter",
        "Part": "## A bundle",
    }
    section = recipe.split(heading[shape])[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split(" | ")[0] for row in rows)


@pytest.mark.parametrize("state", State)
def test_every_state_is_in_the_glossary(state: State) -> None:
    assert f"| `{state}` |" in (DOCS / "glossary.md").read_text()
