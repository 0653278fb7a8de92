"""A tag that somebody took off a thing of ours comes back with a person's yes, and not without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.orders_placed import line, place_lines
from flows.reconcile import reconcile
from flows.righting import right
from orders.entry import Stamp
from orders.findings import Decision, Proposal, Scope
from orders.reconcile import Verdict
from providers.errors import NotAuthorised, Throttled
from providers.types import Ref, Spec

HOUR = timedelta(hours=1)
LOST = "0 in step, 0 missing, 0 orphan, 0 drifted, 1 untagged"
IN_STEP = "1 in step, 0 missing, 0 orphan, 0 drifted"


def look(world):
    world.later(HOUR)
    return reconcile("fake", "sandbox", return_state=True).message


@pytest.fixture
def ref(world, fulfil):
    """Of a machine that was delivered, and whose tag somebody has taken off."""
    number = place_lines(world.book, [line()])
    fulfil(number)
    item = world.item(number)
    where = Ref(kind=item.kind, region=item.target.region, id=item.resource.id)
    world.cloud.lose_tag(where)
    assert look(world) == LOST
    world.cloud.calls.clear()
    return where


@pytest.fixture
def agree(world, ref):
    """A person says yes to what is proposed."""
    (finding,) = world.book.findings.open()
    assert (finding.seen.verdict, finding.seen.proposal) == (Verdict.UNTAGGED, Proposal.TAG)
    stamp = Stamp(by="amina", at=world.moment)
    assert world.book.findings.decide(finding.id, stamp, Decision.YES, "")
    return finding


def take(cloud, ref):
    """Somebody gives it to another service instance."""
    cloud.adopt(ref, Spec(instance="f" * 32, kind=ref.kind, region=ref.region, parameters={}))


def remove(cloud, ref):
    cloud.part(ref)


def test_nothing_is_tagged_without_a_yes(world, ref):
    assert look(world) == LOST
    assert "adopt" not in world.cloud.calls
    assert world.cloud.read(ref).instance == ""


def test_a_yes_puts_the_tag_back_and_the_finding_closes(world, ref, agree):
    assert look(world) == f"{LOST}; 1 tagged"
    assert world.cloud.read(ref).instance == agree.seen.instance
    assert world.book.findings.open() == []
    (closed,) = world.book.findings.closed()
    assert (closed.outcome, closed.decided_by) == ("tagged", "amina")
    assert look(world) == IN_STEP
    tags = world.cloud._records[ref].spec.tags  # noqa: SLF001 - what stands on it
    assert (tags["order"], tags["agency"]) == (agree.seen.order, "byggesak")


def test_what_the_cloud_refuses_is_written_and_can_be_said_yes_to_again(world, ref, agree):
    world.cloud.fail("adopt", NotAuthorised("may not tag"))
    assert look(world) == LOST
    (finding,) = world.book.findings.open()
    assert finding.outcome == "not tagged: may not tag"
    stamp = Stamp(by="amina", at=world.moment)
    assert world.book.findings.decide(finding.id, stamp, Decision.YES, "")
    assert look(world) == f"{LOST}; 1 tagged"


def test_a_cloud_that_is_busy_is_asked_again_next_time(world, ref, agree):
    world.cloud.fail("adopt", Throttled("slow down"), times=9)
    assert look(world) == LOST
    (finding,) = world.book.findings.open()
    assert (finding.decision, finding.outcome) == (Decision.YES, "")
    world.cloud._faults.clear()  # noqa: SLF001 - it is up again
    assert look(world) == f"{LOST}; 1 tagged"


def test_a_lost_answer_tags_it_once(world, ref, agree):
    world.cloud.lose_answer("adopt")
    assert look(world) == f"{LOST}; 1 tagged"
    assert [one.instance for one in world.cloud.inventory()] == [agree.seen.instance]


def test_what_is_gone_by_then_is_not_tagged_but_missing(world, ref, agree):
    world.cloud.part(ref)
    assert look(world) == "0 in step, 1 missing, 0 orphan, 0 drifted"
    assert "adopt" not in world.cloud.calls


@pytest.mark.parametrize(
    ("meanwhile", "outcome"),
    [
        (take, "not tagged: its tag names something else now"),
        (remove, "not tagged: it is not there any more"),
    ],
)
def test_what_changes_between_the_look_and_the_act_is_left_alone(
    world, ref, agree, meanwhile, outcome
):
    """The comparison saw it untagged; the act looks anew."""
    meanwhile(world.cloud, ref)
    world.cloud.calls.clear()
    assert right(Scope(provider="fake", account="sandbox")) == {"removed": 0, "tagged": 0}
    (finding,) = world.book.findings.open()
    assert finding.outcome == outcome
    assert "adopt" not in world.cloud.calls
