"""What reconciliation found: open while it is seen, closed by itself, decided by a person."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger import SqlLedger
from ledger.findings import mark
from orders.entry import Stamp
from orders.findings import Decision, Scope, Seen
from orders.reconcile import Verdict

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYWHERE = Scope(provider="aws", account="sandbox")


def seen(resource: str = "i-1", verdict: Verdict = Verdict.ORPHAN, **more) -> Seen:
    return Seen(
        **{
            "verdict": verdict,
            "provider": "aws",
            "account": "sandbox",
            "region": "eu-north-1",
            "kind": "virtual-machine",
            "instance": "a" * 32,
            "resource": resource,
            "evidence": {"status": "ready", "tag": "\x00 og æ"},
            **more,
        }
    )


def test_a_finding_stands_while_it_is_seen_and_closes_itself(ledger: SqlLedger) -> None:
    findings = ledger.findings
    first = findings.tell(EVERYWHERE, [seen(), seen("i-2")], AT)
    assert (first.opened, first.closed) == (2, 0)
    other = findings.tell(EVERYWHERE, [seen(evidence={"status": "pending"})], AT + HOUR)
    assert (other.opened, other.closed) == (0, 1)

    (stands,) = findings.open()
    assert stands.seen == seen(evidence={"status": "pending"})
    assert (stands.opened_at, stands.seen_at, stands.closed_at) == (AT, AT + HOUR, None)
    (gone,) = findings.closed()
    assert (gone.seen, gone.closed_at) == (seen("i-2"), AT + HOUR)
    # The clock may jump back between two looks; what is seen again later is another finding.
    assert findings.tell(EVERYWHERE, [], AT - HOUR).closed == 1
    assert findings.tell(EVERYWHERE, [seen()], AT).opened == 1
    assert findings.tell(EVERYWHERE, [], AT + HOUR).closed == 1
    assert findings.tell(EVERYWHERE, [seen()], AT + HOUR).opened == 1
    assert len({one.id for one in [*findings.open(), *findings.closed()]}) == 4


def test_a_look_at_one_place_says_nothing_of_the_others(ledger: SqlLedger) -> None:
    everywhere = [seen(), seen("i-2", region="eu-west-1"), seen("i-3", account="other")]
    ledger.findings.tell(EVERYWHERE, everywhere, AT)
    here = Scope(provider="aws", account="sandbox", region="eu-west-1")
    ledger.findings.tell(here, [], AT + HOUR)
    ledger.findings.tell(Scope(provider="gcp", account="sandbox"), [], AT + HOUR)
    assert {one.seen.resource for one in ledger.findings.open()} == {"i-1", "i-3"}


def test_lists_are_by_verdict_and_age_in_pages(ledger: SqlLedger) -> None:
    for number in range(3):
        here = Scope(provider="aws", account="sandbox", region=str(number))
        one = seen(f"i-{number}", region=str(number))
        ledger.findings.tell(here, [one], AT + number * HOUR)
    missing = seen("i-9", Verdict.MISSING, account="other")
    ledger.findings.tell(Scope(provider="aws", account="other"), [missing], AT)
    assert ledger.findings.tally() == {Verdict.ORPHAN: 3, Verdict.MISSING: 1}
    (first, second) = ledger.findings.open(Verdict.ORPHAN, limit=2)
    (third,) = ledger.findings.open(Verdict.ORPHAN, after=mark(second), limit=2)
    assert [one.seen.resource for one in (first, second, third)] == ["i-0", "i-1", "i-2"]
    assert ledger.findings.one(third.id) == third
    assert ledger.findings.one("\ud800") is None


def test_a_person_decides_once_until_it_is_known_what_came_of_it(ledger: SqlLedger) -> None:
    findings, amina = ledger.findings, Stamp(by="amina", at=AT)
    findings.tell(EVERYWHERE, [seen()], AT)
    (finding,) = findings.open()
    assert findings.decide(finding.id, amina, Decision.LEAVE, "a test of ours")
    assert (findings.open(), findings.tally()) == ([], {})
    (left,) = findings.left()
    assert (left.decision, left.decided_by, left.decided_at) == (Decision.LEAVE, "amina", AT)
    assert left.why == "a test of ours"

    assert findings.decide(finding.id, amina, Decision.YES, "")
    assert not findings.decide(finding.id, amina, Decision.LEAVE, "")
    (agreed,) = findings.agreed(EVERYWHERE)
    findings.conclude(agreed.id, "not removed: it is locked")
    assert list(findings.agreed(EVERYWHERE)) == []
    assert findings.decide(finding.id, amina, Decision.YES, "unlocked now")
    findings.conclude(agreed.id, "removed", AT + HOUR)
    (closed,) = findings.closed()
    assert (closed.outcome, closed.why, closed.closed_at) == ("removed", "unlocked now", AT + HOUR)
    assert not findings.decide(finding.id, amina, Decision.YES, "")


def test_a_thousand_that_cannot_be_done_yet_keep_nobody_waiting(ledger: SqlLedger) -> None:
    """Each stays agreed to, as when its cloud is away; the one after them gets its turn."""
    many = [seen(resource=f"i-{n:04}", allowed=True) for n in range(1001)]
    ledger.findings.tell(EVERYWHERE, many, AT)
    last = None
    for number, one in enumerate(ledger.findings.agreed(EVERYWHERE), 1):
        last = number
        if number % 100 == 0:
            ledger.findings.conclude(one.id, "removed", AT)
    assert last == 1001
    assert len(list(ledger.findings.agreed(EVERYWHERE))) == 991


@pytest.mark.parametrize("allowed", [True, False])
def test_what_a_policy_allows_needs_no_person(ledger: SqlLedger, *, allowed: bool) -> None:
    ledger.findings.tell(EVERYWHERE, [seen(verdict=Verdict.LATE, allowed=allowed)], AT)
    assert [one.decided_by for one in ledger.findings.agreed(EVERYWHERE)] == ["policy"] * allowed
