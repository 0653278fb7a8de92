"""Route tables that learn what a virtual private gateway knows; moto does not have it."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from emulators.aws.answers import AwsError
from emulators.aws.things import Call


def enable(call: Call) -> dict[str, Any]:
    table, gateway, known = _asked(call)
    if gateway.id not in known:
        table.propagating_vgws = [{"GatewayId": id_} for id_ in (*known, gateway.id)]
    return {}


def disable(call: Call) -> dict[str, Any]:
    table, gateway, known = _asked(call)
    table.propagating_vgws = [{"GatewayId": id_} for id_ in known if id_ != gateway.id]
    return {}


def _asked(call: Call) -> tuple[Any, Any, list[str]]:
    """The route table, the gateway, and the gateways the table learns from."""
    backend = ec2_backends[call.operation.account][call.operation.region]
    table = backend.route_tables.get(str(call.asked["RouteTableId"]))
    gateway = backend.vpn_gateways.get(str(call.asked["GatewayId"]))
    if table is None:
        raise AwsError(
            "InvalidRouteTableID.NotFound", f"{call.asked['RouteTableId']} does not exist"
        )
    if gateway is None or table.vpc_id not in gateway.attachments:
        raise AwsError(
            "Gateway.NotAttached",
            f"resource {call.asked['GatewayId']} is not attached to network {table.vpc_id}",
        )
    have = getattr(table, "propagating_vgws", [])
    return table, gateway, [str(one["GatewayId"]) for one in have]


SERVES = {
    "ec2.EnableVgwRoutePropagation": enable,
    "ec2.DisableVgwRoutePropagation": disable,
}
