"""What time does to servers: they come up, fail, change their size, and go."""

from __future__ import annotations

import base64
import logging
import re

from emulators.openstack.call import Cloud
from emulators.openstack.identity import REGIONS
from emulators.openstack.store import Thing

# what a cloud-config has its server say on the console, for a server that nothing really runs
SAID = re.compile(r'echo \\?"([^"$\\]+)\\?" >/dev/console')

REBOOTING = "rebooting_hard"

log = logging.getLogger(__name__)


def settle(cloud: Cloud) -> None:
    """Bring every server to where it is by now."""
    for region in REGIONS:
        for server in cloud.store.each(f"{region}/servers"):
            _settle(cloud, region, server)


def bring_back(cloud: Cloud) -> None:
    """Start what ran when the emulator ended; what cannot start again says why."""
    for region in REGIONS:
        for server in cloud.store.each(f"{region}/servers"):
            lives = server["status"] in {"ACTIVE", "BUILD"}
            if not server.get("_boots") or not lives or cloud.guests is None:
                continue
            if refused := cloud.guests.boot(server):
                _put(cloud, region, server, _failed(cloud, refused))
            elif server["status"] == "ACTIVE":
                _put(cloud, region, server, {"OS-EXT-STS:task_state": "powering-on"})


def _settle(cloud: Cloud, region: str, server: Thing) -> None:
    due = server.get("_due")
    if server.get("_boots"):
        _follow(cloud, region, server)
    if due is None or due > cloud.clock():
        return
    if server["OS-EXT-STS:task_state"] == "deleting":
        _remove(cloud, region, server)
    elif server["_fails"]:
        _put(cloud, region, server, _failed(cloud, server["_fails"]))
    elif server["status"] == "RESIZE":
        more = {"status": "VERIFY_RESIZE", "flavor": server["_to"], "OS-EXT-STS:task_state": None}
        _put(cloud, region, server, more | {"_due": None})
    elif server.get("_confirming"):
        _put(cloud, region, server, {"status": "ACTIVE", "_confirming": False, "_due": None})
    elif not server.get("_boots"):
        _pass(cloud, region, server)


def _pass(cloud: Cloud, region: str, server: Thing) -> None:
    """What comes of a server that nothing really runs."""
    if server["status"] == "BUILD":
        said = SAID.findall(base64.b64decode(server["_user_data"]).decode(errors="replace"))
        console = "\n".join(["simulated: nothing really runs here", *said[-1:]])
        _put(cloud, region, server, _up(cloud) | {"_console": console})
    elif server["OS-EXT-STS:task_state"] == REBOOTING:
        _put(cloud, region, server, _up(cloud))


def _follow(cloud: Cloud, region: str, server: Thing) -> None:
    """A server that really runs is as its guest is."""
    if cloud.guests is None or server["OS-EXT-STS:task_state"] == "deleting":
        return
    seen = cloud.guests.look(server["id"])
    if seen["state"] == "simulated":  # there is no system to boot: only time passes
        log.warning("%s is simulated: %s", server["name"], seen["why"])
        _put(cloud, region, server, {"_boots": False, "_due": cloud.clock()})
    task = server["OS-EXT-STS:task_state"]
    if seen["state"] == "ended" and (task or server["status"] != "ERROR"):
        _put(cloud, region, server, _failed(cloud, seen["why"]))
    coming = server["status"] == "BUILD" or task in {"powering-on", REBOOTING}
    if seen["state"] == "answering" and coming:
        where = {name: seen[name] for name in ("url", "ssh", "database") if seen.get(name)}
        more = _up(cloud) | {"metadata": {**server["metadata"], **where}}
        _put(cloud, region, server, more)


def _up(cloud: Cloud) -> Thing:
    return {
        "status": "ACTIVE",
        "OS-EXT-STS:task_state": None,
        "OS-EXT-STS:vm_state": "active",
        "OS-SRV-USG:launched_at": cloud.zulu(),
        "_due": None,
    }


def _failed(cloud: Cloud, why: str) -> Thing:
    fault = {"code": 500, "created": cloud.zulu(), "message": why}
    told = {"status": "ERROR", "OS-EXT-STS:task_state": None, "OS-EXT-STS:vm_state": "error"}
    return {**told, "fault": fault, "_due": None, "_fails": ""}


def _remove(cloud: Cloud, region: str, server: Thing) -> None:
    cloud.store.drop(f"{region}/servers", server["id"])
    for volume in server["os-extended-volumes:volumes_attached"]:
        cloud.store.drop(f"{region}/volumes", volume["id"])
    for port in cloud.store.each(f"{region}/ports"):
        if port["device_id"] == server["id"]:
            cloud.store.drop(f"{region}/ports", port["id"])


def _put(cloud: Cloud, region: str, server: Thing, more: Thing) -> None:
    server.update(more)
    cloud.store.put(f"{region}/servers", server)
