"""Nova: what is done to a server that stands."""

from __future__ import annotations

from emulators.loopback import Answer
from emulators.openstack import faults
from emulators.openstack.call import Call, Refusal, answer
from emulators.openstack.passing import REBOOTING
from emulators.openstack.servers import due, flavour, must
from emulators.openstack.store import Thing


def act(call: Call) -> Answer:
    """Resize, confirm, hard reboot and console; what else Nova can do is not offered."""
    server = must(call)
    action = next(iter(call.body), "")
    told_ = call.body.get(action) or {}
    if action == "os-getConsoleOutput":
        return answer({"output": _console(call, server)})
    if action == "resize":
        if server["status"] not in {"ACTIVE", "SHUTOFF"} or server["OS-EXT-STS:task_state"]:
            raise Refusal(409, f"Cannot 'resize' instance {server['id']} while it is busy")
        wanted = flavour(call, told_.get("flavorRef"))
        fails = faults.ends(call.rule)
        more = {"status": "RESIZE", "OS-EXT-STS:task_state": "resize_prep"}
        server |= more | {"_due": due(call), "_to": wanted, "_fails": fails}
    elif action == "reboot":
        server |= _rebooting(call, server, told_)
    elif action == "confirmResize":
        if server["status"] != "VERIFY_RESIZE":
            raise Refusal(
                409,
                f"Cannot 'confirmResize' instance {server['id']} while it is in vm_state active",
            )
        if server.get("_confirming"):  # Nova's words for it, while it still says VERIFY_RESIZE
            raise Refusal(400, "Instance has not been resized.")
        server |= {"_confirming": True, "_due": due(call)}
    else:
        raise Refusal(501, f"the emulator does not offer the action {action!r}")
    call.store.put(call.named("servers"), server)
    return answer(None, 202)


def _rebooting(call: Call, server: Thing, asked: Thing) -> Thing:
    """Of a server that failed, Nova goes on saying ERROR until it is up again."""
    if asked.get("type") != "HARD":
        raise Refusal(501, "the emulator does not offer a soft reboot")
    if server["status"] not in {"ACTIVE", "SHUTOFF", "ERROR"} or server["OS-EXT-STS:task_state"]:
        raise Refusal(409, f"Cannot 'reboot' instance {server['id']} while it is busy")
    more: Thing = {"OS-EXT-STS:task_state": REBOOTING, "_due": due(call), "_fails": ""}
    if server.get("_boots") and call.cloud.guests:
        more["_fails"] = call.cloud.guests.boot(server)
    return more


def _console(call: Call, server: Thing) -> str:
    if call.cloud.guests and server.get("_boots"):
        return call.cloud.guests.console(server["id"])
    return str(server.get("_console", ""))
