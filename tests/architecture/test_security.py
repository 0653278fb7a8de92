"""SECURITY.md names a test for each threat: they are there. What is locked is locked by hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/.]+?\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text())
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def test_there_are_threats() -> None:
    assert len(NAMED) > 20


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_threats_test_is_there(file: str, name: str) -> None:
    text = (ROOT / file).read_text()
    assert re.search(rf"^def {name or 'test_'}", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_its_hashes(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", lock.read_text())
    bare = [
        package.splitlines()[0]
        for package in packages
        if package and not package.startswith("#") and "--hash=sha256:" not in package
    ]
    assert bare == []
    assert len(packages) > 20
