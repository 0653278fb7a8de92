"""A landing zone as a cloud team hands it over: a network with room for what agencies order."""

from __future__ import annotations

import json
from typing import Any

from emulators.azure.service import Emulator
from emulators.loopback import Request

NAME = "landing-zone"
WORKLOADS = "workloads"
NETWORK = {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    "subnets": [{"name": WORKLOADS, "properties": {"addressPrefix": "10.0.0.0/18"}}],
}


def furnish(emulator: Emulator, subscription: str, region: str) -> str:
    """Make sure the landing zone is there; gives the id of its subnet. Fine to repeat."""
    group = f"/subscriptions/{subscription}/resourceGroups/{NAME}"
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/{NAME}"
    _put(emulator, group, {"location": region})
    _put(emulator, network, {"location": region, "properties": NETWORK})
    return f"{network}/subnets/{WORKLOADS}"


def _put(emulator: Emulator, path: str, body: dict[str, Any]) -> None:
    version = emulator.contract.find("PUT", path).operation.version
    headers = {"authorization": "Bearer landing-zone", "host": "127.0.0.1"}
    request = Request("PUT", path, f"api-version={version}", headers, json.dumps(body).encode())
    answer = emulator.answer(request)
    if answer.status not in {200, 201}:
        raise RuntimeError(f"the landing zone cannot be made: {answer.body.decode()}")
