"""`grunnmur catalog check`, on the catalogue that comes with the product and on wrong ones."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from fixtures.offerings import SEVERAL, SMALL


def checked(folder: Path, content: str = SMALL, name: str = "small.yaml"):
    (folder / name).write_text(content)
    return CliRunner().invoke(app, ["catalog", "check", str(folder)])


def test_what_comes_with_the_product_is_delivered() -> None:
    out = CliRunner().invoke(app, ["catalog", "check"])
    assert out.exit_code == 0, out.output
    assert "delivered by aws, azure, gcp, ibm, openstack." in out.output


def test_a_small_catalogue_is_enough(tmp_path: Path) -> None:
    out = checked(tmp_path)
    assert (out.exit_code, out.output) == (0, "1 offering, delivered by aws.\n")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (
            SMALL.replace("aws", "asw"),
            "small.yaml",
            "small.yaml:6: provider: no provider is called",
        ),
        (SMALL.replace("virtual-machine", "volcano"), "small.yaml", "small.yaml:8: kind: aws does"),
        (
            SEVERAL.replace("virtual-machine", "workspace").replace("aws/eu-north-1", "gcp/europe"),
            "several.yaml",
            "several.yaml:8: places.gcp/europe: gcp does not deliver 'workspace'; it delivers:",
        ),
        (SMALL.replace("icon", "icom"), "small.yaml", "small.yaml:5: icom: unknown key"),
    ],
)
def test_what_nobody_delivers_is_refused_with_its_line(
    tmp_path: Path, content: str, name: str, said: str
) -> None:
    out = checked(tmp_path, content, name)
    assert out.exit_code == 1
    assert said in out.output
    assert "Traceback" not in out.output


def test_an_account_that_cannot_be_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_ENDPOINT", "http://192.0.2.1")
    out = checked(tmp_path)
    assert out.exit_code == 1
    assert out.output.count("\n") == 1
    assert "GRUNNMUR_ACCOUNT_SANDBOX_AWS_ENDPOINT: http is for this machine only" in out.output
