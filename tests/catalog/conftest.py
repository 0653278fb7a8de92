from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from catalog.load import load
from catalog.offering import Offering
from fixtures.offerings import BUNDLE, KINDS, NETWORK, SEVERAL, SMALL, refused

# machines that run tests are shared: how long one example took says nothing
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

FILES = {"several": SEVERAL, "network": NETWORK, "bundle": BUNDLE}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write one offering file, small.yaml unless named otherwise; gives its folder."""

    def write(content: str | bytes, name: str = "small.yaml") -> Path:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return tmp_path

    return write


@pytest.fixture
def complaints(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """What is said about small.yaml after replacing one piece of it, and adding another."""

    def complaints(old: str = "", new: str = "", more: str = "") -> list[str]:
        assert old in SMALL
        return refused(write(SMALL.replace(old, new, 1) + more), kinds=KINDS)

    return complaints


@pytest.fixture
def several(write: Callable[..., Path]) -> Mapping[str, Offering]:
    """An offering with two places, a network beside it, and a bundle of both."""
    for name, content in FILES.items():
        folder = write(content, f"{name}.yaml")
    return load(folder)


@pytest.fixture
def complaints_of_all(write: Callable[..., Path]) -> Callable[..., list[str]]:
    """What is said about those three after replacing one piece of the one that is named."""

    def complaints(file: str, old: str, new: str) -> list[str]:
        assert old in FILES[file]
        for name, content in FILES.items():
            changed = content.replace(old, new, 1) if name == file else content
            folder = write(changed, f"{name}.yaml")
        return refused(folder, kinds={**KINDS, "aws": KINDS["azure"]})

    return complaints
