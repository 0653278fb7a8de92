from collections.abc import Callable

import pytest

from fixtures.offerings import (
    COLOUR,
)

Complaints = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("    pattern: '[a-'\n    example: a\n", "22: parameters.name.pattern: no regular expr"),
        (
            "    unanswered: {nb: tomt, en: open}\n",
            "21: parameters.name.unanswered: is for questions that may be left open",
        ),
        (
            "    pattern: '(a)\\1'\n    example: aa\n",
            "22: parameters.name.pattern: no regular expr",
        ),
        ("    pattern: '[a-z]+'\n", "21: parameters.name.pattern: needs an `example`"),
        (
            "    pattern: '[a-z]+'\n    example: A1\n",
            "22: parameters.name.example: is no answer to this question: `pattern` does not match",
        ),
        (
            "    hint: {nb: h, en: h}\n    pattern: '[a-z]+'\n    example: h\n    default: H\n",
            "24: parameters.name.default: is no answer to this question: `pattern` does not match",
        ),
        (
            "    default: ab\n    min_length: 3\n",
            (
                "21: parameters.name.default: is no answer to this question: the form would say: "
                "write at least 3 characters."
            ),
        ),
        ("    default: 5\n", "21: parameters.name.default: is no answer to this question"),
        ("    min_length: 5\n    max_length: 4\n", "21: parameters.name.min_length: is more than"),
        ("    minimum: 5\n", "21: parameters.name.minimum: is for type integer, this is string"),
        ("    choices: {}\n", "21: parameters.name.choices: is for type choice, this is string"),
        ("    required: false\n", "21: parameters.name.required: must be true"),
        ("    maps_to: size\n", "21: parameters.name.maps_to: 'size' is fixed by plan `one`"),
    ],
)
def test_a_rule_of_one_parameter_is_kept(complaints: Complaints, added: str, said: str) -> None:
    # the pattern that is no expression is told on its own line, though an example follows
    line = said if not said.startswith("22: parameters.name.pattern") else said.replace("22", "21")
    assert any(found.startswith(f"small.yaml:{line}") for found in complaints(more=added))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (COLOUR + "    default: blue\n", "27: parameters.colour.default: is no answer to this"),
        (COLOUR.replace("      red: {title: {nb: Rød, en: Red}}\n", ""), "25: parameters.colour."),
        (COLOUR[: COLOUR.index("    choices")], "21: parameters.colour: a choice needs `choices`"),
        (COLOUR.replace("colour", "plan"), "21: parameters.plan: is the form's own word"),
        (COLOUR.replace("colour", "needed_by"), "22: parameters.needed_by.type: must be date"),
        (
            COLOUR
            + "    maps_to: tint\n"
            + COLOUR.replace("colour", "hue")
            + "    maps_to: tint\n",
            "34: parameters.hue.maps_to: 'tint' gets the answer of `colour` already",
        ),
        (COLOUR.replace("red", "no"), "26: `no` is not text to YAML: put it in quotes"),
        (COLOUR.replace("red:", "1:"), "26: `1` is not text to YAML: put it in quotes"),
    ],
)
def test_a_rule_between_parameters_is_kept(complaints: Complaints, more: str, said: str) -> None:
    assert any(found.startswith(f"small.yaml:{said}") for found in complaints(more=more))


def test_a_date_has_no_default(complaints: Complaints) -> None:
    more = COLOUR[: COLOUR.index("    choices")].replace("choice", "date")
    (said,) = complaints(more=more + "    default: '2026-12-24'\n")
    assert said.startswith("small.yaml:25: parameters.colour.default: a date has no default")


def test_every_offering_asks_for_a_name(complaints: Complaints) -> None:
    (said,) = complaints("  name:\n", "  title:\n")
    assert said.startswith("small.yaml:16: parameters: `name` is missing")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("provider: aws", "provider: asw", "6: provider: no provider is called 'asw'; there are:"),
        ("provider: aws", "provider: fake", "8: kind: fake does not deliver 'virtual-machine'; it"),
        ("virtual-machine", "bucket", "8: kind: aws does not deliver 'bucket'; it delivers:"),
    ],
)
def test_a_kind_that_nobody_delivers_is_refused(
    complaints: Complaints, old: str, new: str, said: str
) -> None:
    (found,) = complaints(old, new)
    assert found.startswith(f"small.yaml:{said}")
