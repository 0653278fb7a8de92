"""Boot volumes of instances, and the images they are made from."""

from __future__ import annotations

from dataclasses import replace

from emulators.ibm import offers
from emulators.ibm.call import Call
from emulators.ibm.paging import page
from emulators.ibm.refusal import invalid, missing
from emulators.ibm.store import Thing

LARGEST_BOOT = 250  # GB


def image(call: Call) -> Thing:
    wanted = call.body.get("image") or {}
    for one in images(call):
        if wanted and all(one.get(key) == value for key, value in wanted.items()):
            return one
    raise missing("image", str(next(iter(wanted.values()), "")))


def boot(call: Call, machine: Thing, made_from: Thing) -> Thing:
    asked = (call.body.get("boot_volume_attachment") or {}).get("volume") or {}
    capacity = asked.get("capacity", made_from["minimum_provisioned_size"])
    least = made_from["minimum_provisioned_size"]
    if not isinstance(capacity, int) or not least <= capacity <= LARGEST_BOOT:
        raise invalid(
            "boot_volume_attachment.volume.capacity",
            capacity,
            f"is not from {least} to {LARGEST_BOOT}",
        )
    named = replace(call, body={"name": asked.get("name")})
    key = asked.get("encryption_key")
    return named.new(
        "volumes",
        "volume",
        {
            "active": True,
            "adjustable_capacity_states": ["attached"],
            "adjustable_iops_states": [],
            "attachment_state": "attached",
            "bandwidth": 393,
            "busy": False,
            "capacity": capacity,
            "encryption": "user_managed" if key else "provider_managed",
            **({"encryption_key": key} if key else {}),
            "health_reasons": [],
            "health_state": "ok",
            "iops": 3000,
            "software_attachments": [],
            "profile": {
                "name": "general-purpose",
                "href": f"{call.base}/volume/profiles/general-purpose",
            },
            "status": "available",
            "status_reasons": [],
            "storage_generation": 1,
            "user_tags": [],
            "volume_attachments": [],
            "zone": machine["zone"],
        },
    )


def get_volume(call: Call) -> Thing:
    return call.thing("volumes", "volume", call.path["id"])


def list_volumes(call: Call) -> Thing:
    return page(call, "volumes", call.here("volumes"), "volumes")


def update_volume(call: Call) -> Thing:
    volume = get_volume(call)
    wanted = call.body.get("capacity", volume["capacity"])
    if not isinstance(wanted, int) or not volume["capacity"] <= wanted <= LARGEST_BOOT:
        raise invalid("capacity", wanted, f"is not from {volume['capacity']} to {LARGEST_BOOT}")
    volume |= {"capacity": wanted, "status": "updating"} | call.cloud.later({"status": "available"})
    call.store.put("volumes", volume)
    return volume


def get_image(call: Call) -> Thing:
    found = (one for one in images(call) if one["id"] == call.path["id"])
    if (told := next(found, None)) is None:
        raise missing("image", call.path["id"])
    return told


def list_images(call: Call) -> Thing:
    return page(call, "images", images(call), "images")


def images(call: Call) -> list[Thing]:
    return offers.images(call.region, call.base)
