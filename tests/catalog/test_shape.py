from collections.abc import Callable

import pytest

Complaints = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("icon: box\n", "", "small.yaml:1: the file: `icon` is missing"),
        (
            "icon: box",
            "icom: box",
            "small.yaml:5: icom: unknown key; did you mean `icon`?",
        ),
        (
            "    fixed: {size: s}",
            "    price: 3",
            (
                "small.yaml:15: plans.one.price: unknown key; "
                "known: ['title', 'description', 'monthly_price', 'fixed', 'places']"
            ),
        ),
        (
            "title: {nb: Navn, en: Name}",
            "titles: {nb: Navn, en: Name}",
            "small.yaml:17: parameters.name: `title` is missing",
        ),
        (
            "{nb: Navn, en: Name}",
            "{nb: Navn}",
            "small.yaml:19: parameters.name.title: `en` is missing",
        ),
        (
            "{nb: Navn, en: Name}",
            "Navn",
            "small.yaml:19: parameters.name.title: must be `nb` and `en`, not 'Navn'",
        ),
        (
            "{nb: Navn, en: Name}",
            "{nb: Navn, en: ''}",
            "small.yaml:19: parameters.name.title.en: write something, without spaces around it",
        ),
        (
            "nb: Navn",
            "nb: 5",
            "small.yaml:19: parameters.name.title.nb: must be text, not 5: put it in quotes",
        ),
        ("icon: box", "icon:", "small.yaml:5: icon: must be text, not nothing"),
        ("version: 1", "version: '1'", "small.yaml:2: version: must be a whole number, not '1'"),
        ("version: 1", "version: 1.0", "small.yaml:2: version: must be a whole number, not 1.0"),
        (
            "version: 1",
            "version: 0",
            "small.yaml:2: version: must be at least 1",
        ),
        ("icon: box", "icon: [box]", "small.yaml:5: icon: must be text, not ['box']"),
        (
            "plans:\n  one:\n",
            "plans: one\nplan:\n  one:\n",
            "small.yaml:11: plans: must be keys and values, not 'one'",
        ),
        (
            "fixed: {size: s}",
            "fixed: [size, s]",
            "small.yaml:15: plans.one.fixed: must be keys and values, not ['size', 's']",
        ),
        (
            "type: string",
            "type: text",
            (
                "small.yaml:18: parameters.name.type: must be one of these: "
                "'string', 'integer', 'boolean', 'choice', 'date'"
            ),
        ),
    ],
)
def test_a_wrong_shape_is_told_with_its_line(
    complaints: Complaints, old: str, new: str, said: str
) -> None:
    assert said in complaints(old, new)


@pytest.mark.parametrize(
    "duration",
    ["PT0H", "PT", "P1D", "4h", "PT4H ", "PT-4H", "PT2001H", "P1DT2H", "PT1.5H", "240", "PT30S"],
)
def test_a_bad_duration_is_refused(complaints: Complaints, duration: str) -> None:
    (said,) = complaints("PT1H30M", f"'{duration}'")
    assert said.startswith("small.yaml:10: lead_time: ")
    assert "PT" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [("one:", "One:"), ("one:", "one_two:"), ("one:", "-one:"), ("  name:\n", "  Name:\n")],
)
def test_ids_are_small_letters(complaints: Complaints, old: str, new: str) -> None:
    assert any("write small letters, digits and single" in said for said in complaints(old, new))
