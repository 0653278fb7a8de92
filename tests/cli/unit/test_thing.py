"""What an operator does to a thing from a terminal, on a real ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from typer.testing import CliRunner

from catalog.form import Checked, check
from catalog.items import Placement, items
from cli.main import app
from fixtures.day_two import delivered
from fixtures.offerings import GOOD, SERVER, TODAY
from ledger import SqlLedger, open_ledger
from ledger.previews import Answer, Difference
from orders.lifecycle import replay
from orders.model import Action, OrderItem, State

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
INSTANCE = "ab" * 16


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[SqlLedger]:
    ledger = open_ledger(url)
    checked = check(SERVER, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    server = items(SERVER, checked, Placement(line="1", at=NOW, instance=lambda: INSTANCE))
    delivered(ledger, ledger.next_number(), *server)
    yield ledger
    ledger.close()


def run(url: str, *words: str, typed: str = ""):
    return CliRunner().invoke(app, ["thing", *words, "--url", url], input=typed)


def ordered(ledger: SqlLedger) -> OrderItem:
    """The only item of the newest order."""
    (item,) = replay(ledger.history(ledger.orders(limit=1)[0].id)).items.values()
    return item


def test_what_stands_is_listed(ledger: SqlLedger, url: str) -> None:
    out = run(url, "list").output
    assert INSTANCE[:8] in out


def test_another_plan_is_an_order_of_its_own(ledger: SqlLedger, url: str) -> None:
    out = run(url, "modify", "abab", "--plan", "medium", "--why", "too slow")
    assert out.exit_code == 0, out.output
    item = ordered(ledger)
    assert (item.action, item.instance, item.plan) == (Action.MODIFY, INSTANCE, "medium")
    assert item.parameters["size"] == "t3.large"
    assert item.former is not None
    assert item.former.parameters["size"] == "t3.small"
    again = run(url, "modify", "abab", "--plan", "large", "--why", "still")
    assert again.exit_code == 1
    assert "Traceback" not in again.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--plan", "huge"], "There is no such plan"),
        (["--set", "cost_centre=41"], "Cost centre: write it as described"),
        (["--set", "colour=red"], "colour: this offering has no such field"),
    ],
)
def test_wrong_answers_change_nothing(
    ledger: SqlLedger, url: str, words: list[str], said: str
) -> None:
    out = run(url, "modify", "abab", "--why", "x", *words)
    assert (out.exit_code, said in out.output) == (1, True), out.output
    assert ledger.count() == 1


def test_a_removal_asks_twice_and_can_be_undone_for_some_days(ledger: SqlLedger, url: str) -> None:
    words = ("terminate", "abab", "--why", "not needed")
    for typed in ("n\n", "y\nweb\n"):
        assert run(url, *words, typed=typed).exit_code == 1
    assert ledger.count() == 1
    out = run(url, *words, typed=f"y\n{GOOD['name']}\n")
    assert out.exit_code == 0, out.output
    item = ordered(ledger)
    assert (item.action, item.state) == (Action.TERMINATE, State.ACKNOWLEDGED)
    assert SERVER.grace is not None
    assert item.starts_at is not None
    assert item.starts_at > datetime.now(UTC) + SERVER.grace - timedelta(hours=1)


def test_a_removal_may_be_at_once(ledger: SqlLedger, url: str) -> None:
    assert run(url, "terminate", "abab", "--why", "x", "--now", "--yes").exit_code == 0
    assert ordered(ledger).starts_at is None


def test_the_promise_knows_the_days_that_the_house_is_closed(
    ledger: SqlLedger, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, file = datetime.now(UTC).date(), tmp_path / "closed.csv"
    days = [f"{today + timedelta(days=n)},," for n in range(30)]
    file.write_text("\n".join(["date,closes,why", *days]))
    monkeypatch.setenv("GRUNNMUR_CLOSED_DAYS", str(file))
    words = ("modify", "abab", "--plan", "medium", "--why", "too slow")
    assert run(url, *words).exit_code == 0
    (order,) = ledger.orders(limit=1)
    assert order.promised_at > datetime.now(UTC) + timedelta(days=28)
    file.write_text("no table")
    refused = run(url, "terminate", "abab", "--why", "x", "--now", "--yes")
    assert "GRUNNMUR_CLOSED_DAYS" in refused.output
    assert "Traceback" not in refused.output


def test_however_many_things_there_are_all_are_found(
    ledger: SqlLedger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = Placement(line="1", at=NOW, instance=lambda: "cd" * 16)
    checked = check(SERVER, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    second = items(SERVER, checked, later)
    delivered(ledger, ledger.next_number(), *second, external_id="second")
    monkeypatch.setattr("ledger.things.MOST", 1)
    out = run(url, "list").output
    assert ("abababab" in out, "cdcdcdcd" in out) == (True, True)
    assert run(url, "modify", "abab", "--plan", "medium", "--why", "x").exit_code == 0


@pytest.mark.parametrize("id_", ["ffff", "nothing"])
def test_an_unknown_thing_is_one_sentence(ledger: SqlLedger, url: str, id_: str) -> None:
    out = run(url, "modify", id_, "--plan", "medium", "--why", "x")
    assert out.exit_code == 1
    assert "nothing has an id that begins with" in out.output


def test_a_preview_says_what_would_change(ledger: SqlLedger, url: str) -> None:
    over = Event()

    def answer() -> None:
        while not over.is_set():
            for one in ledger.previews.waiting(datetime.now(UTC)):
                change = Difference(field="size", actual="t3.small", wanted="t3.large")
                ledger.previews.answer(one.id, Answer(changes=(change,)), datetime.now(UTC))
                over.set()

    worker = Thread(target=answer)
    worker.start()
    out = run(url, "preview", "abab", "--plan", "medium")
    over.set()
    worker.join()
    assert "size: t3.small -> t3.large" in out.output
    assert ledger.count() == 1


def test_without_a_worker_a_preview_says_so(
    ledger: SqlLedger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.thing.PATIENCE", 0.0)
    assert "is a worker running?" in run(url, "preview", "abab", "--plan", "medium").output
