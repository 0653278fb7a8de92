"""Everything of the API that the portal serves."""

from portal.tmf import cancelling, catalogue, routes

ROUTERS = (routes.router, cancelling.router, catalogue.router)
