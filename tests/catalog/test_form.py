from datetime import date
from time import process_time

import pytest

from catalog import form, messages
from catalog.form import Checked, check
from catalog.items import Placement, items
from fixtures.offerings import (
    GOOD,
    NOW,
    SERVER,
    TODAY,
    one,
    problems,
    with_parameter,
)
from orders.model import Action, State, Target


def test_good_answers_are_checked() -> None:
    answers = {**GOOD, "purpose": " Vise ledige plasser \r\nog betaling", "needed_by": "2026-12-24"}
    checked = check(SERVER, "medium", answers, today=TODAY)
    assert checked == Checked(
        plan="medium",
        place="aws/eu-north-1",
        values={
            "place": "aws/eu-north-1",
            **GOOD,
            "purpose": "Vise ledige plasser \nog betaling",
            "needed_by": "2026-12-24",
        },
        parameters={"size": "t3.large", "image": "debian-12", "disk_gb": 50},
        requested=date(2026, 12, 24),
    )


def test_what_is_optional_may_be_left_out() -> None:
    checked = check(SERVER, "small", {**GOOD, "purpose": "  ", "needed_by": None}, today=TODAY)
    assert isinstance(checked, Checked)
    assert checked.values == {"place": "aws/eu-north-1", **GOOD}
    assert checked.requested is None


def test_all_problems_come_at_once_in_the_order_of_the_form() -> None:
    answers = {"name": "x", "cost_centre": 410123, "needed_by": "2026-11-23", "colour": "red"}
    found = problems(SERVER, answers, plan=None)
    assert [(p.field, p.english) for p in found] == [
        ("plan", "Choose a plan."),
        ("name", "System name: write at least 3 characters."),
        ("environment", "Environment: choose one."),
        ("classification", "Data classification: choose one."),
        ("cost_centre", "Cost centre: write text here."),
        (
            "needed_by",
            "When do you need it?: this date has passed. Choose today or a later date.",
        ),
        ("colour", "colour: this offering has no such field."),
    ]


@pytest.mark.parametrize("plan", ["huge", "", " ", 5, ["small"], {"small": 1}, True])
def test_a_plan_that_is_not_there_is_refused(plan: object) -> None:
    (found,) = problems(SERVER, GOOD, plan=plan)
    assert found.field == "plan"


