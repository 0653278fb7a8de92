"""What is written on a server after it was made: its metadata, and its tags."""

from __future__ import annotations

from emulators.loopback import Answer
from emulators.openstack.call import Call, Refusal, answer
from emulators.openstack.servers import LONGEST_TAG, MOST_TAGS, check_metadata, must


def metadata(call: Call) -> Answer:
    server, given = must(call), call.body.get("metadata")
    check_metadata(given or {})
    server["metadata"] = {**server["metadata"], **(given or {})}
    call.store.put(call.named("servers"), server)
    return answer({"metadata": server["metadata"]})


def tag(call: Call) -> Answer:
    """One more tag: 201, or 204 where it is on already."""
    server, given = must(call), call.path["tag"]
    if len(given) > LONGEST_TAG or "," in given:
        raise Refusal(400, f"Invalid input for field/attribute tag. Value: {given}.")
    if given in server["tags"]:
        return answer(None, 204)
    if len(server["tags"]) >= MOST_TAGS:
        raise Refusal(400, f"The number of tags exceeded the per-server limit {MOST_TAGS}")
    server["tags"] = [*server["tags"], given]
    call.store.put(call.named("servers"), server)
    return answer(None, 201)
