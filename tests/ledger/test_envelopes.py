"""Access data on its way: sealed to one browser, seen by one person, once, within ten minutes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger import SqlLedger
from ledger.envelopes import DEAD, KEPT, Asked, Reply
from ledger.sealing import SealBroken, key_pair, seal, unseal

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VALUES = {"user": "grunnmur", "password": "blåbær\N{SNOWMAN}$'\""}
PRIVATE, PUBLIC = key_pair()
ASKED = Asked(
    id="e" * 32,
    agency="BYM",
    asker="kari",
    instance="a" * 32,
    order="1001",
    item="1",
    public_key=PUBLIC,
)


def filled(ledger: SqlLedger, asked: Asked = ASKED, reply: Reply = Reply(sealed="x")) -> None:  # noqa: B008 - frozen
    ledger.envelopes.ask(asked, AT)
    assert ledger.envelopes.take(asked, AT)
    ledger.envelopes.answer(asked, AT, reply, AT)


def test_what_is_sealed_opens_with_the_key_and_for_what_it_was_sealed() -> None:
    sealed = seal(VALUES, PUBLIC, ASKED.about)
    assert VALUES["password"] not in sealed
    assert unseal(sealed, PRIVATE, ASKED.about) == VALUES
    assert seal(VALUES, PUBLIC, ASKED.about) != sealed


@pytest.mark.parametrize(
    "bent",
    [
        lambda sealed: (sealed, key_pair()[0], ASKED.about),
        lambda sealed: (sealed, PRIVATE, replace(ASKED, asker="ola").about),
        lambda sealed: (sealed, PRIVATE, replace(ASKED, instance="b" * 32).about),
        lambda sealed: (sealed, PRIVATE, replace(ASKED, id="f" * 32).about),
        lambda sealed: (sealed[:-8] + "AAAAAAAA", PRIVATE, ASKED.about),
        lambda sealed: (sealed[:20], PRIVATE, ASKED.about),
        lambda _: ("", PRIVATE, ASKED.about),
        lambda _: ("not base64 \N{SNOWMAN}", PRIVATE, ASKED.about),
        lambda sealed: (sealed, "", ASKED.about),
        lambda sealed: (sealed, "short", ASKED.about),
        lambda sealed: (sealed, "\N{SNOWMAN}", ASKED.about),
    ],
)
def test_nothing_else_opens_it_and_the_error_tells_nothing(bent) -> None:
    with pytest.raises(SealBroken) as broken:
        unseal(*bent(seal(VALUES, PUBLIC, ASKED.about)))
    assert broken.value.__cause__ is None
    assert VALUES["password"] not in str(broken.value)


def test_it_is_found_and_taken_out_by_who_asked_and_nobody_else(ledger: SqlLedger) -> None:
    ledger.envelopes.ask(ASKED, AT)
    found = ledger.envelopes.find(ASKED.id, "kari", AT)
    assert found is not None
    assert (found.asked, found.reply) == (ASKED, None)
    assert ledger.envelopes.take_out(ASKED.id, "kari", AT) is None, "nobody has answered"
    assert ledger.envelopes.take(ASKED, AT)
    ledger.envelopes.answer(ASKED, AT, Reply(sealed="x"), AT)
    for id_, asker in ((ASKED.id, "ola"), ("nothing", "kari"), ("\ud800", "kari")):
        assert ledger.envelopes.find(id_, asker, AT) is None
    assert ledger.envelopes.take_out(ASKED.id, "ola", AT) is None

    taken = ledger.envelopes.take_out(ASKED.id, "kari", AT)

    assert taken is not None
    assert taken.reply == Reply(sealed="x")
    assert ledger.envelopes.find(ASKED.id, "kari", AT) is None
    assert ledger.envelopes.take_out(ASKED.id, "kari", AT) is None


def test_of_two_looks_at_once_one_gets_it(ledger: SqlLedger) -> None:
    filled(ledger)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: ledger.envelopes.take_out(ASKED.id, "kari", AT), range(4)))
    assert sum(one is not None for one in got) == 1


def test_of_two_workers_one_answers_and_a_dead_ones_is_taken_over(ledger: SqlLedger) -> None:
    book, later = ledger.envelopes, AT + DEAD + timedelta(seconds=1)
    book.ask(ASKED, AT)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: book.take(ASKED, AT), range(4))) == 1
    assert list(book.waiting(AT)) == []

    assert list(book.waiting(later)) == [ASKED]
    assert book.take(ASKED, later)
    book.answer(ASKED, AT, Reply(sealed="of the one that was thought dead"), later)
    found = book.find(ASKED.id, "kari", later)
    assert found is not None
    assert found.reply is None
    book.answer(ASKED, later, Reply(sealed="x"), later)
    found = book.find(ASKED.id, "kari", later)
    assert found is not None
    assert found.reply == Reply(sealed="x")


def test_one_thing_is_opened_for_one_at_a_time(ledger: SqlLedger) -> None:
    """Or the password made first could come to be told last."""
    book, second = ledger.envelopes, replace(ASKED, id="f" * 32, asker="ola")
    elsewhere = replace(ASKED, id="c" * 32, instance="c" * 32)
    for one in (ASKED, second, elsewhere):
        book.ask(one, AT)
    assert book.take(ASKED, AT)
    assert not book.take(second, AT)
    assert book.take(elsewhere, AT)
    book.answer(ASKED, AT, Reply(problem="away", again=True), AT)
    assert book.take(second, AT)


def test_who_asks_again_puts_the_first_away_and_not_somebody_elses(ledger: SqlLedger) -> None:
    others = replace(ASKED, id="c" * 32, asker="ola")
    filled(ledger)
    filled(ledger, others)
    again = replace(ASKED, id="d" * 32)
    ledger.envelopes.ask(again, AT)
    assert ledger.envelopes.take_out(ASKED.id, "kari", AT) is None
    assert ledger.envelopes.take_out(others.id, "ola", AT) is not None
    assert ledger.envelopes.find(again.id, "kari", AT) is not None


def test_after_ten_minutes_nothing_is_left_even_if_nobody_looks(ledger: SqlLedger, behind) -> None:
    filled(ledger)
    late = AT + KEPT
    assert ledger.envelopes.find(ASKED.id, "kari", late) is None
    assert list(ledger.envelopes.waiting(late)) == []
    assert ledger.envelopes.take_out(ASKED.id, "kari", AT) is None, "the worker cleared it away"


def test_no_backup_has_it(ledger: SqlLedger, tmp_path) -> None:
    filled(ledger, reply=Reply(sealed="marked9marked9marked9"))
    manifest = ledger.back_up(tmp_path / "backup", AT)
    assert "envelopes" not in manifest.tables
