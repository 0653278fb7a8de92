"""What people and programs leave in the ledger beside orders."""

from datetime import timedelta
from hashlib import sha256

import pytest

from fixtures.examples import NOON, delivery, placed, told
from ledger import LedgerDamaged, TooMuch
from ledger.attachments import LARGEST
from ledger.delegations import Delegation
from ledger.drafts import LONGEST, MOST, Draft
from ledger.hub import TAKEN, Subscription
from ledger.notices import Notice, Sort
from orders import events as e
from orders.service import place, record

DAY = timedelta(days=1)


def a_draft(id_: str = "1", owner: str = "kari", **fields) -> Draft:
    plain = {"agency": "parks", "offering": "linux-server", "title": "web", "saved_at": NOON}
    return Draft(**{"id": id_, "owner": owner, "body": {"name": "web"}, **plain, **fields})


def test_a_draft_is_saved_over_itself_and_is_its_owners_alone(ledger):
    drafts = ledger.drafts
    drafts.save(a_draft())
    drafts.save(a_draft(body={"name": "blåbær", "more": [1, None]}, saved_at=NOON + DAY))
    found = drafts.find("kari", "1")
    assert (found.body, found.saved_at) == ({"name": "blåbær", "more": [1, None]}, NOON + DAY)
    assert drafts.find("ola", "1") is drafts.find("kari", "\0") is None
    drafts.save(a_draft(owner="ola", title="mine"))
    assert [one.title for one in drafts.of("ola")] == ["mine"]
    drafts.delete("ola", "1")
    drafts.delete("ola", "1")
    assert (drafts.of("ola"), len(drafts.of("kari"))) == ([], 1)


def test_there_is_a_limit_to_the_drafts_of_one_person_and_to_the_length_of_one(ledger):
    for number in range(MOST):
        ledger.drafts.save(a_draft(str(number)))
    with pytest.raises(TooMuch, match="50 drafts"):
        ledger.drafts.save(a_draft("more"))
    ledger.drafts.save(a_draft("3", title="again"))
    with pytest.raises(TooMuch, match="characters"):
        ledger.drafts.save(a_draft(body={"name": "x" * LONGEST}))


def test_old_drafts_are_swept_away(ledger):
    ledger.drafts.save(a_draft("old"))
    ledger.drafts.save(a_draft("new", saved_at=NOON + DAY))
    assert ledger.drafts.sweep(NOON + DAY) == 1
    assert [one.id for one in ledger.drafts.of("kari")] == ["new"]


def a_delegation(id_: str = "1", **fields) -> Delegation:
    plain = {"agency": "parks", "approver": "ola", "delegate": "eva", "made_at": NOON}
    times = {"starts_at": NOON + DAY, "ends_at": NOON + 3 * DAY}
    return Delegation(**{"id": id_, **plain, **times, **fields})


def test_a_delegation_holds_from_its_start_to_its_end(ledger):
    delegations = ledger.delegations
    delegations.add(a_delegation())
    assert delegations.to("eva", NOON) == []
    assert delegations.to("eva", NOON + DAY) == [a_delegation()]
    assert delegations.to("eva", NOON + 3 * DAY) == []
    assert delegations.to("ola", NOON + DAY) == []
    assert delegations.by("ola", NOON) == [a_delegation()]


def test_only_the_approver_takes_a_delegation_back(ledger):
    delegations = ledger.delegations
    delegations.add(a_delegation())
    assert not delegations.end("eva", "1", NOON)
    assert not delegations.end("ola", "\0", NOON)
    assert delegations.end("ola", "1", NOON)
    assert not delegations.end("ola", "1", NOON)
    assert delegations.to("eva", NOON + DAY) == delegations.by("ola", NOON) == []


def test_a_delegation_to_oneself_or_backwards_in_time_is_refused():
    with pytest.raises(ValueError, match="another person"):
        a_delegation(delegate="ola")
    with pytest.raises(ValueError, match="later day"):
        a_delegation(ends_at=NOON)


def test_a_file_is_kept_once_under_its_hash(ledger):
    data = bytes(range(256))
    name = ledger.attachments.put(data, NOON)
    assert name == ledger.attachments.put(data, NOON + DAY) == sha256(data).hexdigest()
    assert ledger.attachments.read(name) == data
    assert ledger.attachments.read("none") is ledger.attachments.read("\0") is None


def test_a_file_that_is_empty_or_too_large_is_refused(ledger):
    for data in (b"", b"x" * (LARGEST + 1)):
        with pytest.raises(TooMuch, match="attach"):
            ledger.attachments.put(data, NOON)


def test_a_file_that_somebody_changed_is_not_handed_out(ledger, behind):
    name = ledger.attachments.put(b"as it was", NOON)
    behind("UPDATE attachments SET data = :data", data=b"as it is")
    with pytest.raises(LedgerDamaged, match="is not what it was"):
        ledger.attachments.read(name)