def test_the_only_plan_need_not_be_named() -> None:
    lone = SERVER.model_copy(update={"plans": {"small": SERVER.plans["small"]}})
    checked = check(lone, None, GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    assert checked.plan == "small"


@pytest.mark.parametrize(
    ("field", "given", "msgid"),
    [
        ("name", "ab", messages.TOO_SHORT),
        ("name", "a" * 41, messages.TOO_LONG),
        ("name", "-web", messages.PATTERN_HINT),
        ("name", "web_1", messages.PATTERN_HINT),
        ("name", "blå-web", messages.PATTERN_HINT),
        ("name", "we\x00b", messages.UNSEEN),
        ("name", "we\u202eb", messages.UNSEEN),
        ("name", "we\ud800b", messages.UNSEEN),
        ("name", "web\nweb", messages.UNSEEN),
        ("name", 5, messages.NOT_TEXT),
        ("name", ["web"], messages.NOT_TEXT),
        ("name", None, messages.MISSING),
        ("name", " \t", messages.MISSING),
        ("purpose", "x" * 501, messages.TOO_LONG),
        ("environment", "production", messages.CHOICE),
        ("environment", True, messages.CHOICE),
        ("environment", "", messages.NOT_CHOSEN),
        ("cost_centre", "41012", messages.AS_DESCRIBED),
        ("cost_centre", "٤١٠١٢٣", messages.AS_DESCRIBED),
        ("needed_by", "24.12.2026", messages.DATE),
        ("needed_by", "20261224", messages.DATE),
        ("needed_by", "2026-02-29", messages.DATE),
        ("needed_by", "2026-11-23", messages.DATE_PASSED),
        ("needed_by", "2036-01-01", messages.DATE_TOO_FAR),
        ("needed_by", 20261224, messages.DATE),
    ],
)
def test_a_wrong_answer_is_named_for_what_is_wrong(field: str, given: object, msgid: str) -> None:
    assert one(SERVER, field, given).msgid == msgid


def test_today_and_the_last_day_of_the_tenth_year_can_be_asked_for() -> None:
    for day in ("2026-11-24", "2035-12-31"):
        assert isinstance(check(SERVER, "small", {**GOOD, "needed_by": day}, today=TODAY), Checked)


def test_a_letter_and_its_accent_become_one() -> None:
    checked = check(SERVER, "small", {**GOOD, "purpose": "bla\u030a"}, today=TODAY)
    assert isinstance(checked, Checked)
    assert checked.values["purpose"] == "bl\u00e5"


@pytest.mark.parametrize(
    ("given", "msgid"),
    [
        ("5", messages.NOT_INTEGER),
        (5.0, messages.NOT_INTEGER),
        (True, messages.NOT_INTEGER),
        (1, messages.TOO_SMALL),
        (11, messages.TOO_LARGE),
        (10**400, messages.TOO_LARGE),
    ],
)
def test_an_integer_is_a_json_integer_within_its_bounds(given: object, msgid: str) -> None:
    offering = with_parameter("count", type="integer", minimum=2, maximum=10)
    assert one(offering, "count", given).msgid == msgid


def test_an_answer_goes_to_the_provider_where_it_is_mapped() -> None:
    offering = with_parameter("disk", type="integer", maps_to="data_gb", required=False)
    checked = check(offering, "small", {**GOOD, "disk": 40}, today=TODAY)
    assert isinstance(checked, Checked)
    assert checked.parameters == {
        "size": "t3.small",
        "image": "debian-12",
        "disk_gb": 20,
        "data_gb": 40,
    }
    without = check(offering, "small", GOOD, today=TODAY)
    assert isinstance(without, Checked)
    assert "data_gb" not in without.parameters


def test_a_default_stands_in_for_no_answer() -> None:
    offering = with_parameter("backup", type="boolean", default=True)
    checked = check(offering, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    assert checked.values["backup"] is True


@pytest.mark.parametrize("given", ["true", 1, 0, []])
def test_only_true_and_false_are_booleans(given: object) -> None:
    offering = with_parameter("backup", type="boolean")
    assert one(offering, "backup", given).msgid == messages.NOT_BOOLEAN


def test_a_hint_that_has_the_example_is_not_said_twice() -> None:
    assert one(SERVER, "cost_centre", "41012").english == (
        "Cost centre: write it as described. Six digits, for example 410123."
    )
    assert one(SERVER, "name", "web_1").english == (
        "System name: write it like this: parkering-web. What you call the system. "
        "Becomes the server's name. Letters a–z, digits and hyphens."  # noqa: RUF001 - as people write it
    )


def test_a_pattern_without_hint_shows_its_example() -> None:
    offering = with_parameter("code", type="string", pattern="[A-Z]{3}", example="ABC")
    assert one(offering, "code", "abc").english == "Count: write it like this: ABC."


def test_no_pattern_takes_longer_than_its_answer() -> None:
    offering = with_parameter("code", type="string", pattern="(a+)+b", example="ab")
    begun = process_time()
    assert one(offering, "code", "a" * 30).english == "Count: write it like this: ab."
    assert process_time() - begun < 1, "the time doubles with each letter"


def test_a_problem_can_be_said_in_both_languages() -> None:
    found = one(SERVER, "needed_by", "soon")
    assert found.english == (
        "When do you need it?: write a date that exists, like this: 2026-12-24."
    )
    nb = {messages.DATE: "%(label)s: skriv en dato som finnes, slik: %(example)s."}
    assert found.said(nb.__getitem__, "nb") == (
        "Når trenger dere den?: skriv en dato som finnes, slik: 24.12.2026."
    )


def test_an_item_is_what_was_checked_and_where_it_goes() -> None:
    checked = check(SERVER, "small", GOOD, today=TODAY)
    assert isinstance(checked, Checked)
    (made,) = items(SERVER, checked, Placement(line="1", at=NOW, instance=lambda: "0" * 32))
    assert (made.action, made.state) == (Action.PROVISION, State.ACKNOWLEDGED)
    assert made.target == Target(provider="aws", account="sandbox", region="eu-north-1")
    assert (made.offering, made.plan, made.kind) == ("linux-server", "small", "virtual-machine")
    assert (made.answers, made.parameters) == (checked.values, checked.parameters)


def test_every_sentence_stands_once_and_ends() -> None:
    sentences = [v for k, v in vars(messages).items() if k.isupper() and isinstance(v, str)]
    assert messages.MISSING in sentences
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith((".", "%(hint)s")) for sentence in sentences)


def test_the_door_has_what_the_rest_of_the_house_uses() -> None:
    assert set(form.__all__) == {"Checked", "Problem", "check", "from_form"}
