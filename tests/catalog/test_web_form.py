import pytest

from catalog import messages
from catalog.form import from_form
from fixtures.offerings import (
    GOOD,
    SERVER,
    one,
    problems,
    with_parameter,
)

# What a browser sends


def test_a_form_is_read_into_typed_answers() -> None:
    offering = with_parameter("count", type="integer")
    sent = {**GOOD, "plan": "small", "_token": "x", "count": "1\u00a0000", "needed_by": "1.2.2027"}
    assert from_form(offering, sent) == {**GOOD, "count": 1000, "needed_by": "2027-02-01"}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("needed_by", "31.02.2027"), ("needed_by", "i morgen"), ("count", "ti"), ("count", "1.5")],
)
def test_what_cannot_be_read_stays_as_typed_and_is_refused(field: str, typed: str) -> None:
    offering = with_parameter("count", type="integer", default=3)
    answers = from_form(offering, {**GOOD, field: typed})
    assert answers[field] == typed
    assert one(offering, field, typed).field == field


def test_the_form_takes_an_iso_date_too() -> None:
    assert from_form(SERVER, {"needed_by": "2027-02-01"}) == {"needed_by": "2027-02-01"}


@pytest.mark.parametrize(("sent", "answer"), [("on", True), ("false", False), (None, False)])
def test_a_tick_box_is_true_or_false(sent: str | None, *, answer: bool) -> None:
    offering = with_parameter("backup", type="boolean", default=True)
    fields = {} if sent is None else {"backup": sent}
    assert from_form(offering, fields)["backup"] is answer


def test_a_field_the_form_does_not_have_is_not_lost() -> None:
    answers = from_form(SERVER, {**GOOD, "colour": "red"})
    (found,) = problems(SERVER, answers)
    assert (found.field, found.msgid) == ("colour", messages.UNKNOWN_FIELD)
