"""The flow that compares what a provider has with what the ledger says.

What differs becomes a finding. Only what somebody, or an offering's policy, said yes to is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType

from flows import righting, running, runtime
from flows.faults import guarded
from flows.judging import Look
from ledger.findings import Told
from orders.findings import Scope, Seen, told
from orders.reconcile import Verdict
from providers.errors import NotAuthorised

# More rows than anyone reads; the counts tell the whole, and the portal has them all.
ROWS = 1000
# What is always counted, and what only when there is any.
ALWAYS = (Verdict.MISSING, Verdict.ORPHAN, Verdict.DRIFTED)
SELDOM = (Verdict.LATE, Verdict.LEFT_OVER, Verdict.EXPIRED, Verdict.UNTAGGED)


@dataclass(frozen=True, slots=True)
class Result:
    """What a look found: how many are in step in each region, and each that is not."""

    in_step: Mapping[str, int]
    differences: list[Seen]


@flow(name="reconcile", flow_run_name="{provider} {account}", persist_result=False)
def reconcile(provider: str, account: str, region: str = "") -> State[Any]:
    """Everything of ours in one account at one provider, found against wanted.

    In one region, when one is named. Safe to run at any time.
    """
    scope = Scope(provider=provider, account=account, region=region or None)
    control = running.current()
    with running.controlled_by(control):
        try:
            result, done = _looked(scope)
        except running.Interrupted as interrupted:
            message = f"{interrupted.wish.value}; nothing was compared to the end"
            return State(type=StateType.CANCELLED, name="Cancelled", message=message)
        except NotAuthorised as error:
            if next(iter(runtime.house().ledger.wanted(provider, account)), None) is not None:
                raise
            message = f"nothing was ever ordered there, and nobody may look: {error}"
            return State(type=StateType.COMPLETED, name="Not in use", message=message)
    text = "; ".join([summary(result), *(f"{n} {what}" for what, n in done.items() if n)])
    name = "Differences" if result.differences else "In step"
    return State(type=StateType.COMPLETED, name=name, message=text)


def _looked(scope: Scope) -> tuple[Result, Mapping[str, int]]:
    at = runtime.house().now()
    result = compare(scope, at)
    news = tell(scope, result.differences, at)
    report(scope, result, news)
    return result, right(scope)


@task(name="compare", cache_policy=NO_CACHE)
@guarded
def compare(scope: Scope, at: datetime) -> Result:
    there = runtime.house().connect(scope.provider, scope.account)
    look = Look(there=there, scope=scope, now=at)
    differences = list(look.differences())
    return Result(dict(look.in_step), differences)


@task(name="tell", cache_policy=NO_CACHE)
@guarded
def tell(scope: Scope, differences: list[Seen], at: datetime) -> Told:
    """Open and close findings in the ledger."""
    return runtime.house().ledger.findings.tell(scope, differences, at)


@task(name="right", cache_policy=NO_CACHE)
@guarded
def right(scope: Scope) -> Mapping[str, int]:
    """Remove and tag what was agreed to; how many of each."""
    return righting.right(scope)


@task(name="report", cache_policy=NO_CACHE)
def report(scope: Scope, result: Result, news: Told) -> None:
    """A table of what differs, and a page with the counts."""
    key = "-".join(filter(None, ("reconcile", scope.provider, scope.account, scope.region)))
    about = f"What differs in {scope.account} at {scope.provider}"
    rows = [told(seen) for seen in islice(result.differences, ROWS)]
    create_table_artifact(rows, key=f"{key}-table", description=about)
    create_markdown_artifact(_page(scope, result, news), key=key, description=about)


def summary(result: Result) -> str:
    """Such as `412 in step, 1 missing, 0 orphan, 2 drifted, 1 late`."""
    counts = Counter(seen.verdict for seen in result.differences)
    found = [f"{counts[one]} {one}" for one in ALWAYS]
    found += [f"{counts[one]} {one}" for one in SELDOM if counts[one]]
    return ", ".join([f"{sum(result.in_step.values())} {Verdict.IN_STEP}", *found])


def _page(scope: Scope, result: Result, news: Told) -> str:
    """Counts by region; in the order of the verdicts."""
    counts = Counter((seen.region, seen.verdict) for seen in result.differences)
    regions = sorted({*result.in_step, *(region for region, _ in counts)})
    counts.update({(one, Verdict.IN_STEP): number for one, number in result.in_step.items()})
    head = ["finding", *regions]
    lines = [f"# {scope.account} at {scope.provider}", "", _row(head), _row(["---"] * len(head))]
    lines += [_row([one, *(str(counts[where, one]) for where in regions)]) for one in Verdict]
    desk = runtime.house().portal_url
    where = f" [What is proposed]({desk}/findings)." if desk else ""
    lines += ["", f"{news.opened} new, {news.closed} gone since the last look.{where}", ""]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
