"""What differs becomes a finding with evidence, owner and proposal; nobody's yes, nothing done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from fixtures.orders_placed import line, place_lines
from flows.reconcile import reconcile
from orders import service
from orders.entry import Stamp
from orders.findings import Decision, Proposal
from orders.model import Cleanup, State
from orders.reconcile import Verdict
from orders.righting import righting
from providers.errors import Conflict, NotAuthorised, Unavailable
from providers.types import Ref, Spec

HOUR = timedelta(hours=1)
REGION = "eu-north-1"


@pytest.fixture
def deliver(world, fulfil):
    def one(**changes):
        number = place_lines(world.book, [line(**changes)])
        fulfil(number)
        assert world.item(number).state is State.COMPLETED
        return world.item(number)

    return one


def look(world, **where):
    """What a run says, an hour after the one before; the open findings by the resource."""
    world.later(HOUR)
    state = reconcile("fake", "sandbox", **where, return_state=True)
    return state.message, {one.seen.resource: one for one in world.book.findings.open()}


def made(world, instance, region=REGION):
    """A machine that carries `instance`, behind our back."""
    bare = Spec(instance=instance, kind="virtual-machine", region=region, parameters={})
    return world.cloud.apply(bare).ref


def tagged(world, item, instance):
    record = world.cloud._records[ref_of(item)]  # noqa: SLF001 - behind its back
    record.spec = replace(record.spec, instance=instance)
    record.resource = replace(record.resource, instance=instance)


def ref_of(item):
    return Ref(kind=item.kind, region=REGION, id=item.resource.id)


def called_off(world):
    """An order that was cancelled before anything was made for it."""
    number = world.place()
    service.cancel(world.book, number, Stamp(at=world.moment, by="kari"))
    assert world.item(number).state is State.CANCELLED
    return world.item(number)


def test_each_difference_is_told_with_evidence_owner_and_proposal(world, deliver):
    drifted, ended, stripped, renamed, gone = (deliver() for _ in range(5))
    timed = deliver(expires_at=world.moment + 30 * HOUR)
    record = world.cloud._records  # noqa: SLF001 - behind its back
    drift = record[ref_of(drifted)]
    drift.spec = replace(drift.spec, parameters={**drift.spec.parameters, "disk_gb": 40})
    del record[ref_of(gone)], record[ref_of(ended)]
    tagged(world, stripped, "")
    tagged(world, renamed, drifted.instance)
    twin = made(world, "f" * 32)
    world.later(30 * HOUR)

    message, found = look(world)

    assert message == "0 in step, 2 missing, 1 orphan, 1 drifted, 1 expired, 2 untagged"
    told = {one: (f.seen.verdict, f.seen.proposal) for one, f in found.items()}
    assert told == {
        drifted.resource.id: (Verdict.DRIFTED, Proposal.PUT_BACK),
        gone.resource.id: (Verdict.MISSING, Proposal.WRITE_OFF),
        ended.resource.id: (Verdict.MISSING, Proposal.WRITE_OFF),
        stripped.resource.id: (Verdict.UNTAGGED, Proposal.TAG),
        renamed.resource.id: (Verdict.UNTAGGED, Proposal.LOOK),
        timed.resource.id: (Verdict.EXPIRED, Proposal.END),
        twin.id: (Verdict.ORPHAN, Proposal.REMOVE),
    }
    seen = found[drifted.resource.id].seen
    assert seen.evidence == {"fields": [{"field": "disk_gb", "ordered": 20, "found": 40}]}
    assert (seen.agency, seen.owner, seen.name) == ("byggesak", "kari", "web")
    assert found[renamed.resource.id].seen.evidence["tag_found"] == drifted.instance
    exists = set(record)
    assert look(world)[1].keys() == found.keys()
    assert set(record) == exists, "a second look changes nothing either"


def test_what_goes_away_closes_itself_and_a_region_closes_its_own_alone(world, deliver):
    item = deliver()
    here, there = made(world, "e" * 32), made(world, "f" * 32, "eu-west-1")
    assert look(world)[1].keys() == {here.id, there.id}
    world.cloud.delete(here)
    world.cloud.delete(there)

    message, found = look(world, region=REGION)

    assert message == "1 in step, 0 missing, 0 orphan, 0 drifted"
    assert found.keys() == {there.id}
    assert look(world)[1] == {}
    assert world.cloud.read(ref_of(item)) is not None


def test_an_orphan_goes_when_a_person_has_said_yes(world):
    orphan, other = made(world, "e" * 32), made(world, "f" * 32)
    _, found = look(world)
    stamp = Stamp(by="amina", at=world.moment)
    assert world.book.findings.decide(found[orphan.id].id, stamp, Decision.YES, "")
    world.cloud.fail("delete", Unavailable("down"), times=3)
    assert look(world)[0] == "0 in step, 0 missing, 2 orphan, 0 drifted", "tried again next time"

    message, found = look(world)

    assert message == "0 in step, 0 missing, 2 orphan, 0 drifted; 1 removed"
    assert found.keys() == {other.id}
    (closed,) = world.book.findings.closed()
    assert (closed.decided_by, closed.outcome) == ("amina", "removed")
    assert [one.ref for one in world.cloud.inventory()] == [other]


@pytest.mark.parametrize("refusal", [Conflict("it is locked"), NotAuthorised("not yours")])
def test_what_a_cloud_refuses_to_remove_is_written_and_waits_for_a_person(world, refusal):
    orphan = made(world, "e" * 32)
    _, found = look(world)
    stamp = Stamp(by="amina", at=world.moment)
    world.book.findings.decide(found[orphan.id].id, stamp, Decision.YES, "")
    world.cloud.fail("delete", refusal)

    assert look(world)[1][orphan.id].outcome == f"not removed: {refusal}"
    assert look(world)[1].keys() == {orphan.id}, "not tried again without another yes"


def test_a_yes_to_what_has_another_tag_by_now_removes_nothing(world, deliver):
    item = deliver()
    orphan = made(world, uuid4().hex)
    _, found = look(world)
    stamp = Stamp(by="amina", at=world.moment)
    world.book.findings.decide(found[orphan.id].id, stamp, Decision.YES, "")
    record = world.cloud._records[orphan]  # noqa: SLF001 - behind its back
    record.resource = replace(record.resource, instance=item.instance)

    _, found = look(world)

    assert found[orphan.id].seen.verdict is Verdict.LATE
    assert found[orphan.id].decision is Decision.NONE, "another finding, which nobody agreed to"
    assert world.cloud.read(orphan) is not None


@pytest.mark.parametrize("late", ["remove", "ask"])
def test_what_comes_about_after_its_order_ended_goes_as_the_offering_says(world, late):
    offered = world.house.offerings()["linux-server"].model_copy(update={"late": late})
    world.use(offerings=lambda: {"linux-server": offered})
    item = called_off(world)
    stray = made(world, item.instance)

    message, found = look(world)

    told = "0 in step, 0 missing, 0 orphan, 0 drifted, 1 late"
    assert message == told + ("; 1 removed" if late == "remove" else "")
    assert found.keys() == ({stray.id} if late == "ask" else set())
    assert (world.cloud.read(stray) is None) is (late == "remove")
    assert look(world)[0].startswith("0 in step, 0 missing, 0 orphan, 0 drifted") is True


def test_a_second_machine_of_a_living_thing_is_left_to_a_person(world, deliver):
    item = deliver()
    record = world.cloud._records  # noqa: SLF001 - behind its back
    first = record[ref_of(item)]
    twin = replace(first.resource.ref, id="twin")
    record[twin] = replace(first, resource=replace(first.resource, ref=twin))

    message, found = look(world)

    assert message == "1 in step, 0 missing, 0 orphan, 0 drifted, 1 late"
    assert found["twin"].seen.evidence["beside"] == item.resource.id
    assert (found["twin"].seen.name, found["twin"].decision) == ("web", Decision.NONE)
    assert twin in record


def test_what_an_order_could_not_get_rid_of_is_listed_until_it_is_gone(world, fulfil):
    world.cloud.fail_build("no such image")
    world.cloud.fail("delete", Conflict("it is locked"))
    number = world.place()
    fulfil(number)
    item = world.item(number)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.MANUAL_REQUIRED)

    message, found = look(world)

    assert message == "0 in step, 0 missing, 0 orphan, 0 drifted, 1 left over"
    (finding,) = found.values()
    stamp = Stamp(by="amina", at=world.moment)
    world.book.findings.decide(finding.id, stamp, Decision.YES, "unlocked now")
    assert look(world)[0].endswith("; 1 removed")
    assert look(world) == ("0 in step, 0 missing, 0 orphan, 0 drifted", {})


def agreed(world, fulfil, resource):
    """A person's yes becomes an order, and the order is delivered; how its item ended."""
    (finding,) = (one for one in world.book.findings.open() if one.seen.resource == resource)
    of = world.book.thing(finding.seen.instance)
    number = place_lines(world.book, righting(finding.seen.proposal, of, [of]))
    fulfil(number)
    return world.item(number).state


def test_what_was_changed_outside_is_brought_back_and_what_is_gone_struck_off(
    world, deliver, fulfil
):
    drifted, gone = deliver(), deliver()
    record = world.cloud._records  # noqa: SLF001 - behind its back
    drift = record[ref_of(drifted)]
    drift.spec = replace(drift.spec, parameters={**drift.spec.parameters, "disk_gb": 40})
    del record[ref_of(gone)]
    assert look(world)[1].keys() == {drifted.resource.id, gone.resource.id}

    assert agreed(world, fulfil, drifted.resource.id) is State.COMPLETED
    assert agreed(world, fulfil, gone.resource.id) is State.COMPLETED

    assert look(world) == ("1 in step, 0 missing, 0 orphan, 0 drifted", {})
    assert record[ref_of(drifted)].spec.parameters["disk_gb"] == 20
    assert [one.instance for one in world.book.things("byggesak")] == [drifted.instance]
