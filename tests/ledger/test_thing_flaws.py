"""Whoever changes what an agency has, behind the ledger's back, is found."""

from datetime import timedelta

import pytest

from fixtures.day_two import a_change, changing, delivered
from fixtures.examples import NOON
from orders.service import place, record

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM things", "is missing"),
        ("UPDATE things SET agency = 'roads'", "of no item that was completed"),
        ("UPDATE things SET changing = '1001'", "does not change"),
    ],
)
def test_a_thing_that_somebody_changed_by_hand_is_found(ledger, behind, statement, why):
    delivered(ledger)
    behind(statement)
    (flaw,) = ledger.verify()
    assert flaw.order == "1001"
    assert why in flaw.reason


def test_a_thing_put_back_to_what_it_was_by_hand_is_found(ledger, behind):
    (thing,) = delivered(ledger)
    place(ledger, a_change("1002", thing))
    behind("UPDATE things SET changing = NULL")
    assert "does not say so" in ledger.verify()[0].reason
    behind("UPDATE things SET changing = '1002'")
    record(ledger, "1002", *changing(start=NOON + HOUR))
    behind("UPDATE things SET order_id = '1001', item_id = 'web'")
    assert "not of the last item" in ledger.verify()[0].reason
