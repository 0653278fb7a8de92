"""How servers answer outlives the process, one row each, on both databases."""

from datetime import UTC, datetime, timedelta

from ledger import SqlLedger
from orders.health import Look

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_each_look_goes_on_from_the_one_before(ledger: SqlLedger) -> None:
    ledger.healths.tell({"a": Look(0.1), "b": Look(0.2)}, NOON)
    told = ledger.healths.tell({"a": Look(None, "refused"), "b": Look(0.4)}, NOON + timedelta(1))
    found = ledger.healths.of(["a", "b", "never seen"])
    assert found == told
    assert found["a"].recent == (0.1, None)
    assert (found["a"].up, found["a"].since) == (False, NOON + timedelta(1))
    assert (found["b"].up, found["b"].since) == (True, NOON)


def test_what_is_not_looked_at_any_more_is_forgotten(ledger: SqlLedger) -> None:
    ledger.healths.tell({"a": Look(0.1), "b": Look(0.2)}, NOON)
    ledger.healths.tell({"b": Look(0.2)}, NOON)
    assert set(ledger.healths.of(["a", "b"])) == {"b"}
    ledger.healths.tell({}, NOON)
    assert ledger.healths.of(["a", "b"]) == {}


def test_more_than_a_database_takes_parameters_is_looked_at(ledger: SqlLedger) -> None:
    """PostgreSQL takes 65,535 in one statement."""
    told = ledger.healths.tell({f"{n}": Look(0.1) for n in range(66_000)}, NOON)
    assert len(told) == 66_000
    assert set(ledger.healths.of(["0", "65999"])) == {"0", "65999"}
