"""A landing zone as a cloud team hands it over: in each region a VPC with room for servers."""

from __future__ import annotations

import json
from typing import Any

from emulators.ibm import offers
from emulators.ibm.service import Emulator
from emulators.loopback import Request

NAME = "landing-zone"
WORKLOADS = "landing-zone-workloads"
RANGE = "10.239.0.0/18"
VERSION = "version=2026-10-13&generation=2"


def furnish(emulator: Emulator) -> None:
    """Make sure it is there in every region. Fine to repeat."""
    for region in offers.REGIONS:
        vpcs = _ask(emulator, "GET", f"/{region}/v1/vpcs")["vpcs"]
        if NAME not in {one["name"] for one in vpcs}:
            _make(emulator, region)


def _make(emulator: Emulator, region: str) -> None:
    base, zone = f"/{region}/v1", {"name": offers.zones(region)[0]}
    asked: dict[str, Any] = {"name": NAME, "address_prefix_management": "manual"}
    vpc = _ask(emulator, "POST", f"{base}/vpcs", asked)["id"]
    prefixes = f"{base}/vpcs/{vpc}/address_prefixes"
    _ask(emulator, "POST", prefixes, {"name": WORKLOADS, "cidr": RANGE, "zone": zone})
    asked = {"name": WORKLOADS, "vpc": {"id": vpc}, "zone": zone, "ipv4_cidr_block": RANGE}
    _ask(emulator, "POST", f"{base}/subnets", asked)


def _ask(
    emulator: Emulator, verb: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    raw = json.dumps(body).encode() if body else b""
    answer = emulator.answer(Request(verb, path, VERSION, {"host": "127.0.0.1"}, raw))
    told: dict[str, Any] = json.loads(answer.body)
    if answer.status not in {200, 201}:
        raise RuntimeError(f"the landing zone cannot be made: {told}")
    return told
