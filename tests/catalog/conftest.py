from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from fixtures.offerings import KINDS, SMALL, refused

# machines that run tests are shared: how long one example took says nothing
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


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
