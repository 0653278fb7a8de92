"""What providers deliver has names that people read, in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.output_words import OUTPUTS, SUBNET

PROVIDERS = Path(__file__).parents[2] / "providers"
NAMES = {"outputs", "shown", "told", "found"}  # what providers call the table of them


def tables(tree: ast.AST) -> Iterator[ast.Dict]:
    """Each table of outputs in a file: whatever its kind, it says the region."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            named = any(isinstance(to, ast.Name) and to.id in NAMES for to in node.targets)
        else:
            named = isinstance(node, ast.keyword) and node.arg == "outputs"
        if named and isinstance(node.value, ast.Dict) and "region" in keys(node.value):
            yield node.value


def keys(table: ast.Dict) -> set[str]:
    return {key.value for key in table.keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp", "ibm", "openstack"])
def test_every_output_of_a_provider_has_a_name_for_people(provider: str) -> None:
    trees = [ast.parse(one.read_text()) for one in (PROVIDERS / provider).rglob("*.py")]
    found = [keys(table) for tree in trees for table in tables(tree)]
    assert len(found) >= 4, "the tables are written in another way now"
    unnamed = {name for one in found for name in one if not name.startswith(SUBNET)} - set(OUTPUTS)
    assert unnamed == set()
