"""What an operator finds on a run's page: where the order is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from prefect import task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from providers.types import Change, Resource


@task(name="hand over", cache_policy=NO_CACHE)
def hand_over(order_page: str, order: str, item: str, delivered: Resource) -> None:
    """The order's page, and what it did."""
    ref = delivered.ref
    rows = [{"what": "kind", "value": ref.kind}, {"what": "region", "value": ref.region}]
    rows += [{"what": "id", "value": ref.id}]
    rows += [{"what": name, "value": value} for name, value in sorted(delivered.outputs.items())]
    about = f"What was delivered for item {item} of order {order}"
    _tell(order_page, order, item, Told("delivered", rows, about))


@task(name="hand over", cache_policy=NO_CACHE)
def take_away(order_page: str, order: str, item: str, removed: str) -> None:
    """The order's page, and what was removed."""
    about = f"What was removed for item {item} of order {order}"
    _tell(order_page, order, item, Told("removed", [{"what": "id", "value": removed}], about))


@task(name="show changes", cache_policy=NO_CACHE)
def show_changes(order_page: str, order: str, item: str, changes: list[Change]) -> None:
    """The order's page, and what is about to be changed."""
    rows = [
        {"what": one.field, "from": str(one.actual), "to": str(one.wanted)}
        for one in sorted(changes, key=lambda one: one.field)
    ]
    about = f"What item {item} of order {order} changes"
    _tell(order_page, order, item, Told("changes", rows, about))


@dataclass(frozen=True, slots=True)
class Told:
    """A table under a name of its own."""

    name: str
    rows: list[dict[str, str]]
    about: str


def _tell(order_page: str, order: str, item: str, told: Told) -> None:
    """When Prefect is away the order goes on all the same."""
    key = f"order-{order}-{item}".lower().replace("_", "-")
    try:
        if order_page:
            text, about = f"Order {order}", "The order in the portal"
            create_link_artifact(order_page, link_text=text, key=f"{key}-page", description=about)
        create_table_artifact(told.rows, key=f"{key}-{told.name}", description=told.about)
    except httpx.HTTPError as error:
        get_run_logger().warning("no artifact: Prefect answers %s", type(error).__name__)
