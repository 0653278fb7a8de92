"""The role that allows what the adapters ask Google Cloud for, and nothing else.

Most methods are allowed by a permission of their own name. What differs, and what a method needs
beside it, stands here, after the reference of each method.
"""

from __future__ import annotations

from collections.abc import Collection

FILE = "gcp-role.yaml"
SERVICES = {"sql": "cloudsql"}
VERBS = {"insert": "create", "aggregatedList": "list", "patch": "update"}
POLICY = "compute.networks.updatePolicy"
NAMED = {
    "sql.operations.get": "cloudsql.instances.get",
    "sql.operations.list": "cloudsql.instances.get",
}
# what a method needs on other things that it names, and for labels that go along
BESIDES = {
    "compute.addresses.delete": ("compute.addresses.deleteInternal",),
    "compute.addresses.insert": (
        "compute.addresses.createInternal",
        "compute.addresses.setLabels",
        "compute.subnetworks.use",
    ),
    "compute.firewalls.delete": (POLICY,),
    "compute.firewalls.insert": (POLICY,),
    "compute.firewalls.patch": (POLICY,),
    "compute.forwardingRules.delete": (
        "compute.forwardingRules.pscDelete",
        "servicedirectory.services.delete",
    ),
    "compute.forwardingRules.insert": (
        "compute.addresses.use",
        "compute.addresses.useInternal",
        "compute.forwardingRules.pscCreate",
        "compute.forwardingRules.pscSetLabels",
        "compute.forwardingRules.setLabels",
        "compute.networks.use",
        "compute.subnetworks.use",
        "servicedirectory.namespaces.create",
        "servicedirectory.services.create",
    ),
    "compute.instances.insert": (
        "compute.disks.create",
        "compute.disks.setLabels",
        "compute.images.useReadOnly",
        "compute.instances.setLabels",
        "compute.instances.setMetadata",
        "compute.subnetworks.use",
    ),
    "compute.interconnectAttachments.insert": (
        "compute.interconnectAttachments.setLabels",
        "compute.routers.use",
    ),
    "compute.routers.delete": (POLICY,),
    "compute.routers.insert": (POLICY, "compute.networks.use"),
    "compute.subnetworks.delete": (POLICY,),
    "compute.subnetworks.expandIpCidrRange": (POLICY,),
    "compute.subnetworks.insert": (POLICY,),
}
HEAD = """\
title: Grunnmur delivery
description: What Grunnmur's adapters ask Google Cloud for, and nothing else.
stage: GA
includedPermissions:
"""


def written(calls: Collection[str]) -> str:
    """The role for a project whose adapters call these methods, such as `storage.buckets.get`."""
    needed = sorted({one for call in calls for one in permissions(call)})
    return HEAD + "".join(f"- {one}\n" for one in needed)


def permissions(call: str) -> tuple[str, ...]:
    """What a caller must be allowed, to be answered."""
    service, collection, verb = call.split(".")
    own = f"{SERVICES.get(service, service)}.{collection}.{VERBS.get(verb, verb)}"
    return (NAMED.get(call, own), *BESIDES.get(call, ()))
