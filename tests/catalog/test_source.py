import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.load import CatalogError, load
from catalog.source import read
from fixtures.offerings import (
    KINDS,
    SMALL,
    refused,
)

Write = Callable[..., Path]
Complaints = Callable[..., list[str]]


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
    assert any(found.startswith(f"small.yaml:{said}") for found in refused(write(content)))


def test_growing_aliases_are_refused_before_they_grow(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = refused(write("\n".join(lines)))
    assert found[0] == "small.yaml:1: anchors and aliases are not allowed: write it out"


@pytest.mark.parametrize(
    "scalar",
    ["no", "Yes", "0123", "0x1f", "1_000", "12:30", "2026-12-24", ".inf", "="],
)
def test_what_yaml_would_reinterpret_is_refused(write: Write, scalar: str) -> None:
    found = refused(write(SMALL.replace("size: s", f"size: {scalar}")))
    assert found[0].startswith(
        f"small.yaml:15: plans.one.fixed.size: `{scalar}` is not text to YAML"
    )


def test_a_key_that_stands_twice_is_told_with_both_lines(
    complaints: Complaints,
) -> None:
    (said,) = complaints("icon: box\n", "icon: box\nicon: cube\n")
    assert said == "small.yaml:6: icon: stands on line 5 already"


def test_a_byte_order_mark_does_no_harm(write: Write) -> None:
    assert "small" in load(write(b"\xef\xbb\xbf" + SMALL.encode()))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_on_a_line_they_have(content: bytes) -> None:
    source = read(content)
    last = len(re.split("\r\n|[\n\r\x85\u2028\u2029]", content.decode(errors="replace")))
    assert all(1 <= flaw.line <= last and flaw.english for flaw in source.flaws)
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
    # nothing that pydantic finds is left to its own words
    assert not [line for line in said if "does not fit here" in line]
