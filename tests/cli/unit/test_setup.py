"""tools/setup says in one sentence why it cannot make the environment."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools/setup", folder / "tools")
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (folder / name).write_text("")
    return folder


def setup(checkout: Path, python: str, **more: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(checkout / "tools/setup"), "run"],
        env=os.environ | {"PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def pretend(folder: Path, script: str) -> str:
    """A python of our own that answers as the one in question would."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_no_python(checkout: Path) -> None:
    out = setup(checkout, "no-such-python")
    assert out.returncode == 1
    assert "install Python 3.11 or newer" in out.stderr
    assert out.stderr.count("\n") == 1


def test_an_old_python(checkout: Path, tmp_path: Path) -> None:
    old = pretend(tmp_path, 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    out = setup(checkout, old)
    assert out.returncode == 1
    assert out.stderr == (
        "grunnmur: Python 3.9.2 is too old: Python 3.11 or newer is needed "
        "(set PYTHON to name another).\n"
    )


def test_a_python_without_venv(checkout: Path, tmp_path: Path) -> None:
    bare = pretend(tmp_path, 'case "$2" in *venv*) exit 1 ;; *) exit 0 ;; esac')
    out = setup(checkout, bare)
    assert out.returncode == 1
    assert "apt install python3-venv" in out.stderr
    assert out.stderr.count("\n") == 1


def test_a_checkout_that_cannot_be_written(checkout: Path) -> None:
    # Root may write anywhere, so somebody else asks.
    nobody = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    for folder in (checkout, *checkout.parents):
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(0o755)
    checkout.chmod(0o555)
    out = setup(checkout, "python3", **nobody)
    checkout.chmod(0o755)
    assert out.returncode == 1
    assert "cannot write to" in out.stderr
    assert out.stderr.count("\n") == 1
