"""Keystone: takes anyone who names himself, and tells where the services are."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from emulators.loopback import Answer
from emulators.openstack.call import PROJECT, Call, Refusal, answer

REGIONS = ("oslo-1", "oslo-2")
HOURS = 8 * 3600
# type of service -> path of its endpoint behind the region
ENDPOINTS = {
    "compute": "compute/v2.1",
    "network": "network",
    "image": "image",
    "block-storage": f"volume/v3/{PROJECT}",
    "object-store": f"object-store/v1/AUTH_{PROJECT}",
}


def sign_in(call: Call) -> Answer:
    """Any name and password will do: there is nothing here to protect from this machine."""
    told = call.asked("auth").get("identity")
    if not isinstance(told, dict) or "password" not in (told.get("methods") or []):
        raise Refusal(401, "The request you have made requires authentication.")
    now = call.cloud.clock()
    user = {"id": "e" * 32, "name": "emulator", "domain": {"id": "default", "name": "Default"}}
    token = {
        "methods": ["password"],
        "user": user,
        "project": {"id": PROJECT, "name": "sandbox", "domain": user["domain"]},
        "roles": [{"id": "a" * 32, "name": "member"}],
        "issued_at": _stamp(now),
        "expires_at": _stamp(now + HOURS),
        "is_domain": False,
        "catalog": [_service(number, *kind, call) for number, kind in enumerate(_services(), 1)],
    }
    return answer({"token": token}, 201, {"X-Subject-Token": f"emulated-{secrets.token_hex(16)}"})


def version(call: Call) -> Answer:
    link = {"rel": "self", "href": f"{call.base}/identity/v3/"}
    told = {"id": "v3.14", "status": "stable", "links": [link], "media-types": []}
    return answer({"version": told})


def _services() -> list[tuple[str, str]]:
    return [("identity", "identity/v3"), *ENDPOINTS.items()]


def _service(number: int, kind: str, path: str, call: Call) -> dict[str, object]:
    def endpoint(region: str) -> dict[str, str]:
        where = path if kind == "identity" else f"{region}/{path}"
        return {
            "id": f"{number:032x}",
            "interface": "public",
            "region": region,
            "region_id": region,
            "url": f"{call.base}/{where}",
        }

    endpoints = [endpoint(region) for region in REGIONS]
    return {"id": f"{number:032x}", "type": kind, "name": kind, "endpoints": endpoints}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
