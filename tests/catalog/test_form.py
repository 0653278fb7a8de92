import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import form, messages
from catalog.form import Checked, Problem, check, from_form, item
from catalog.load import load
from catalog.offering import Choice, Offering, Parameter, Text
from orders.model import Action, State, Target

SERVER = load()["linux-server"]
TODAY = date(2026, 11, 24)
GOOD = {
    "name": "parkering-web",
    "environment": "prod",
    "classification": "internal",
    "cost_centre": "410123",
}


def problems(offering: Offering, answers: object, plan: object = "small") -> list[Problem]:
    result = check(offering, plan, answers, today=TODAY)
    assert isinstance(result, list), result
    return result


def one(offering: Offering, field: str, given: object) -> Problem:
    """The only problem there is when just `field` is `given`."""
    (found,) = problems(offering, {**GOOD, field: given})
    assert found.field == field
    return found


def with_parameter(name: str, **keys: object) -> Offering:
    """The Linux server with one more question."""
    text = Text(nb="Antall", en="Count")
    extra = Parameter(title=text, section=text, **keys)
    return SERVER.model_copy(update={"parameters": {**SERVER.parameters, name: extra}})


def test_good_answers_are_checked() -> None:
    answers = {**GOOD, "purpose": " Vise ledige plasser \r\nog betaling", "needed_by": "2026-12-24"}
    checked = check(SERVER, "medium", answers, today=TODAY)
    assert checked == Checked(
        plan="medium",
        values={
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
    assert checked.values == GOOD
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
        ("cost_centre", "41012", messages.PATTERN_HINT),
        ("cost_centre", "٤١٠١٢٣", messages.PATTERN_HINT),
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


def test_a_pattern_without_hint_shows_its_example() -> None:
    offering = with_parameter("code", type="string", pattern="[A-Z]{3}", example="ABC")
    assert one(offering, "code", "abc").english == "Count: write it like this: ABC."


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
    made = item(SERVER, checked, id="1", instance="0" * 32, name="parkering-web")
    assert (made.action, made.state) == (Action.PROVISION, State.ACKNOWLEDGED)
    assert made.target == Target(provider="aws", account="sandbox", region="eu-north-1")
    assert (made.offering, made.plan, made.kind) == ("linux-server", "small", "virtual-machine")
    assert (made.answers, made.parameters) == (checked.values, checked.parameters)


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


# Whatever is sent

EVERY_TYPE = with_parameter("count", type="integer", minimum=-5, maximum=5, required=False)
EVERY_TYPE = EVERY_TYPE.model_copy(
    update={
        "parameters": {
            **EVERY_TYPE.parameters,
            "backup": Parameter(
                type="boolean", title=Text(nb="b", en="b"), section=Text(nb="s", en="s")
            ),
            "zone": Parameter(
                type="choice",
                title=Text(nb="z", en="z"),
                section=Text(nb="s", en="s"),
                choices={"a": Choice(title=Text(nb="a", en="a"))},
            ),
        }
    }
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=None))
    | st.sampled_from(["prod", "open", "410123", "web-1", "2026-12-24", "a", "24.12.2026"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*EVERY_TYPE.parameters, "plan"]) | st.text(max_size=100)


@given(
    answers=st.dictionaries(FIELDS, ANYTHING, max_size=9),
    plan=ANYTHING | st.sampled_from(["small", "large"]),
)
def test_any_json_is_checked_or_refused_by_field(answers: dict[str, object], plan: object) -> None:
    result = check(EVERY_TYPE, plan, answers, today=TODAY)
    if isinstance(result, list):
        assert result
        assert {p.field for p in result} <= {*EVERY_TYPE.parameters, *answers, "plan"}
        for problem in result:
            assert problem.english
            assert problem.said(str, "nb")


MAYBE_GOOD = st.fixed_dictionaries(
    {
        "name": st.from_regex(r"[A-Za-z][A-Za-z0-9-]{1,20}[A-Za-z0-9]", fullmatch=True),
        "environment": st.sampled_from(["prod", " test ", "dev"]),
        "classification": st.sampled_from(["open", "strictly-confidential"]),
        "cost_centre": st.from_regex(r"[0-9]{6}", fullmatch=True),
        "backup": st.booleans(),
        "zone": st.just("a"),
    },
    optional={
        "purpose": st.text(max_size=120),
        "count": st.integers(-5, 5),
        "needed_by": st.dates(TODAY, date(2035, 12, 31)).map(date.isoformat),
    },
)


@given(answers=MAYBE_GOOD)
def test_what_is_checked_is_json_and_checks_again_the_same(answers: dict[str, object]) -> None:
    checked = check(EVERY_TYPE, "small", answers, today=TODAY)
    if isinstance(checked, list):
        assert [p.msgid for p in checked] == [messages.UNSEEN]
        return
    kept = json.loads(json.dumps([checked.values, checked.parameters]))
    assert kept == [checked.values, checked.parameters]
    assert json.dumps(kept, ensure_ascii=False).encode()
    assert check(EVERY_TYPE, "small", kept[0], today=TODAY) == checked


@given(fields=st.dictionaries(FIELDS, st.text(st.characters(categories=None)), max_size=9))
def test_any_form_can_be_read(fields: dict[str, str]) -> None:
    answers = from_form(EVERY_TYPE, fields)
    check(EVERY_TYPE, "small", answers, today=TODAY)
    shown = {name for name in fields if name != "plan" and not name.startswith("_")}
    assert shown <= set(answers)


def test_every_sentence_stands_once_and_ends() -> None:
    sentences = [v for k, v in vars(messages).items() if k.isupper() and isinstance(v, str)]
    assert messages.MISSING in sentences
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith((".", "%(hint)s")) for sentence in sentences)


def test_the_door_has_what_the_rest_of_the_house_uses() -> None:
    assert set(form.__all__) == {"Checked", "Problem", "check", "from_form", "item"}
