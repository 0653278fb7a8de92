"""What each service says of its versions, which the SDK asks before anything else."""

from __future__ import annotations

from emulators.loopback import Answer
from emulators.openstack.call import PROJECT, Call, answer

NOVA = ("2.1", "2.90")
CINDER = ("3.0", "3.70")


def compute(call: Call) -> Answer:
    return answer({"version": _one(call, "v2.1", "compute/v2.1/", NOVA)})


def network(call: Call) -> Answer:
    return answer({"versions": [_one(call, "v2.0", "network/v2.0/", ("", ""))]})


def image(call: Call) -> Answer:
    return answer({"versions": [_one(call, "v2.16", "image/v2/", ("", ""))]})


def volume(call: Call) -> Answer:
    return answer({"versions": [_one(call, "v3.0", f"volume/v3/{PROJECT}", CINDER)]})


def _one(call: Call, id_: str, path: str, micro: tuple[str, str]) -> dict[str, object]:
    links = [{"rel": "self", "href": f"{call.base}/{call.region}/{path}"}]
    told = {"id": id_, "status": "CURRENT", "updated": "2013-07-23T11:33:21Z", "links": links}
    return {**told, "min_version": micro[0], "version": micro[1]} if micro[0] else dict(told)
