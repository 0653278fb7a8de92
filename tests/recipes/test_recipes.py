"""The recipes in docs/, followed to the letter in a copy of the repository."""

import subprocess
import sys
from pathlib import Path

import pytest

from catalog.load import BUNDLED, load
from fixtures.recipes import ROOT, copied, followed, written

PROVIDER = "docs/add-a-provider.md"
OFFERING = "docs/add-an-offering.md"


def run(checkout: Path, *command: str) -> str:
    out = subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert out.returncode == 0, out.stdout + out.stderr
    return out.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a provider needs of the repository, and its tests."""
    return copied(tmp_path / "checkout", "providers", "tests/contract", "pyproject.toml")


def test_a_provider_edits_no_shared_file(checkout: Path) -> None:
    made = followed(PROVIDER, checkout)
    folders = {path.parent.relative_to(checkout).as_posix() for path in made}
    assert folders == {"providers/shelf", "tests/providers/shelf"}
    assert not any((ROOT / path.relative_to(checkout)).exists() for path in made)


def test_the_provider_of_the_recipe_keeps_the_laws(checkout: Path) -> None:
    followed(PROVIDER, checkout)
    said = run(checkout, "pytest", "tests/providers/shelf", "-q", "-p", "no:cacheprovider")
    assert " passed" in said
    assert "skipped" not in said


def test_the_provider_of_the_recipe_is_found_by_its_folder(checkout: Path) -> None:
    followed(PROVIDER, checkout)
    code = (
        "import os, providers\n"
        "os.environ['GRUNNMUR_ACCOUNT_SANDBOX_SHELF_FOLDER'] = '/tmp'\n"
        "print(sorted(providers.names()), sorted(providers.connect('shelf', 'sandbox').kinds))\n"
    )
    (checkout / "look.py").write_text(code)
    assert run(checkout, "look").strip().endswith("'shelf'] ['box']")


def test_what_the_recipes_make_is_kept_to_the_house_rules(checkout: Path) -> None:
    folders = sorted({str(path.parent) for path in followed(PROVIDER, checkout)})
    run(checkout, "ruff", "check", "--no-cache", *folders)
    run(checkout, "ruff", "format", "--check", "--no-cache", *folders)


def test_an_offering_is_one_file(tmp_path: Path) -> None:
    (path, _), *others = written(OFFERING)
    assert others == []
    assert Path(path).parent == BUNDLED.relative_to(ROOT)
    catalogue = copied(tmp_path / "checkout", "catalog/offerings")
    followed(OFFERING, catalogue)
    before, after = load(), load(catalogue / "catalog/offerings")
    assert after.keys() - before.keys() == {"photo-archive"}
