"""`grunnmur backup` and `grunnmur restore`, with everything destroyed in between."""

from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app
from fixtures.examples import delivery, placed
from ledger import open_ledger
from orders.service import place, record


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"GRUNNMUR_HOME": str(home)})


def test_a_home_that_was_destroyed_has_its_orders_again(tmp_path):
    home, file = tmp_path / "home", str(tmp_path / "b.zip")
    home.mkdir()
    with closing(open_ledger(f"sqlite:///{home / 'ledger.db'}")) as ledger:
        place(ledger, placed(ledger.next_number()))
        for event in delivery():
            record(ledger, "1001", event)
    backed = run(home, "backup", file)
    assert (backed.exit_code, "1 orders" in backed.output) == (0, True)
    refused = run(home, "restore", file)
    assert (refused.exit_code, "already" in refused.output) == (1, True)
    for left in home.iterdir():
        left.unlink()
    restored = run(home, "restore", file, "--spare", "9")
    assert restored.exit_code == 0, restored.output
    assert "The ledger is sound." in restored.output
    assert "completed" in run(home, "order", "show", "1001").output
    with closing(open_ledger(f"sqlite:///{home / 'ledger.db'}")) as ledger:
        assert ledger.next_number() == "1011"
