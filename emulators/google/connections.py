"""What leads out of a network: routers, Interconnect attachments, and private endpoints.

An attachment of type PARTNER waits for a partner, who is not part of this cloud. Here somebody
plays the partner: as long after the operation as that took, the connection is active, or waits
for its customer when it was made switched off.
"""

from __future__ import annotations

from uuid import uuid4

from emulators.google import resources
from emulators.google.call import LINK, Call
from emulators.google.operations import Work, new_id
from emulators.google.refusal import Refusal, invalid
from emulators.google.store import Thing

PARTNER_ASN = 16550  # Google's own number, which routers of partner attachments must have


def prepare_router(call: Call, router: Thing) -> Work:
    path = f"{call.folder}/{router['name']}"
    reference = router.get("network")
    router["network"] = LINK + resources.refer(call, "resource.network", reference, "networks")
    return Work(path, failed=[["drop", path]])


def prepare_attachment(call: Call, attachment: Thing) -> Work:
    path = f"{call.folder}/{attachment['name']}"
    kind = attachment.setdefault("type", "DEDICATED")
    if kind != "PARTNER":
        raise Refusal(501, "notImplemented", f"attachments of type {kind} are not offered here")
    if attachment.get("bandwidth"):
        raise invalid("resource.bandwidth", attachment["bandwidth"], "The partner sets it.")
    reference = attachment.get("router")
    router = resources.must(call, resources.refer(call, "resource.router", reference, "routers"))
    attachment["router"] = router["selfLink"]
    if (router.get("bgp") or {}).get("asn") != PARTNER_ASN:
        why = f"A router for a partner attachment must have ASN {PARTNER_ASN}."
        raise invalid("resource.router", reference, why)
    attachment.setdefault("edgeAvailabilityDomain", "AVAILABILITY_DOMAIN_ANY")
    attachment.setdefault("adminEnabled", False)
    attachment.setdefault("encryption", "NONE")
    attachment.setdefault("mtu", 1440)
    attachment |= {"state": "UNPROVISIONED", "operationalStatus": "OS_UNPROVISIONED"}
    region, domain = call.path["region"], attachment["edgeAvailabilityDomain"][-1]
    ordered = {"state": "PENDING_PARTNER", "pairingKey": f"{uuid4()}/{region}/{domain}"}
    connected = {
        "state": "ACTIVE" if attachment["adminEnabled"] else "PENDING_CUSTOMER",
        "operationalStatus": "OS_ACTIVE" if attachment["adminEnabled"] else "OS_UNPROVISIONED",
        "bandwidth": "BPS_1G",
        "partnerMetadata": {"partnerName": "Emulated partner", "interconnectName": "emulated-1"},
        "cloudRouterIpAddress": "169.254.10.1/29",
        "customerRouterIpAddress": "169.254.10.2/29",
        "vlanTag8021q": 1001,
    }
    return Work(
        path,
        done=[["merge", path, ordered]],
        failed=[["drop", path]],
        later=[["merge", path, connected]],
    )


def prepare_endpoint(call: Call, rule: Thing) -> Work:
    """A forwarding rule; offered is the one that leads to a published service."""
    path = f"{call.folder}/{rule['name']}"
    target = str(rule.get("target", ""))
    service = target.removeprefix(LINK)
    if "/serviceAttachments/" not in target:
        raise Refusal(501, "notImplemented", "only rules to service attachments are offered here")
    if rule.get("loadBalancingScheme") != "":
        scheme = rule.get("loadBalancingScheme", "EXTERNAL")
        raise invalid("resource.loadBalancingScheme", scheme, "It must be empty for this target.")
    if call.store.get(f"published/{service}") is None:
        raise invalid("resource.target", target, "The referenced resource cannot be found.")
    reference = rule.get("IPAddress")
    address = resources.must(
        call, resources.refer(call, "resource.IPAddress", reference, "addresses")
    )
    subnet = resources.must(call, address["subnetwork"].removeprefix(LINK))
    network = resources.refer(call, "resource.network", rule.get("network"), "networks")
    if subnet["network"] != LINK + network:
        why = "The address must be in a subnet of the network."
        raise invalid("resource.IPAddress", reference, why)
    rule |= {
        "IPAddress": address["address"],
        "network": LINK + network,
        "subnetwork": subnet["selfLink"],
        "pscConnectionId": new_id(),
        "pscConnectionStatus": "PENDING",
    }
    held = address["selfLink"].removeprefix(LINK)
    return Work(
        path,
        done=[
            ["merge", path, {"pscConnectionStatus": "ACCEPTED"}],
            ["merge", held, {"status": "IN_USE", "users": [rule["selfLink"]]}],
        ],
        failed=[["drop", path]],
    )


def remove_endpoint(call: Call, rule: Thing) -> Work:
    """Deleting an endpoint frees its address."""
    del rule
    held = call.store.mentioning(LINK + call.target, ["addresses"])
    freed = [["merge", path, {"status": "RESERVED", "users": None}] for path in held]
    return Work(call.target, done=[["drop", call.target], *freed])
