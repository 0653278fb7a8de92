"""What the kinds of fault rules come to at OpenStack: refused at once, or told by the server."""

from __future__ import annotations

import re

from emulators.openstack.call import Refusal
from emulators.rules import Rule, cut_or_wait

LASTING = frozenset({"compute.servers.create", "compute.servers.action"})
QUOTA = {
    "compute": (403, "Quota exceeded for cores: Requested 2, but already used 20 of 20 cores", ""),
    "network": (409, "Quota exceeded for resources: ['network'].", "OverQuota"),
    "object": (413, "Upload exceeds quota.", ""),
}
THROTTLED = (429, "This request was rate-limited. Retry after a while.", "")
ERROR = (503, "The server is currently unavailable. Please try again at a later time.", "")
NO_ROOM = "No valid host was found. There are not enough hosts available."
BROKEN = "Build of instance aborted: the hypervisor reported an error."


def could_strike(titles: frozenset[str], match: re.Pattern[str], kind: str) -> bool:
    """Whether some operation answers to `match` and can come to this kind of fault."""
    found = {title for title in titles if match.fullmatch(title)}
    if kind in {"async-error", "no-capacity"}:
        return bool(found & LASTING)
    if kind == "quota":
        return any(title.partition(".")[0] in QUOTA for title in found)
    return bool(found)


def before(rule: Rule | None, title: str) -> None:
    """What a rule does before the work. Raises Refusal or Dropped, or takes its time."""
    if rule is None:
        return
    cut_or_wait(rule)
    told = {"throttle": THROTTLED, "error": ERROR, "quota": QUOTA.get(title.partition(".")[0])}
    if known := told.get(rule.kind):
        status, message, kind = known
        raise Refusal(rule.status or status, rule.message or message, rule.code or kind)


def ends(rule: Rule | None) -> str:
    """Why the server of this call will fail; empty when it won't."""
    if rule is None or rule.kind not in {"async-error", "no-capacity"}:
        return ""
    return rule.message or (BROKEN if rule.kind == "async-error" else NO_ROOM)
