"""What an operator finds on a run's page: where the order is, and what was delivered."""

from __future__ import annotations

import httpx
from prefect import task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from providers.types import Resource


@task(name="hand over", cache_policy=NO_CACHE)
def hand_over(order_page: str, order: str, item: str, delivered: Resource) -> None:
    """Write both. They tell of a delivery; when Prefect is away it is delivered all the same."""
    key = f"order-{order}-{item}".lower().replace("_", "-")
    ref = delivered.ref
    rows = [{"what": "kind", "value": ref.kind}, {"what": "region", "value": ref.region}]
    rows += [{"what": "id", "value": ref.id}]
    rows += [{"what": name, "value": value} for name, value in sorted(delivered.outputs.items())]
    try:
        if order_page:
            text, about = f"Order {order}", "The order in the portal"
            create_link_artifact(order_page, link_text=text, key=f"{key}-page", description=about)
        about = f"What was delivered for item {item} of order {order}"
        create_table_artifact(rows, key=f"{key}-delivered", description=about)
    except httpx.HTTPError as error:
        get_run_logger().warning("no artifact: Prefect answers %s", type(error).__name__)
