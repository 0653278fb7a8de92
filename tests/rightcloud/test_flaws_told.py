"""Everything that RightCloud refuses is said in both languages, gaps and all."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from rightcloud.errors import Refusal, Told
from rightcloud.flaws import Flaw

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"%\((\w+)\)")
SAID = [*Refusal, *Flaw]
NAMED = {f"{type(one).__name__}.{one.name}": one for one in SAID}


@pytest.fixture(scope="module")
def bokmaal() -> Catalog:
    with (ROOT / "portal/locale/nb.po").open("rb") as file:
        return read_po(file, locale="nb")


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Each place that tells one: where, which, with which gaps."""
    for file in (ROOT / "rightcloud").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf8"))):
            # `_no` of the policy's file fills the gaps of what it is given
            if isinstance(call, ast.Call) and ast.unparse(call.func) != "_no":
                gaps = {str(gap.arg) for gap in call.keywords}
                for one in map(ast.unparse, call.args):
                    if one in NAMED:
                        yield f"{file.relative_to(ROOT)}:{call.lineno}", NAMED[one].value, gaps


@pytest.mark.parametrize("one", SAID)
def test_each_is_said_in_bokmaal(bokmaal: Catalog, one: Flaw | Refusal) -> None:
    found = bokmaal.get(one.value)
    assert found, "run tools/messages.py and translate it"
    assert found.string
    assert set(GAP.findall(str(found.string))) <= set(GAP.findall(one.value))


def test_none_leaves_a_gap_open() -> None:
    found = list(told())
    assert len(found) > 30
    wrong = [
        (where, message) for where, message, gaps in found if gaps != set(GAP.findall(message))
    ]
    assert wrong == []


def test_the_place_stands_before_it_in_every_language() -> None:
    flaw = Told(Flaw.NO_PLACE, place="ibm/no").at("card.csv:3: region: ")
    assert flaw == "card.csv:3: region: no place ibm/no is known: record it among the places first"
    assert (flaw.where, flaw.refusal) == ("card.csv:3: region: ", Flaw.NO_PLACE)
