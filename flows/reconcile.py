"""The flow that compares what a provider has with what the ledger says. It changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from flows import running, runtime, specs
from flows.calls import patiently
from flows.faults import guarded
from ledger import Wanted
from orders import model
from orders import reconcile as comparison
from orders.lifecycle import replay
from orders.reconcile import Finding, Verdict
from providers import Provider
from providers.errors import NotAuthorised
from providers.types import Resource

# More rows than anyone reads; the counts tell the whole.
ROWS = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as the comparison sees it."""

    resource: Resource

    @property
    def instance(self) -> str:
        return self.resource.instance

    @property
    def id(self) -> str:
        return self.resource.ref.id


Result = Finding[Wanted, Found]


@flow(name="reconcile", flow_run_name="{provider} {account}", persist_result=False)
def reconcile(provider: str, account: str) -> State[Any]:
    """Everything of ours in one account at one provider, found against wanted."""
    control = running.current()
    with running.controlled_by(control):
        try:
            findings = compare(provider, account)
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; nothing was compared to the end"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
        except NotAuthorised as error:
            if next(iter(runtime.house().ledger.wanted(provider, account)), None) is not None:
                raise
            message = f"nothing was ever ordered there, and nobody may look: {error}"
            return State(type=StateType.COMPLETED, name="Not in use", message=message)
    report(provider, account, findings)
    text = summary(findings)
    name = "In step" if not differences(findings) else "Differences"
    return State(type=StateType.COMPLETED, name=name, message=text)


@task(name="compare", cache_policy=NO_CACHE)
@guarded
def compare(provider: str, account: str) -> list[Result]:
    """One finding per instance, in order of instance."""
    there = runtime.house().connect(provider, account)
    return list(_confirmed(there, provider, account))


@task(name="report", cache_policy=NO_CACHE)
def report(provider: str, account: str, findings: list[Result]) -> None:
    """A table of what differs, and a page with the counts."""
    key = f"reconcile-{provider}-{account}"
    about = f"What differs in {account} at {provider}"
    differing = differences(findings)
    rows = [_row(finding) for finding in islice(differing, ROWS)]
    create_table_artifact(rows, key=f"{key}-table", description=about)
    create_markdown_artifact(_page(provider, account, findings), key=key, description=about)


def differences(findings: list[Result]) -> list[Result]:
    return [finding for finding in findings if finding.verdict is not Verdict.IN_STEP]


def summary(findings: list[Result]) -> str:
    """Such as `412 in step, 1 missing, 0 orphan, 2 drifted`."""
    counts = Counter(finding.verdict for finding in findings)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)


def _confirmed(there: Provider, provider: str, account: str) -> Iterator[Result]:
    """The comparison, with a second look at what orders in flight can have made seem different."""
    book, control = runtime.house().ledger, running.current()
    everything = patiently(lambda: list(there.inventory()))
    found = sorted(map(Found, everything), key=attrgetter("instance"))
    findings = list(comparison.compare(book.wanted(provider, account), found))
    strays = {f.instance for f in findings if f.verdict is Verdict.ORPHAN}
    known = (
        {(w.instance, w.resource_id) for w in book.wanted(provider, account)} if strays else set()
    )
    for finding in findings:
        control.check()
        match finding.verdict:
            case Verdict.ORPHAN if finding.found and _known(finding.found, known):
                continue
            case Verdict.MISSING if finding.wanted and _still_there(there, finding.wanted):
                continue
            case Verdict.IN_STEP:
                yield _looked_at(there, finding)
            case _:
                yield finding


def _known(found: Found, known: set[tuple[str, str | None]]) -> bool:
    """Whether an order that came in between accounts for it."""
    return bool({(found.instance, found.id), (found.instance, None)} & known)


def _still_there(there: Provider, wanted: Wanted) -> bool:
    """Whether it was only too new for the inventory, or on its way out with its order."""
    ref = specs.ref(
        model.ResourceRef(kind=wanted.kind, region=wanted.region, id=wanted.resource_id or "")
    )
    return patiently(lambda: there.read(ref)) is not None


def _looked_at(there: Provider, finding: Result) -> Result:
    """In step, or drifted with the fields that differ. Only what is delivered can drift."""
    wanted = finding.wanted
    if wanted is None or wanted.state is not model.State.COMPLETED:
        return finding
    order = replay(runtime.house().ledger.history(wanted.order))
    spec = specs.spec(order, order.items[wanted.item])
    changes = patiently(lambda: there.preview(spec))
    if not changes:
        return finding
    fields = tuple(sorted(change.field for change in changes))
    return Finding(verdict=Verdict.DRIFTED, wanted=wanted, found=finding.found, fields=fields)


def _row(finding: Result) -> dict[str, str]:
    wanted, found = finding.wanted, finding.found
    return {
        "finding": finding.verdict,
        "resource": found.id if found else (wanted.resource_id or "" if wanted else ""),
        "order": f"{wanted.order}-{wanted.item}" if wanted else "",
        "agency": wanted.agency if wanted else "",
        "name": wanted.name if wanted else "",
        "fields": ", ".join(finding.fields),
        "instance": finding.instance,
    }


def _page(provider: str, account: str, findings: list[Result]) -> str:
    counts = Counter(finding.verdict for finding in findings)
    lines = [f"# {account} at {provider}", "", "| finding | instances |", "|---|---|"]
    lines += [f"| {verdict} | {counts[verdict]} |" for verdict in Verdict]
    lines += ["", "Nothing was changed.", ""]
    return "\n".join(lines)
