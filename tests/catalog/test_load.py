import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.load import CatalogError, load
from catalog.source import read

Write = Callable[..., Path]
KINDS = {"aws": frozenset({"virtual-machine"}), "fake": frozenset({"bucket"})}

SMALL = """\
id: small
version: 1
title: {nb: Liten, en: Small}
summary: {nb: Noe lite., en: Something small.}
icon: box
provider: aws
account: sandbox
kind: virtual-machine
region: eu-north-1
lead_time: PT1H30M
plans:
  one:
    title: {nb: En, en: One}
    monthly_price: 10
    fixed: {size: s}
parameters:
  name:
    type: string
    title: {nb: Navn, en: Name}
    section: {nb: Om, en: About}
"""
COLOUR = """\
  colour:
    type: choice
    title: {nb: Farge, en: Colour}
    section: {nb: Om, en: About}
    choices:
      red: {title: {nb: Rød, en: Red}}
"""


def refused(folder: Path, **options: object) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load(folder, **options)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


@pytest.fixture
def complaints(write: Write) -> Callable[..., list[str]]:
    """What is said about small.yaml after replacing one piece of it, and adding another."""

    def complaints(old: str = "", new: str = "", more: str = "") -> list[str]:
        assert old in SMALL
        return refused(write(SMALL.replace(old, new, 1) + more, "small.yaml"), kinds=KINDS)

    return complaints


def test_the_bundled_offerings_load() -> None:
    offerings = load(kinds=KINDS)
    server = offerings["linux-server"]
    assert server.lead_time == timedelta(hours=4)
    assert list(server.plans) == ["small", "medium", "large"]
    prices = [plan.monthly_price for plan in server.plans.values()]
    assert prices == sorted(prices)
    assert server.title.get("nb") == "Linux-server"
    assert server.title.get("en-GB") == "Linux server"
    assert server.title.get("no") == "Linux-server"


def test_what_is_loaded_cannot_be_changed() -> None:
    offerings = load()
    with pytest.raises(TypeError):
        offerings["other"] = offerings["linux-server"]  # type: ignore[index]


def test_a_small_file_is_enough(write: Write) -> None:
    small = load(write(SMALL, "small.yaml"), kinds=KINDS)["small"]
    assert small.lead_time == timedelta(hours=1, minutes=30)
    assert small.parameters["name"].required
    assert small.help is None


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
                "known: ['title', 'description', 'monthly_price', 'fixed']"
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
            "small.yaml:2: version: Input should be greater than or equal to 1",
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
                "small.yaml:18: parameters.name.type: Input should be "
                "'string', 'integer', 'boolean', 'choice' or 'date'"
            ),
        ),
    ],
)
def test_a_wrong_shape_is_told_with_its_line(
    complaints: Callable[..., list[str]], old: str, new: str, said: str
) -> None:
    assert said in complaints(old, new)


@pytest.mark.parametrize(
    "duration",
    ["PT0H", "PT", "P1D", "4h", "PT4H ", "PT-4H", "PT2001H", "P1DT2H", "PT1.5H", "240", "PT30S"],
)
def test_a_bad_duration_is_refused(complaints: Callable[..., list[str]], duration: str) -> None:
    (said,) = complaints("PT1H30M", f"'{duration}'")
    assert said.startswith("small.yaml:10: lead_time: ")
    assert "PT" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [("one:", "One:"), ("one:", "one_two:"), ("one:", "-one:"), ("  name:\n", "  Name:\n")],
)
def test_ids_are_small_letters(complaints: Callable[..., list[str]], old: str, new: str) -> None:
    assert any("should match pattern" in said for said in complaints(old, new))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("    pattern: '[a-'\n    example: a\n", "22: parameters.name.pattern: no regular expr"),
        ("    pattern: '[a-z]+'\n", "21: parameters.name.pattern: needs an `example`"),
        (
            "    pattern: '[a-z]+'\n    example: A1\n",
            (
                "22: parameters.name.example: is no answer to this question: the form would say: "
                "write it like this"
            ),
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
def test_a_rule_of_one_parameter_is_kept(
    complaints: Callable[..., list[str]], added: str, said: str
) -> None:
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
def test_a_rule_between_parameters_is_kept(
    complaints: Callable[..., list[str]], more: str, said: str
) -> None:
    assert any(found.startswith(f"small.yaml:{said}") for found in complaints(more=more))


def test_a_date_has_no_default(complaints: Callable[..., list[str]]) -> None:
    more = COLOUR[: COLOUR.index("    choices")].replace("choice", "date")
    (said,) = complaints(more=more + "    default: '2026-12-24'\n")
    assert said.startswith("small.yaml:25: parameters.colour.default: a date has no default")


def test_every_offering_asks_for_a_name(complaints: Callable[..., list[str]]) -> None:
    (said,) = complaints("  name:\n", "  title:\n")
    assert said.startswith("small.yaml:16: parameters: `name` is missing")


def test_the_file_is_called_as_its_id(write: Write) -> None:
    (said,) = refused(write(SMALL, "other.yaml"))
    assert said.startswith("other.yaml:1: id: is 'small' but the file is called 'other'")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("provider: aws", "provider: asw", "6: provider: no provider is called 'asw'; there are:"),
        ("provider: aws", "provider: fake", "8: kind: fake does not deliver 'virtual-machine'; it"),
        ("virtual-machine", "bucket", "8: kind: aws does not deliver 'bucket'; it delivers:"),
    ],
)
def test_a_kind_that_nobody_delivers_is_refused(
    complaints: Callable[..., list[str]], old: str, new: str, said: str
) -> None:
    (found,) = complaints(old, new)
    assert found.startswith(f"small.yaml:{said}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: the file is empty"),
        (b"# only a comment\n", "1: the file is empty"),
        (b"---\n", "1: the file is empty"),
        (b"id: small\ntitle: {nb: bl\xe5}\n", "2: not UTF-8: save the file as UTF-8"),
        (b"id: [small\nversion: 1\n", "2: not YAML: "),
        (b"id: small\n\tversion: 1\n", "2: not YAML: "),
        (b"id: sm\x00all\n", "1: a character that YAML does not allow"),
        (b"id: small\n--- \nid: other\n", "2: one offering per file"),
        (b"- id: small\n", "1: the file: must be keys and values, not [{'id': 'small'}]"),
        (b"small\n", "1: the file: must be keys and values, not 'small'"),
        (b"a: &a [x]\nb: *a\n", "1: anchors and aliases are not allowed: write it out"),
        (b"a: !!python/object:os.system x\n", "1: tags (!) are not allowed"),
        (b"a: !include other.yaml\n", "1: tags (!) are not allowed"),
        (b"<<: {a: b}\n", "1: `<<` is not text to YAML: put it in quotes"),
        (b"? [a, b]\n: c\n", "1: this key is not text to YAML: put it in quotes"),
        (b"a: " + b"[" * 5000, "1: nested too deep"),
        (b"a: " + b"x" * 300_000, "1: larger than 262144 bytes: no offering needs that"),
    ],
)
def test_a_file_that_is_no_offering_at_all_is_refused(
    write: Write, content: bytes, said: str
) -> None:
    assert any(
        found.startswith(f"small.yaml:{said}") for found in refused(write(content, "small.yaml"))
    )


