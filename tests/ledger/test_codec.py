"""Events as text."""

import json

import pytest
from hypothesis import given

from fixtures.examples import NOON, placed, told
from fixtures.histories import KINDS, histories
from ledger.codec import ADAPTERS, decode, encode
from ledger.errors import LedgerDamaged
from orders import events as e


@given(histories(rich=True))
def test_every_event_comes_back_equal_whatever_it_says(history):
    for event in history:
        again = decode(type(event).__name__, encode(event))
        assert type(again) is type(event)
        assert again.at.timestamp() == event.at.timestamp()
        assert encode(again) == encode(event)


def test_every_kind_of_event_has_an_adapter_and_nothing_else_has():
    assert set(ADAPTERS) == {"OrderPlaced", *(kind.__name__ for kind in KINDS)}


def test_an_unknown_kind_says_what_to_do():
    with pytest.raises(LedgerDamaged, match=r"'ItemPraised'.*newer"):
        decode("ItemPraised", "{}")


def test_a_broken_body_names_the_field_and_not_its_content():
    body = json.loads(encode(placed()))
    body["promised_at"] = "secret words"
    with pytest.raises(LedgerDamaged, match="promised_at") as broken:
        decode("OrderPlaced", json.dumps(body))
    assert "secret words" not in str(broken.value)


def test_a_body_that_is_no_json_is_damaged():
    with pytest.raises(LedgerDamaged, match="ItemStarted"):
        decode("ItemStarted", '{"at":')


def test_text_is_written_as_people_write_it():
    assert "blåbær" in encode(told(e.ItemRejected, reason="blåbær", at=NOON))
