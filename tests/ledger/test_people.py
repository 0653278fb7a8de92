"""The register of those who have signed in."""

from dataclasses import replace
from datetime import UTC, datetime

from ledger import Known, SqlLedger

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KARI = Known(
    subject="kari",
    name="Kari Nordmann",
    agency="BYM",
    email="kari@bym.example",
    roles=frozenset({"orderer"}),
    seen_at=AT,
)
OLA = replace(KARI, subject="ola", name="Ola Hansen", roles=frozenset({"approver", "orderer"}))


def test_the_latest_sign_in_is_what_is_known(ledger: SqlLedger) -> None:
    ledger.people.seen(KARI)
    ledger.people.seen(replace(KARI, name="Kari Berg"))
    assert ledger.people.named(["kari", "nobody", "\ud800"]) == {
        "kari": replace(KARI, name="Kari Berg")
    }


def test_those_with_a_role_are_found_in_one_agency_or_all(ledger: SqlLedger) -> None:
    for one in (KARI, OLA, replace(OLA, subject="siri", name="Siri", agency="PBE")):
        ledger.people.seen(one)
    assert [one.subject for one in ledger.people.of("approver")] == ["ola", "siri"]
    assert [one.subject for one in ledger.people.of("orderer", "BYM")] == ["kari", "ola"]
    assert ledger.people.of("order") == []
    assert ledger.people.of('er","or') == []
