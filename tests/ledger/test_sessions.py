"""Who is signed in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from fixtures.examples import NOON

KARI = {"subject": "kari", "name": "Kari Nordmann", "agencies": ["parks", "schools"]}
LATER = NOON + timedelta(hours=8)


def test_a_session_gives_the_person_back(ledger):
    token = ledger.open_session(KARI, NOON, LATER)
    assert ledger.session(token, NOON + timedelta(hours=1)) == KARI


@pytest.mark.parametrize("token", ["", "guess", "a" * 10_000, "nul \0", "half \ud83d", "'; --"])
def test_a_token_nobody_was_given_opens_nothing(ledger, token):
    ledger.open_session(KARI, NOON, LATER)
    assert ledger.session(token, NOON) is None


def test_a_session_ends_when_its_time_is_over(ledger):
    token = ledger.open_session(KARI, NOON, LATER)
    assert ledger.session(token, LATER - timedelta(microseconds=1)) == KARI
    assert ledger.session(token, LATER) is None


def test_a_closed_session_is_over_and_closing_it_again_is_fine(ledger):
    token, other = (ledger.open_session(KARI, NOON, LATER) for _ in range(2))
    ledger.close_session(token)
    ledger.close_session(token)
    assert ledger.session(token, NOON) is None
    assert ledger.session(other, NOON) == KARI


def test_all_sessions_of_one_person_can_be_closed(ledger):
    mine = [ledger.open_session(KARI, NOON, LATER) for _ in range(2)]
    ola = ledger.open_session({"subject": "ola"}, NOON, LATER)
    ledger.close_sessions_of("kari")
    assert [ledger.session(token, NOON) for token in mine] == [None, None]
    assert ledger.session(ola, NOON) == {"subject": "ola"}


def test_no_token_stands_in_the_database(ledger, ledger_url):
    token = ledger.open_session(KARI, NOON, LATER)
    engine = sa.create_engine(ledger_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM sessions")).all()
    engine.dispose()
    assert len(rows) == 1
    assert token not in str(rows)


def test_ended_sessions_are_swept_out_by_the_next_one(ledger, ledger_url):
    ledger.open_session(KARI, NOON, LATER)
    ledger.open_session(KARI, LATER, LATER + timedelta(hours=8))
    engine = sa.create_engine(ledger_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM sessions")) == 1
    engine.dispose()


def test_two_sessions_never_share_a_token(ledger):
    tokens = {ledger.open_session(KARI, NOON, LATER) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)


def test_a_person_without_a_subject_gets_no_session(ledger):
    with pytest.raises(KeyError, match="subject"):
        ledger.open_session({"name": "Kari"}, NOON, LATER)
