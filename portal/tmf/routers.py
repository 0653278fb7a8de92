"""Everything of the API that the portal serves."""

from portal.tmf import approving, cancelling, catalogue, hub, inventory, patching, routes

ROUTERS = (
    routes.router,
    patching.router,
    cancelling.router,
    approving.router,
    catalogue.router,
    inventory.router,
    hub.router,
)
