"""E-mails on their way."""

from datetime import timedelta

from fixtures.examples import NOON
from fixtures.racing import in_threads
from ledger.mails import TAKEN, Mail

HOUR = timedelta(hours=1)


def a_mail(key="a", **more):
    plain = {"recipient": "kari", "address": "kari@example.org", "subject": "Hei", "text": "Blåbær"}
    return Mail(**{"key": key, **plain, **more})


def test_a_mail_is_written_once_and_sent_once(ledger):
    mails = ledger.mails
    assert mails.write(a_mail(about=("order 1",)), NOON)
    assert not mails.write(a_mail(text="anew", about=("order 2",)), NOON)
    taken = mails.take(NOON)
    assert (taken.text, taken.tries) == ("Blåbær", 1)
    assert mails.take(NOON) is None  # it is in somebody's hands
    mails.sent(taken, NOON)
    assert mails.take(NOON + 9 * TAKEN) is None
    assert mails.waiting() == 0
    assert not mails.write(a_mail(), NOON + HOUR)
    assert mails.told("kari", ("order 1", "order 2")) == {"order 1": NOON}
    assert mails.told("ola", ("order 1",)) == {}
    assert (mails.last_to("kari"), mails.last_to("ola")) == (NOON, None)


def test_what_a_carrier_that_died_held_is_taken_up_by_another(ledger):
    ledger.mails.write(a_mail(), NOON)
    ledger.mails.take(NOON)
    assert ledger.mails.take(NOON + TAKEN).tries == 2


def test_a_mail_may_be_for_later_and_the_oldest_goes_first(ledger):
    ledger.mails.write(a_mail("later"), NOON, NOON + HOUR)
    ledger.mails.write(a_mail("now"), NOON)
    assert ledger.mails.take(NOON).key == "now"
    assert ledger.mails.take(NOON) is None
    assert ledger.mails.take(NOON + HOUR).key == "now"
    assert ledger.mails.take(NOON + HOUR).key == "later"


def test_what_is_given_up_keeps_its_words_and_can_be_tried_anew(ledger):
    ledger.mails.write(a_mail(), NOON)
    ledger.mails.failed(ledger.mails.take(NOON), "451 full", NOON + HOUR)
    assert ledger.mails.take(NOON) is None
    ledger.mails.failed(ledger.mails.take(NOON + HOUR), "550 nobody", None)
    (lost,) = ledger.mails.given_up()
    assert (lost.trouble, lost.text, lost.tries) == ("550 nobody", "Blåbær", 2)
    assert ledger.mails.waiting() == 0
    assert not ledger.mails.again("b", NOON)
    assert ledger.mails.again("a", NOON)
    assert ledger.mails.take(NOON).tries == 1


def test_carriers_side_by_side_never_take_the_same(ledger):
    for number in range(12):
        ledger.mails.write(a_mail(str(number)), NOON)
    taken = in_threads(4, lambda _: [ledger.mails.take(NOON) for _ in range(4)])
    keys = [one.key for found in taken for one in found if one]
    assert len(keys) == len(set(keys))
    # On PostgreSQL one who passes a locked row by may find nothing; what is left is still there.
    while one := ledger.mails.take(NOON):
        keys.append(one.key)
    assert sorted(keys) == sorted(map(str, range(12)))
