"""`grunnmur rightcloud replay`: the same answer, or why there is none."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from cli.rightcloud import app
from fixtures.orders_placed import line
from ledger import open_ledger
from orders import service
from orders.events import OrderPlaced
from rightcloud.decision_json import record
from rightcloud.workload import Workload

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(scope="module")
def kept(advisor):
    decision = advisor.decide(Workload(tags=("intern",), vcpus=2, memory_gib=8), date(2026, 11, 24))
    best = decision.recommended.place.id
    return {"recommended": best, "chosen": best, "why": "", "record": record(decision)}


def replayed(url: str, decision, *more: str):
    with closing(open_ledger(url)) as ledger:
        placed = OrderPlaced(
            at=NOW,
            by="kari",
            order=ledger.next_number(),
            external_id="a",
            fingerprint="f",
            agency="BYM",
            orderer="Kari",
            promised_at=NOW + timedelta(hours=4),
            requested_at=None,
            items=(line(),),
            decision=decision,
        )
        service.place(ledger, placed)
    return CliRunner().invoke(app, ["replay", placed.order, "--url", url, *more])


def test_the_decision_of_an_order_is_made_again(url, kept) -> None:
    found = replayed(url, {"1": kept})
    assert found.exit_code == 0, found.output
    assert "Item 1: the same answer again" in found.output
    assert f"recommended  {kept['recommended']}" in found.output
    assert kept["record"]["candidates"][-1]["place"] in found.output


def test_programs_get_the_whole_answer(url, kept) -> None:
    found = replayed(url, {"1": kept}, "--json")
    assert '"exclusions"' in found.output
    assert kept["record"]["priceRun"] in found.output


def test_an_order_without_a_decision_says_so(url) -> None:
    found = replayed(url, {})
    assert found.exit_code == 3
    assert "carries no decision" in found.output


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("digest", "another answer"),
        ("priceRun", "price run x"),
        ("policy", "policy x that this was decided by is not kept"),
    ],
)
def test_what_cannot_be_replayed_says_why(url, kept, field, words) -> None:
    found = replayed(url, {"1": {**kept, "record": {**kept["record"], field: "x"}}})
    assert found.exit_code == 1
    assert words in found.output
