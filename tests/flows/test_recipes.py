"""What the recipes in docs/ add is delivered, by a real flow."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

import providers
from catalog.form import Checked, check
from catalog.items import Placement, items
from catalog.load import load
from fixtures.orders_placed import line, place_lines
from fixtures.recipes import copied, followed
from orders.model import State, Target

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_the_provider_of_the_recipe_delivers(
    world, fulfil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed("docs/add-a-provider.md", tmp_path)
    monkeypatch.setattr(providers, "__path__", [*providers.__path__, str(tmp_path / "providers")])
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_SHELF_FOLDER", str(tmp_path / "shelf"))
    world.use(connect=providers.connect)
    box = line(
        kind="box",
        target=Target(provider="shelf", account="sandbox", region="attic"),
        parameters={"litres": 40},
    )
    number = place_lines(world.book, [box])
    fulfil(number)
    assert world.item(number).state is State.COMPLETED, world.item(number).reason
    assert Path(world.item(number).outputs["folder"]) == tmp_path / f"shelf/attic/{box.instance}-1"


def test_the_offering_of_the_recipe_is_delivered(
    world, fulfil, aws_sandbox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-north-1")
    followed("docs/add-an-offering.md", copied(tmp_path, "catalog/offerings"))
    offering = load(tmp_path / "catalog/offerings")["photo-archive"]
    checked = check(offering, None, {"name": "byarkivet-foto"}, today=NOW.date())
    assert isinstance(checked, Checked)
    world.use(connect=providers.connect)
    placement = Placement(line="1", at=NOW, instance=lambda: uuid4().hex)
    number = place_lines(world.book, items(offering, checked, placement))
    fulfil(number)
    assert world.item(number).state is State.COMPLETED, world.item(number).reason
    assert world.item(number).outputs["url"].startswith("s3://")