def test_growing_aliases_are_refused_before_they_grow(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = refused(write("\n".join(lines), "small.yaml"))
    assert found[0] == "small.yaml:1: anchors and aliases are not allowed: write it out"


@pytest.mark.parametrize(
    "scalar",
    ["no", "Yes", "0123", "0x1f", "1_000", "12:30", "2026-12-24", ".inf", "="],
)
def test_what_yaml_would_reinterpret_is_refused(write: Write, scalar: str) -> None:
    found = refused(write(SMALL.replace("size: s", f"size: {scalar}"), "small.yaml"))
    assert found[0].startswith(
        f"small.yaml:15: plans.one.fixed.size: `{scalar}` is not text to YAML"
    )


def test_a_key_that_stands_twice_is_told_with_both_lines(
    complaints: Callable[..., list[str]],
) -> None:
    (said,) = complaints("icon: box\n", "icon: box\nicon: cube\n")
    assert said == "small.yaml:6: icon: stands on line 5 already"


def test_everything_wrong_in_all_files_is_told_at_once(write: Write) -> None:
    wrong = SMALL.replace("icon: box", "icom: box").replace("PT1H30M", "soon")
    wrong = wrong.replace("type: string", "type: string\n    default: ''\n    minimum: 3")
    wrong = wrong.replace("virtual-machine", "volcano").replace(
        "fixed: {size: s}", "fixed: {a: no}"
    )
    write(wrong, "small.yaml")
    write(b"", "empty.yaml")
    write(SMALL, "wrong-name.yaml")
    folder = write(SMALL, "nobody-reads.yml")
    assert [
        said.split(": ")[0] + ": " + said.split(": ")[1] for said in refused(folder, kinds=KINDS)
    ] == [
        "empty.yaml:1: the file is empty",
        "nobody-reads.yml:1: call it nobody-reads.yaml, or nobody reads it",
        "small.yaml:1: the file",
        "small.yaml:5: icom",
        "small.yaml:8: kind",
        "small.yaml:10: lead_time",
        "small.yaml:15: plans.one.fixed.a",
        "small.yaml:19: parameters.name.default",
        "small.yaml:20: parameters.name.minimum",
        "wrong-name.yaml:1: id",
    ]


def test_a_folder_without_offerings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no offering")
    assert "no offering here" in refused(tmp_path)[0]
    assert "no such folder" in refused(tmp_path / "gone")[0]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").mkdir()
    assert refused(tmp_path) == ["small.yaml:1: cannot be read: Is a directory"]


def test_a_byte_order_mark_does_no_harm(write: Write) -> None:
    assert "small" in load(write(b"\xef\xbb\xbf" + SMALL.encode(), "small.yaml"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_on_a_line_they_have(content: bytes) -> None:
    source = read(content)
    last = len(re.split("\r\n|[\n\r\x85\u2028\u2029]", content.decode(errors="replace")))
    assert all(1 <= flaw.line <= last and flaw.reason for flaw in source.flaws)
    assert all(1 <= line <= last for line in source.lines.values())


LINES = SMALL.splitlines(keepends=True)


@settings(max_examples=60)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(
        ["", "x\n", "  x: [\n", "    default: {a: 1}\n", "    choices: 3\n", "name: 1\n"]
    )
    | st.text(max_size=20).map(lambda text: text + "\n"),
)
def test_a_damaged_file_is_refused_in_words_or_loads(
    tmp_path_factory: pytest.TempPathFactory, at: int, line: str
) -> None:
    folder = tmp_path_factory.mktemp("offerings")
    damaged = "".join([*LINES[:at], line, *LINES[at + 1 :]])
    (folder / "small.yaml").write_bytes(damaged.encode("utf-8", "surrogatepass"))
    said: tuple[str, ...] = ()
    try:
        load(folder, kinds=KINDS)
    except CatalogError as error:
        said = error.problems
    assert all(re.match(r"small\.yaml:[0-9]+: .+", line) for line in said)
