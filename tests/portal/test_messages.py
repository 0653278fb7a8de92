"""Every message has its Bokmål: none missing, none empty, none in doubt, none left over."""

from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from orders.events import LedgerEvent
from portal.event_words import EVENTS

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**/*.py", "python"), ("**/*.html", "jinja2.ext.babel_extract")]
ROOMS = ("portal", "catalog", "rightcloud")


@pytest.fixture(scope="module")
def bokmaal() -> Catalog:
    with (ROOT / "portal/locale/nb.po").open("rb") as file:
        return read_po(file, locale="nb")


@pytest.fixture(scope="module")
def said() -> dict[str | tuple[str, ...], str]:
    """Message id to the place it is said."""
    options = {"**/*.html": {"trimmed": "true", "newstyle_gettext": "true"}}
    return {
        message: f"{room}/{file}:{line}"
        for room in ROOMS
        for file, line, message, *_ in extract_from_dir(
            str(ROOT / room), METHODS, options, keywords=KEYWORDS
        )
    }


def key(message: object) -> str:
    return message[0] if isinstance(message, tuple) else str(message)


def test_messages_are_found_in_code_and_templates(said) -> None:
    ends = {place.rpartition(".")[2].partition(":")[0] for place in said.values()}
    assert ends == {"py", "html"}


def test_nothing_is_said_without_its_bokmaal(said, bokmaal: Catalog) -> None:
    missing = {place: message for message, place in said.items() if key(message) not in bokmaal}
    assert missing == {}


def test_no_bokmaal_is_empty_or_in_doubt(bokmaal: Catalog) -> None:
    for message in bokmaal:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy, message.id


def test_no_bokmaal_is_left_over(said, bokmaal: Catalog) -> None:
    known = {key(message) for message in said}
    left = {key(message.id) for message in bokmaal if message.id} - known
    assert left == set()
    assert not bokmaal.obsolete


def test_placeholders_are_the_same_in_both_languages(bokmaal: Catalog) -> None:
    for message in bokmaal:
        for checker_error in message.check(bokmaal) if message.id else ():
            pytest.fail(f"{message.id}: {checker_error}")


def test_every_event_has_its_words() -> None:
    assert set(EVENTS) == {kind.__name__ for kind in get_args(LedgerEvent)}
