"""A workload in a file: read strictly, refused with file, line and field."""

import json

import pytest

from rightcloud.errors import Refused
from rightcloud.workload import Workload, read_workload

SMALL = """\
{
  "tags": ["person"],
  "vcpus": 4,
  "memory_gib": 16,
  "database": {
    "vcpus": 2
  },
  "needed_by": "2026-12-24"
}
"""


@pytest.fixture
def read(facts):
    def read(text: str) -> Workload:
        return read_workload(text.encode(), "w.json", facts.policy, facts.groups)

    return read


def test_what_is_said_is_read_and_the_rest_has_its_usual_value(read) -> None:
    found = read(SMALL)
    assert (found.tags, found.vcpus, found.machines, found.hours) == (("person",), 4.0, 1, 730.0)
    assert found.needed_by.isoformat() == "2026-12-24"


def test_a_workload_survives_json(read) -> None:
    found = read(SMALL)
    assert read(json.dumps(found.model_dump(mode="json"))) == found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"person"', '"persno"', "w.json:2: tags: unknown tag `persno`; known are: apen, intern"),
        ('["person"]', "[]", "w.json:2: tags: tuple should have at least 1 item"),
        ('["person"]', '"person"', "w.json:2: tags: "),
        ('"vcpus": 4', '"vcpus": -4', "w.json:3: vcpus: input should be greater than 0"),
        ('"vcpus": 4', '"vcpus": NaN', "w.json:3: vcpus: input should be a finite number"),
        ('"vcpus": 4', '"vcpus": "4"', "w.json:3: vcpus: input should be a valid number"),
        ('"vcpus": 4', '"vcpus": 1e400', "w.json:3: vcpus: "),
        ('"vcpus": 4', '"vcpus": true', "w.json:3: vcpus: input should be a valid number"),
        ('"memory_gib": 16', '"memory_gib": -1', "w.json:4: memory_gib: input should be greater"),
        ('"memory_gib"', '"memory"', "w.json:4: memory: unknown field"),
        ('"memory_gib": 16,', "", "memory_gib: is missing"),
        ('"vcpus": 2', '"vcpus": 0', "w.json:6: database.vcpus: input should be greater than 0"),
        ("2026-12-24", "24.12.2026", "w.json:8: needed_by: "),
        (
            '"tags"',
            '"country_group": "mars", "tags"',
            "w.json:2: country_group: unknown group `mars`",
        ),
        ('"tags"', '"weights": {}, "tags"', "w.json:2: weights: at least one must be more than 0"),
        ('"tags"', '"hours": 745, "tags"', "w.json:2: hours: input should be less than or equal"),
        ("16,", "16", "w.json:5: not JSON"),
    ],
)
def test_a_flaw_is_told_with_file_line_and_field(read, old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(Refused) as refused:
        read(SMALL.replace(old, new, 1))
    assert said in str(refused.value)


def test_all_flaws_are_told_at_once(read) -> None:
    with pytest.raises(Refused) as refused:
        read('{"tags": [], "vcpus": 0, "memory_gib": -1}')
    assert len(refused.value.problems) == 3
    with pytest.raises(Refused) as refused:
        read('{"tags": ["nope", 7], "vcpus": -1, "memory_gib": 4}')
    assert [one.partition(": ")[2][:20] for one in refused.value.problems] == [
        "tags.1: input should",
        "vcpus: input should ",
        "tags: unknown tag `n",
    ]


@pytest.mark.parametrize("length", [0, 1, 30, 100])
def test_a_file_cut_short_is_refused(read, length: int) -> None:
    with pytest.raises(Refused, match=r"w\.json:\d+: not JSON"):
        read(SMALL[:length])
