import stat
from pathlib import Path

import pytest

from cli.home import Home, HomeUnusable, home_folder, opened


def test_the_folder_is_made_and_private(tmp_path: Path) -> None:
    with opened(tmp_path / "state") as home:
        assert home.logs.is_dir()
        assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700


def test_two_cannot_run_on_one_folder(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(HomeUnusable, match=r"already runs on .* \(process \d+\)"):
        opened(tmp_path).__enter__()


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with opened(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable) as refusal:
        opened(tmp_path / "file" / "state").__enter__()
    assert "GRUNNMUR_HOME" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.secret("one")
    assert home.secret("two") != first
    assert home.secret("one") == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert home_folder({}) == tmp_path / ".grunnmur"
    assert home_folder({"GRUNNMUR_HOME": "/elsewhere"}) == Path("/elsewhere")
