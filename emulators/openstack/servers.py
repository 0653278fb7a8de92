"""Nova: servers, which take their time, and may find no room."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from emulators.loopback import Answer
from emulators.openstack import addresses, faults, offers
from emulators.openstack.call import (
    PROJECT,
    Call,
    Refusal,
    answer,
    check_fields,
    new_id,
    page,
    told,
)
from emulators.openstack.fields import fields
from emulators.openstack.networks import of_network
from emulators.openstack.store import Thing

OURS = frozenset({"user_data", "security_groups", "tags", "block_device_mapping_v2"})
LONGEST_USER_DATA = 65_535
LONGEST_VALUE, LONGEST_TAG, MOST_TAGS = 255, 60, 50
ZEROS = {"progress": 0, "accessIPv4": "", "accessIPv6": "", "key_name": None, "locked": False}


def create(call: Call) -> Answer:
    given = call.asked("server")
    check_fields(given, fields("server") | OURS)
    size, image = _offered(call, given)
    network = _network(call, given)
    _check_texts(given)
    id_ = new_id()
    addresses_, lacks = _plugged(call, id_, network, given)
    now = call.cloud.zulu()
    server = {
        "id": id_,
        "name": given["name"],
        "status": "BUILD",
        "OS-EXT-STS:task_state": "scheduling",
        "OS-EXT-STS:vm_state": "building",
        "tenant_id": PROJECT,
        "created": now,
        "updated": now,
        "flavor": size,
        "image": {"id": image} if given.get("imageRef") else "",
        "metadata": dict(given.get("metadata") or {}),
        "tags": list(given.get("tags") or []),
        "addresses": addresses_,
        "os-extended-volumes:volumes_attached": _volume(call, given),
        "security_groups": given.get("security_groups") or [{"name": "default"}],
        **ZEROS,
        "_user_data": given.get("user_data", ""),
        "_image": image,
        "_due": call.cloud.clock() + call.cloud.lag,
        "_fails": faults.ends(call.rule) or lacks,
    }
    if not server["_fails"]:
        _begin(call, server)
    call.store.put(call.named("servers"), server)
    brief = {"id": id_, "links": [], "OS-DCF:diskConfig": "MANUAL", "security_groups": []}
    return answer({"server": {**brief, "adminPass": "none-is-set"}}, 202)


def get(call: Call) -> Answer:
    return answer({"server": told(must(call))})


def list_(call: Call) -> Answer:
    found = call.store.each(call.named("servers"))
    if "tags" in call.query:
        wanted = set(call.query["tags"].split(","))
        found = [server for server in found if wanted <= set(server["tags"])]
    if "name" in call.query:
        found = [server for server in found if call.query["name"] in server["name"]]
    return page(call, "servers", found[::-1])  # Nova's newest first


def delete(call: Call) -> Answer:
    server = must(call)
    if server["OS-EXT-STS:task_state"] != "deleting":
        server |= {"OS-EXT-STS:task_state": "deleting", "_due": due(call)}
        call.store.put(call.named("servers"), server)
        if call.cloud.guests and server.get("_boots"):
            call.cloud.guests.stop(server["id"])
    return answer(None, 204)


def _begin(call: Call, server: Thing) -> None:
    """Boot it for real where something here takes it; else only time passes."""
    guests = call.cloud.guests
    if guests is None or not guests.takes(server):
        return
    if refused := guests.boot(server):
        server["_fails"] = refused
    else:
        server["_boots"] = True


def _offered(call: Call, given: dict[str, Any]) -> tuple[Thing, str]:
    size = flavour(call, given.get("flavorRef"))
    mapped = given.get("block_device_mapping_v2") or [{}]
    image = given.get("imageRef") or mapped[0].get("uuid")
    if image not in {one["id"] for one in offers.images(call.region)}:
        raise Refusal(400, f"Can not find requested image {image}")
    return size, str(image)


def flavour(call: Call, id_: object) -> Thing:
    for one in offers.flavours(call.region):
        if one["id"] == id_:
            shown = {name: one[name] for name in ("vcpus", "ram", "disk")}
            return {**shown, "original_name": one["name"], "ephemeral": 0, "swap": 0}
    raise Refusal(400, f"Flavor {id_} could not be found.")


def _network(call: Call, given: dict[str, Any]) -> Thing:
    asked = given.get("networks")
    if not isinstance(asked, list) or not asked or not isinstance(asked[0], dict):
        raise Refusal(400, "Invalid input for field/attribute networks.")
    found = call.store.get(call.named("networks"), str(asked[0].get("uuid")))
    if found is None or not of_network(call, found["id"]):
        raise Refusal(400, f"Network {asked[0].get('uuid')} could not be found or has no subnet.")
    return found


def _plugged(call: Call, id_: str, network: Thing, given: dict[str, Any]) -> tuple[Thing, str]:
    """Its addresses; or why its build fails, which Nova finds only after it took the order."""
    try:
        return _addresses(network, _port(call, id_, network, given)), ""
    except Refusal as refusal:
        if refusal.kind != "IpAddressGenerationFailure":
            raise
    lack = f"No fixed IP addresses available for network: {network['id']}"
    why = f"Failed to allocate the network(s) with error {lack}, not rescheduling."
    return {}, f"Build of instance {id_} aborted: {why}"


def _port(call: Call, device: str, network: Thing, given: dict[str, Any]) -> Thing:
    """One port on the first subnet of the network, in the groups that are asked for."""
    subnet = of_network(call, network["id"])[0]
    groups = [str(one["name"]) for one in given.get("security_groups") or []]
    for group in groups:
        if call.store.get(call.named("security-groups"), group) is None:
            raise Refusal(400, f"Unable to find security_group with name or id '{group}'")
    port = {
        "id": new_id(),
        "network_id": network["id"],
        "device_id": device,
        "device_owner": "compute:nova",
        "fixed_ips": [{"subnet_id": subnet["id"], "ip_address": addresses.next_free(call, subnet)}],
        "security_groups": groups,
        "status": "ACTIVE",
        "project_id": PROJECT,
        "_subnet": subnet["id"],
    }
    call.store.put(call.named("ports"), port)
    return port


def _addresses(network: Thing, port: Thing) -> Thing:
    one = {"addr": port["fixed_ips"][0]["ip_address"], "version": 4, "OS-EXT-IPS:type": "fixed"}
    return {network["name"]: [one]}


def _volume(call: Call, given: dict[str, Any]) -> list[dict[str, str]]:
    mapped = given.get("block_device_mapping_v2") or []
    volumes = [{"id": new_id(), "size": int(one["volume_size"])} for one in mapped]
    for volume in volumes:
        call.store.put(call.named("volumes"), {**volume, "status": "in-use"})
    return [{"id": str(volume["id"])} for volume in volumes]


def _check_texts(given: dict[str, Any]) -> None:
    if not isinstance(given.get("name"), str) or not 0 < len(given["name"]) <= LONGEST_VALUE:
        raise Refusal(400, f"Invalid input for field/attribute name. Value: {given.get('name')}.")
    tags = given.get("tags") or []
    if len(tags) > MOST_TAGS or any(len(one) > LONGEST_TAG or "," in one for one in tags):
        raise Refusal(400, "Invalid input for field/attribute tags.")
    check_metadata(given.get("metadata") or {})
    try:
        text = base64.b64decode(given.get("user_data", ""), validate=True)
    except binascii.Error:
        raise Refusal(400, "Userdata content cannot be decoded") from None
    if len(text) > LONGEST_USER_DATA:
        raise Refusal(400, "Userdata is too large")


def check_metadata(given: dict[str, Any]) -> None:
    for key, value in given.items():
        if not isinstance(value, str) or max(len(key), len(value)) > LONGEST_VALUE:
            raise Refusal(400, f"Invalid input for field/attribute {key}.")


def due(call: Call) -> float:
    return call.cloud.clock() + call.cloud.lag


def must(call: Call) -> Thing:
    found = call.store.get(call.named("servers"), call.path["id"])
    if found is None:
        raise Refusal(404, f"Instance {call.path['id']} could not be found.")
    return found
