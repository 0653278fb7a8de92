"""Everything that can be wrong with an offering file is said in both languages, gaps and all."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from catalog.complaints import Complaint
from catalog.reasons import Flaw, Reason

ROOT = Path(__file__).parents[2]
GAP = re.compile(r"%\((\w+)\)")


@pytest.fixture(scope="module")
def bokmaal() -> Catalog:
    with (ROOT / "portal/locale/nb.po").open("rb") as file:
        return read_po(file, locale="nb")


def made() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each place a reason is made: where, of which complaint, with which gaps (None: `**`)."""
    for room in ("catalog", "portal"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                if node.func.id in {"Reason", "_refused"} and isinstance(
                    node.args[0], ast.Attribute
                ):
                    gaps = {one.arg for one in node.keywords}
                    where = f"{file.relative_to(ROOT)}:{node.lineno}"
                    yield where, node.args[0].attr, None if None in gaps else gaps


@pytest.mark.parametrize("complaint", Complaint)
def test_each_is_said_in_bokmaal(bokmaal: Catalog, complaint: Complaint) -> None:
    found = bokmaal.get(complaint.value)
    assert found, "run tools/messages.py and translate it"
    assert found.string
    assert found.string != complaint.value
    assert set(GAP.findall(found.string)) <= set(GAP.findall(complaint.value))


def test_no_reason_leaves_a_gap_open() -> None:
    wrong = {
        where: name
        for where, name, gaps in made()
        if gaps is not None and gaps != set(GAP.findall(Complaint[name].value))
    }
    assert wrong == {}


def test_a_reason_within_a_reason_is_said_in_the_same_language() -> None:
    inner = Reason(Complaint.NOTHING)
    flaw = Flaw(3, Reason(Complaint.WANTS_TEXT, given=inner), ("plans", "one"))
    assert flaw.english == "plans.one: must be text, not nothing"
    assert flaw.said(lambda text: text.replace("nothing", "intet"), "nb").endswith("not intet")
