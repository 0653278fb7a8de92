"""An operator's commands, on a real ledger."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from ledger import open_ledger
from orders import events as e
from orders import service
from orders.approval import Rule, question
from orders.lifecycle import replay
from orders.model import Action, OrderItem, State, Target

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str):
    ledger = open_ledger(url)
    item = OrderItem(
        id="1",
        action=Action.PROVISION,
        instance="ab" * 16,
        name="a-server",
        offering="linux-server",
        plan="small",
        kind="virtual-machine",
        target=Target(provider="aws", account="sandbox", region="eu-north-1"),
        answers={},
        parameters={},
    )
    placed = e.OrderPlaced(
        at=NOW,
        by="kari",
        order="1001",
        external_id="x",
        fingerprint="f",
        agency="BYM",
        orderer="kari",
        promised_at=NOW,
        requested_at=None,
        items=(item,),
    )
    service.place(ledger, placed)
    yield ledger
    ledger.close()


def run(url: str, *words: str):
    return CliRunner().invoke(app, [*words, "--url", url])


@pytest.mark.parametrize("words", [("order", "list"), ("ledger", "verify"), ("thing", "list")])
def test_a_ledger_that_is_not_there_is_not_shown_as_an_empty_one(tmp_path: Path, words):
    result = run(f"sqlite:///{tmp_path / 'leger.db'}", *words)
    assert result.exit_code == 1
    assert f"there is no ledger at {tmp_path / 'leger.db'}" in result.output
    assert not (tmp_path / "leger.db").exists()


def state(ledger) -> State:
    return replay(ledger.history("1001")).state


def test_orders_are_listed_with_whose_turn_it_is(ledger, url: str) -> None:
    out = run(url, "order", "list")
    assert "1001" in out.output
    assert "supplier" in out.output


def test_a_long_title_gives_way_to_the_numbers_that_other_commands_take(
    ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    (item,) = replay(ledger.history("1001")).items.values()
    several = [
        replace(item, id=str(n), instance=f"{n:032d}", name=f"app-test-part-{n}") for n in range(8)
    ]
    placed = replace(ledger.history("1001")[0], order="1002", external_id="y", items=tuple(several))
    service.place(ledger, placed)
    out = run(url, "order", "list").output
    assert "1001" in out
    assert "1002" in out
    assert "acknowledged" in out


def test_an_order_that_waits_says_for_whom_and_until_when(ledger, url: str) -> None:
    asked = e.ApprovalAsked(
        at=NOW,
        by="kari",
        items=("1",),
        rule={},
        step=1,
        steps=1,
        waiting_on=question({"steps": ["approver"], "days": 3}, 1, NOW),
    )
    service.record(ledger, "1001", asked)
    out = run(url, "order", "show", "1001").output
    assert "waits for approver: Do you approve this order" in out
    assert "answer by: 2026-11-26" in out


def test_a_held_order_says_why_and_is_released(ledger, url: str) -> None:
    held = e.ItemHeld(at=NOW, by="flow", item="1", reason="0 of 0 machines left")
    service.record(ledger, "1001", e.ItemStarted(at=NOW, by="flow", item="1"), held)
    assert "0 of 0 machines left" in run(url, "order", "show", "1001").output
    out = run(url, "order", "release", "1001", "--why", "quota raised")
    assert out.exit_code == 0
    assert state(ledger) is State.IN_PROGRESS
    assert ledger.history("1001")[-1].why == "quota raised"


def test_nothing_is_released_that_is_not_held(ledger, url: str) -> None:
    out = run(url, "order", "release", "1001", "--why", "impatience")
    assert out.exit_code == 1
    assert "1 is acknowledged" in out.output


def test_an_order_is_asked_to_be_undone(ledger, url: str) -> None:
    assert run(url, "order", "cancel", "1001", "--why", "changed our mind").exit_code == 0
    assert state(ledger) is State.ASSESSING_CANCELLATION
    again = run(url, "order", "cancel", "1001", "--why", "really")
    assert again.exit_code == 1


def test_an_unknown_order_is_one_sentence(ledger, url: str) -> None:
    out = run(url, "order", "show", "4711")
    assert out.exit_code == 1
    assert "Traceback" not in out.output
    assert "order" in out.output


def test_a_sound_ledger_says_so(ledger, url: str) -> None:
    out = run(url, "ledger", "verify")
    assert (out.exit_code, out.output) == (0, "The ledger is sound.\n")


def test_a_folder_without_a_ledger_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("no database")
    out = run(f"sqlite:///{tmp_path / 'ledger.db'}", "ledger", "verify")
    assert out.exit_code == 1
    assert "Traceback" not in out.output
    assert str(tmp_path) in out.output.replace("\n", "")


DEAR = Rule(id="dear", steps=("approver",), above=100)


@pytest.fixture
def awaiting(ledger) -> str:
    """An order that waits for approval; its number."""
    first = ledger.history("1001")[0]
    items = tuple(replace(one, instance="cd" * 16, monthly_price=900) for one in first.items)
    assert ledger.next_number() == "1001"  # the one the ledger holds already
    number = ledger.next_number()
    event = replace(first, order=number, external_id="dear", items=items)
    service.place(ledger, event, [DEAR])
    return number


def test_an_order_is_approved_or_refused(ledger, url: str, awaiting: str) -> None:
    out = run(url, "order", "approve", awaiting)
    assert (out.exit_code, out.output) == (0, f"Approved. Order {awaiting} is acknowledged.\n")
    again = run(url, "order", "refuse", awaiting, "--why", "too late")
    assert again.exit_code == 1
    assert "Traceback" not in again.output


def test_who_ordered_approves_nothing(
    ledger, url: str, awaiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "kari")
    assert run(url, "order", "approve", awaiting).exit_code == 1
    assert replay(ledger.history(awaiting)).state is State.PENDING


def test_a_refusal_gives_its_reason(ledger, url: str, awaiting: str) -> None:
    assert run(url, "order", "refuse", awaiting, "--why", "too dear").exit_code == 0
    assert replay(ledger.history(awaiting)).state is State.REJECTED
    assert "too dear" in run(url, "order", "show", awaiting).output