def a_notice(id_: str = "1", **fields) -> Notice:
    plain = {
        "sort": Sort.OUTAGE,
        "title_nb": "Nede",
        "title_en": "Down",
        "text_nb": "",
        "text_en": "",
        "starts_at": NOON,
        "ends_at": None,
        "by": "ola",
        "changed_at": NOON,
        "provider": "aws",
    }
    return Notice(**{"id": id_, **plain, **fields})


def test_a_notice_is_current_until_it_is_told_to_be_over(ledger):
    notices = ledger.notices
    notices.save(a_notice())
    notices.save(a_notice("2", sort=Sort.MAINTENANCE, starts_at=NOON + DAY, ends_at=NOON + 2 * DAY))
    assert [one.id for one in notices.current(NOON)] == ["1"]
    assert [one.id for one in notices.planned(NOON)] == ["2"]
    notices.save(a_notice(ends_at=NOON + timedelta(hours=1)))
    later = NOON + timedelta(hours=2)
    assert (notices.current(later), [one.id for one in notices.past(later)]) == ([], ["1"])
    assert notices.find("2").sort is Sort.MAINTENANCE
    assert notices.find("3") is None


def test_a_notice_affects_what_it_names_and_all_that_it_does_not():
    assert a_notice().affects("aws", "eu-north-1", "linux-server")
    assert not a_notice().affects("gcp", "eu-north-1", "linux-server")
    assert not a_notice(offering="database").affects("aws", "eu-north-1", "linux-server")
    assert a_notice(provider="").affects("gcp", "x", "y")


def a_subscription(id_: str = "s", agency: str = "parks") -> Subscription:
    address = f"http://127.0.0.1/{id_}"
    return Subscription(id=id_, agency=agency, callback=address, query="", by="kari", made_at=NOON)


def letters(ledger, now=NOON + DAY):
    return [(one.subscription.id, one.order, one.first, one.last) for one in ledger.hub.take(now)]


def test_who_listens_is_told_of_each_append_of_their_agency(ledger):
    ledger.hub.subscribe(a_subscription())
    ledger.hub.subscribe(a_subscription("all", agency=""))
    ledger.hub.subscribe(a_subscription("other", agency="schools"))
    place(ledger, placed("1001"))
    assert sorted(letters(ledger)) == [("all", "1001", 1, 1), ("s", "1001", 1, 1)]
    assert ledger.hub.waiting() == 2


def test_what_failed_to_be_written_is_never_told(ledger):
    ledger.hub.subscribe(a_subscription())
    place(ledger, placed("1001"))
    with pytest.raises(Exception, match="not possible"):
        record(ledger, "1001", told(e.ItemReleased))
    assert ledger.hub.waiting() == 1


def test_a_program_hears_of_one_order_in_the_order_of_its_events(ledger):
    ledger.hub.subscribe(a_subscription())
    place(ledger, placed("1001"))
    record(ledger, "1001", *delivery())
    place(ledger, placed("1002"))
    now = NOON + DAY
    first, other = ledger.hub.take(now)
    assert (first.order, first.last, other.order) == ("1001", 1, "1002")
    assert ledger.hub.take(now) == []
    ledger.hub.delivered(first)
    assert letters(ledger, now) == [("s", "1001", 2, 10)]


def test_a_letter_that_did_not_get_through_comes_again_and_is_given_up_in_the_end(ledger):
    ledger.hub.subscribe(a_subscription())
    place(ledger, placed("1001"))
    now = NOON + DAY
    (letter,) = ledger.hub.take(now)
    ledger.hub.failed(letter, now, now + DAY)
    assert ledger.hub.subscription("s").failing_since == now
    assert ledger.hub.take(now + TAKEN) == []
    (letter,) = ledger.hub.take(now + DAY)
    assert letter.tries == 2
    ledger.hub.failed(letter, now + DAY, None)
    assert ledger.hub.waiting() == 0
    assert ledger.hub.subscription("s").failing_since == now


def test_a_letter_of_a_deliverer_that_died_is_taken_up_again(ledger):
    ledger.hub.subscribe(a_subscription())
    place(ledger, placed("1001"))
    (letter,) = ledger.hub.take(NOON)
    assert ledger.hub.take(NOON + TAKEN / 2) == []
    (again,) = ledger.hub.take(NOON + TAKEN)
    assert (again.id, again.tries) == (letter.id, 2)
    ledger.hub.delivered(again)
    ledger.hub.delivered(letter)
    assert ledger.hub.waiting() == 0


def test_who_listens_no_more_is_told_nothing_more(ledger):
    ledger.hub.subscribe(a_subscription())
    place(ledger, placed("1001"))
    assert [one.id for one in ledger.hub.subscriptions("parks")] == ["s"]
    ledger.hub.unsubscribe("s")
    ledger.hub.unsubscribe("s")
    record(ledger, "1001", told(e.ItemStarted))
    assert (ledger.hub.waiting(), ledger.hub.subscriptions()) == (0, [])
    assert ledger.hub.subscription("s") is ledger.hub.subscription("\0") is None
