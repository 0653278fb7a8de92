import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from catalog import messages
from catalog.form import check, from_form
from catalog.offering import Choice, Parameter, Text
from fixtures.offerings import (
    TODAY,
    with_parameter,
)

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
