"""The flow that looks for what was there before us: candidates, with whose they seem to be.

It changes nothing in a cloud and places no order: that takes a person's yes in the portal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from catalog.adopting import Surroundings, propose
from flows import running, runtime
from flows.faults import guarded
from flows.meeting import strangers, surroundings
from orders.adoption import Met, Proposal
from orders.findings import Scope
from providers.errors import NotAuthorised

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a look came to."""

    there: int
    new: int
    gone: int
    ready: int

    @property
    def text(self) -> str:
        """Such as `12 without our tag, 3 of them new, 7 with a whole proposal; 1 gone`."""
        return (
            f"{self.there} without our tag, {self.new} of them new, "
            f"{self.ready} with a whole proposal; {self.gone} gone"
        )


@flow(name="discover", flow_run_name="{provider} {account}", persist_result=False)
def discover(provider: str, account: str) -> State[Any]:
    """Everything in one account at one provider that carries no tag of ours. Safe at any time."""
    scope = Scope(provider=provider, account=account)
    control = running.current()
    with running.controlled_by(control):
        try:
            tally = look(scope, runtime.house().now())
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; nothing was closed"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
        except NotAuthorised as error:
            if next(iter(runtime.house().ledger.wanted(provider, account)), None) is not None:
                raise
            message = f"nothing was ever ordered there, and nobody may look: {error}"
            return State(type=StateType.COMPLETED, name="Not in use", message=message)
    report(scope, tally)
    name = "Candidates" if tally.there else "Nothing"
    return State(type=StateType.COMPLETED, name=name, message=tally.text)


@task(name="look", cache_policy=NO_CACHE)
@guarded
def look(scope: Scope, at: datetime) -> Tally:
    """Page by page, so that memory stays flat; what was not met again closes itself."""
    house, known = runtime.house(), surroundings(scope)
    book, there, new, ready = house.ledger.candidates, 0, 0, 0
    with strangers(house.connect(scope.provider, scope.account), scope) as met:
        for several in iter(lambda: list(islice(met, CHUNK)), []):
            running.current().check()
            found = list(_proposed(several, known, scope, at))
            there += len(found)
            ready += sum(proposal.ready for _, proposal in found)
            new += book.tell(found, at)
    return Tally(there=there, new=new, ready=ready, gone=book.close(scope, at))


def _proposed(
    met: Sequence[Met], known: Surroundings, scope: Scope, at: datetime
) -> Iterator[tuple[Met, Proposal]]:
    """But for what is a thing, or is being delivered: of that, reconciliation tells."""
    house = runtime.house()
    ours = house.ledger.candidates.accounted(scope, [one.resource for one in met])
    today, offered = at.date(), house.offerings()
    for one in met:
        if one.resource not in ours:
            yield one, propose(one, offered, known, today)


@task(name="report", cache_policy=NO_CACHE)
def report(scope: Scope, tally: Tally) -> None:
    """A page with the counts, and where to go on."""
    desk = runtime.house().portal_url
    where = f" [What is proposed]({desk}/adoption)." if desk else ""
    page = f"# {scope.account} at {scope.provider}\n\n{tally.text}.{where}\n"
    key = f"discover-{scope.provider}-{scope.account}"
    create_markdown_artifact(page, key=key, description=f"What could be adopted in {scope.account}")
