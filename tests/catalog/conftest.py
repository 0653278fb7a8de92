from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from catalog.load import BUNDLED, load
from catalog.offering import Offering

# machines that run tests are shared: how long one example took says nothing
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

TODAY = date(2026, 11, 24)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def server() -> Offering:
    return load()["linux-server"]


@pytest.fixture
def answers() -> dict[str, object]:
    """Answers to the Linux server that can be ordered."""
    return {
        "name": "parkering-web",
        "environment": "prod",
        "classification": "internal",
        "cost_centre": "410123",
    }


@pytest.fixture
def bundled_text() -> str:
    return (BUNDLED / "linux-server.yaml").read_text(encoding="utf-8")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write one offering file, `linux-server.yaml` unless named otherwise; gives its folder."""

    def write(content: str | bytes, name: str = "linux-server.yaml") -> Path:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return tmp_path

    return write
