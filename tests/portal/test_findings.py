"""What reconciliation found, on the operators' page: told in words, decided by a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.own_things import REF, delivery, owned, place, server
from fixtures.portal_house import PortalHouse
from fixtures.rightcloud_pages import text
from leadtime.business import Calendar
from ledger import LedgerUnavailable, store
from orders.findings import Decision, Scope, Seen
from orders.lifecycle import replay
from orders.model import Action
from orders.reconcile import Verdict

HERE = Scope(provider="aws", account="sandbox")


def told(portal: PortalHouse, *seen: Seen) -> dict[str, str]:
    """The findings, as a run tells them; their ids by resource."""
    portal.ledger.findings.tell(HERE, seen, portal.moment[0])
    return {one.seen.resource: one.id for one in portal.ledger.findings.open()}


def seen(verdict: Verdict, resource: str = "i-0abc", **more) -> Seen:
    return Seen(
        **{
            "verdict": verdict,
            "provider": "aws",
            "account": "sandbox",
            "region": "eu-north-1",
            "kind": "virtual-machine",
            "instance": "f" * 32,
            "resource": resource,
            **more,
        }
    )


def of(portal: PortalHouse, instance: str, verdict: Verdict, **evidence: object) -> Seen:
    """About a thing that an agency has."""
    thing = portal.ledger.thing(instance)
    assert thing is not None
    whose = {"agency": thing.agency, "owner": "Kari Nordmann", "name": thing.name}
    return seen(
        verdict,
        thing.resource.id,
        instance=instance,
        order=thing.order,
        item=thing.item,
        evidence=evidence,
        **whose,
    )


def decide(portal: PortalHouse, id_: str, step: str, why: str = ""):
    sent = {"_step": step, "why": why}
    return portal.client.post(f"/findings/{id_}", data=sent, follow_redirects=True)


@pytest.fixture
def amina(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("amina")
    return portal


def test_every_sort_is_told_in_words_with_owner_and_proposal(amina: PortalHouse) -> None:
    instance = owned(amina)
    drift = {"field": "size", "ordered": "t3.small", "found": "t3.<large>"}
    dead = {"order": "1001", "evidence": {"order_state": "failed", "status": "ready"}}
    ids = told(
        amina,
        of(amina, instance, Verdict.DRIFTED, fields=[drift, {"field": "b", "found": None}]),
        seen(Verdict.MISSING, "i-1", evidence={"delivered_as": "i-1"}),
        seen(Verdict.ORPHAN, "i-2", evidence={"status": "ready"}),
        seen(Verdict.ORPHAN, "i-3", **dead),
        seen(Verdict.LATE, "i-4", **dead, allowed=True),
        seen(Verdict.LATE, "i-5", order="1001", evidence={"beside": "i-9"}),
        seen(Verdict.LEFT_OVER, "i-6", order="1001"),
        seen(Verdict.EXPIRED, "i-7", evidence={"expired_at": "2026-11-01T00:00:00+00:00"}),
        seen(Verdict.UNTAGGED, "i-8", evidence={"tag_found": "annen"}),
        seen(Verdict.UNTAGGED, "i-10", evidence={"tag_found": ""}),
    )
    page = text(amina.client.get("/findings"))
    for words in (
        "Maskintype: bestilt t3.small, funnet t3.&lt;large&gt;.",
        "b: bestilt ingenting, funnet ingenting.",
        "Server i-1. Amazon Web Services, Stockholm (aws/eu-north-1), konto sandbox",
        "Bestilt av Kari Nordmann, BYM.",
        "Før den tilbake til det som ble bestilt.",
        "Levert som i-1, og den er der ikke lenger.",
        "ingen bestilling gjør rede for den",
        "Bestilling 1001 hadde den, og er avsluttet",
        "Bestilling 1001 var avsluttet da denne ble til",
        "Produktet tillater at den fjernes.",
        "Bestilling 1001 har allerede i-9. Dette er en til.",
        "skyen nektet å fjerne denne",
        "Tiden gikk ut",
        "Merket sier annen og ikke",
        "Merket vårt er tatt av.",
        "Ingen kjent eier.",
    ):
        assert words in page, words
    english = text(amina.client.get("/findings", params={"lang": "en"}))
    assert "Bring it back to what was ordered. That becomes an order." in english
    assert "Server i-1. Amazon Web Services, Stockholm (aws/eu-north-1), account" in english
    assert "virtual-machine" not in page + english
    only = text(amina.client.get("/findings", params={"verdict": "untagged", "lang": "nb"}))
    assert "i-8" in only
    assert "i-4" not in only
    assert f"({len(ids)})" in text(amina.client.get("/desk"))


@pytest.mark.parametrize(
    ("verdict", "action"),
    [
        (Verdict.DRIFTED, Action.MODIFY),
        (Verdict.MISSING, Action.TERMINATE),
        (Verdict.EXPIRED, Action.TERMINATE),
    ],
)
def test_a_yes_becomes_an_order_of_the_agency_by_the_operators_hand(
    amina: PortalHouse, verdict: Verdict, action: Action
) -> None:
    instance = owned(amina)
    evidence = {"expired_at": "2026-11-01T00:00:00+00:00", "fields": []}
    ids = told(amina, of(amina, instance, verdict, **evidence))
    assert decide(amina, ids["i-0abc"], "yes").url.path == "/findings"

    finding = amina.ledger.findings.one(ids["i-0abc"])
    assert finding is not None
    order = replay(amina.ledger.history(finding.outcome))
    (item,) = order.items.values()
    assert (order.agency, order.placed_by, item.action) == ("BYM", "amina", action)
    assert (item.instance, item.parameters) == (instance, {"size": "t3.small"})
    assert f"/orders/{order.id}" in amina.client.get("/findings").text

    again = decide(amina, ids["i-0abc"], "yes")
    assert again.status_code == 422
    assert "allerede i gang" in again.text
    assert len(amina.ledger.orders()) == 2


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("", "Avstemmingen fant at den manglet"),
        ("ryddet av leverandøren", "ryddet av leverandøren"),
    ],
)
def test_the_agency_reads_why_the_order_was_made_in_its_own_language(
    amina: PortalHouse, why: str, said: str
) -> None:
    instance = owned(amina)
    ids = told(amina, of(amina, instance, Verdict.MISSING))
    decide(amina, ids["i-0abc"], "yes", why)
    order = amina.ledger.findings.one(ids["i-0abc"]).outcome
    page = text(amina.client.get(f"/orders/{order}"))
    assert said in page
    assert "found by reconciliation" not in page


def test_a_yes_whose_order_could_not_be_kept_is_none_and_can_be_given_again(
    amina: PortalHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = told(amina, of(amina, owned(amina), Verdict.MISSING, delivered_as="i-0abc"))

    def away(*_: object, **__: object) -> None:
        raise LedgerUnavailable("it went away in the middle")

    with monkeypatch.context() as broken:
        broken.setattr(store, "append", away)
        assert decide(amina, ids["i-0abc"], "yes").status_code == 503
    assert amina.ledger.findings.one(ids["i-0abc"]).decision is Decision.NONE
    assert decide(amina, ids["i-0abc"], "yes").status_code == 200
    assert len(amina.ledger.orders()) == 2


def test_the_order_of_a_yes_is_promised_by_the_days_that_are_closed_here(
    amina: PortalHouse,
) -> None:
    ids = told(amina, of(amina, owned(amina), Verdict.MISSING, delivered_as="i-0abc"))
    house = amina.client.app.state.house
    week = [(amina.moment[0] + timedelta(days=day)).date() for day in range(7)]
    settings = replace(house.settings, calendar=Calendar(week))
    amina.client.app.state.house = replace(house, settings=settings)
    decide(amina, ids["i-0abc"], "yes")
    placed = max(amina.ledger.orders(), key=lambda one: int(one.id))
    assert placed.promised_at.date() > week[-1]


@pytest.mark.parametrize("verdict", [Verdict.ORPHAN, Verdict.MISSING])
def test_a_reason_that_no_database_holds_is_refused(amina: PortalHouse, verdict: Verdict) -> None:
    ids = told(amina, of(amina, owned(amina), verdict, delivered_as="i-0abc"))
    assert decide(amina, ids["i-0abc"], "yes", "a\0b").status_code == 422
    assert amina.ledger.findings.one(ids["i-0abc"]).decision is Decision.NONE


def test_what_something_else_needs_is_not_struck_off(amina: PortalHouse) -> None:
    items = (server("nett"), server("fagsystem", id="2", needs=("1",)))
    number = place(amina.ledger, amina.moment[0], *items)
    amina.record(number, *delivery("1"), *delivery("2", replace(REF, id="i-2")))
    network = items[0].instance
    ids = told(amina, of(amina, network, Verdict.MISSING, delivered_as="i-0abc"))
    refused = decide(amina, ids["i-0abc"], "yes")
    assert refused.status_code == 422
    assert "Noe annet trenger den" in refused.text
    assert len(amina.ledger.orders()) == 1


def test_a_yes_to_what_is_nobodys_waits_for_the_flow(amina: PortalHouse) -> None:
    ids = told(amina, seen(Verdict.ORPHAN, "i-1"), seen(Verdict.UNTAGGED, "i-2"))
    assert "Det blir gjort." in decide(amina, ids["i-1"], "yes", "en gammel prøve").text
    (agreed,) = amina.ledger.findings.agreed(HERE)
    assert (agreed.decided_by, agreed.why) == ("amina", "en gammel prøve")
    assert "har endret seg" in decide(amina, ids["i-1"], "leave", "nei").text
    assert decide(amina, ids["i-2"], "yes").status_code == 400
    assert amina.ledger.orders() == []


def test_what_may_stay_so_needs_a_reason_and_can_be_taken_up_again(amina: PortalHouse) -> None:
    ids = told(amina, seen(Verdict.ORPHAN, "i-1"))
    nothing = decide(amina, ids["i-1"], "leave", "  ")
    assert nothing.status_code == 422
    assert "Skriv hvorfor det kan få være slik." in nothing.text
    page = decide(amina, ids["i-1"], "leave", "tilhører drift").text
    assert "Det er ikke funnet noe som avviker" in page
    assert "tilhører drift" in page
    decide(amina, ids["i-1"], "again")
    finding = amina.ledger.findings.one(ids["i-1"])
    assert finding is not None
    assert (finding.decision, finding.decided_by) == (Decision.NONE, "")
    amina.moment[0] += timedelta(hours=1)
    told(amina)
    assert "Nylig borte" in amina.client.get("/findings").text
    assert decide(amina, ids["i-1"], "yes").status_code == 422


def test_only_operators_see_and_decide(portal: PortalHouse) -> None:
    ids = told(portal, seen(Verdict.ORPHAN, "i-1"))
    for name in ("kari", "ola", "per"):
        portal.sign_in(name)
        assert portal.client.get("/findings").status_code == 403
        assert decide(portal, ids["i-1"], "yes").status_code == 403
    portal.sign_in("amina")
    assert decide(portal, "nothing", "yes").status_code == 404
    assert decide(portal, ids["i-1"], "shout").status_code == 400
