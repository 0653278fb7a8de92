"""All routes of RightCloud, for the portal to include."""

from __future__ import annotations

from portal import rightcloud_api, rightcloud_pages, rightcloud_policy, rightcloud_prices

ROUTERS = (
    rightcloud_pages.router,
    rightcloud_policy.router,
    rightcloud_prices.router,
    rightcloud_api.router,
)
