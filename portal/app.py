"""The portal, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from catalog.offering import Offering
from leadtime.deliveries import Deliveries
from leadtime.learning import Learning
from ledger import SqlLedger
from portal import (
    acting,
    adopting,
    approving,
    auditing,
    backchannel,
    basketing,
    changing,
    desking,
    ending,
    finding,
    following,
    front,
    helping,
    leadtime_page,
    metrics,
    moving,
    noticing,
    ordering,
    own_routes,
    owning,
    signin,
    surveying,
    touring,
    unlocking,
    voicing,
)
from portal.edge import Edge
from portal.house import House
from portal.limits import Limits
from portal.mail.carrying import carrier
from portal.mail.postman import Postman
from portal.mail.rounds import Rounds
from portal.messenger import Messenger
from portal.offered import Offered
from portal.oidc import Issuer
from portal.refusals import Refusals
from portal.rendering import STATIC, Pages
from portal.rightcloud_routes import ROUTERS as RIGHTCLOUD
from portal.settings import Settings
from portal.tmf import schema
from portal.tmf.routers import ROUTERS as TMF
from rightcloud.counsel import Counsel

PROVIDER_SECONDS = 5.0


def create_app(
    ledger: SqlLedger,
    catalog: Mapping[str, Offering],
    settings: Settings,
    *,
    http: httpx.Client | None = None,
) -> FastAPI:
    """The web application. `http` is what it asks the OpenID provider with."""
    # Nothing from the environment: a proxy must not come between us and the provider.
    client = http or httpx.Client(timeout=PROVIDER_SECONDS, trust_env=False)
    house = House(
        ledger=ledger,
        offered=Offered(catalog, ledger),
        settings=settings,
        issuer=Issuer(settings, client),
        pages=Pages(),
        counsel=Counsel(ledger.rightcloud),
        learning=Learning(ledger.lead_times, ledger.old_orders, settings.calendar),
        deliveries=Deliveries(ledger.lead_times, settings.calendar),
        limits=Limits(settings.rate),
    )
    refusals = Refusals(house)

    def refuse(request: Request, status: int) -> Response:
        return refusals.plain(request, status)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        messenger = Messenger(house) if settings.hub_hosts else None
        postman = (
            Postman(house, carrier(settings.mail), Rounds(always=settings.mail.always))
            if settings.mail
            else None
        )
        busy = [one for one in (messenger, postman) if one is not None]
        for one in busy:
            one.start()
        yield
        for one in busy:
            await asyncio.to_thread(one.close)
        if http is None:
            client.close()

    app = FastAPI(
        lifespan=lifespan,
        title="Grunnmur",
        version="1",
        summary="Service orders in the shape of TMF641 v4.1",
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Edge, url=settings.url, refuse=refuse)],
    )
    app.state.house = house
    static = GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=2000)
    app.mount("/static", static, name="static")
    for module in (
        signin,
        backchannel,
        front,
        helping,
        touring,
        ordering,
        basketing,
        following,
        acting,
        owning,
        changing,
        moving,
        ending,
        unlocking,
        approving,
        desking,
        finding,
        adopting,
        auditing,
        voicing,
        surveying,
        noticing,
        leadtime_page,
        metrics,
    ):
        app.include_router(module.router)
    for router in (*TMF, *RIGHTCLOUD, *own_routes.ROUTERS):
        app.include_router(router)
    refusals.install(app)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Say in /openapi.json how to sign in."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        found = described()
        found.setdefault("components", {})["securitySchemes"] = schema.SCHEME
        return found

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
