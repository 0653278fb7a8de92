from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.load import load
from fixtures.offerings import (
    KINDS,
    SMALL,
    refused,
)

Write = Callable[..., Path]


def test_the_bundled_offerings_load() -> None:
    offerings = load()
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
    small = load(write(SMALL), kinds=KINDS)["small"]
    assert small.lead_time == timedelta(hours=1, minutes=30)
    assert small.parameters["name"].required
    assert small.help is None


def test_the_file_is_called_as_its_id(write: Write) -> None:
    (said,) = refused(write(SMALL, "other.yaml"))
    assert said.startswith("other.yaml:1: id: is 'small' but the file is called 'other'")


def test_everything_wrong_in_all_files_is_told_at_once(write: Write) -> None:
    wrong = SMALL.replace("icon: box", "icom: box").replace("PT1H30M", "soon")
    wrong = wrong.replace("type: string", "type: string\n    default: ''\n    minimum: 3")
    wrong = wrong.replace("virtual-machine", "volcano").replace(
        "fixed: {size: s}", "fixed: {a: no}"
    )
    write(wrong)
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
