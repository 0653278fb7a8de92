"""Which methods this emulator offers, and what serves each. Every other real method is a 501."""

from __future__ import annotations

from emulators.google import (
    buckets,
    connections,
    disks,
    interfaces,
    machines,
    networks,
    operations,
    resources,
    sql,
    sql_users,
)
from emulators.google.call import Handler

OWN = (
    "instances",
    "disks",
    "networks",
    "subnetworks",
    "firewalls",
    "addresses",
    "routers",
    "interconnectAttachments",
    "forwardingRules",
)
GOOGLES = ("zones", "regions", "machineTypes", "diskTypes", "images")
VERBS: dict[str, Handler] = {
    "insert": resources.insert,
    "get": resources.get,
    "list": resources.list_,
    "aggregatedList": resources.aggregated,
    "delete": resources.delete,
    "patch": resources.patch,
    "setLabels": resources.set_labels,
}
UNLABELLED = ("networks", "subnetworks", "firewalls", "routers")
WITHOUT = {
    *((collection, "patch") for collection in ("instances", "disks", "networks", "addresses")),
    *((collection, "setLabels") for collection in UNLABELLED),
    ("networks", "aggregatedList"),
    ("firewalls", "aggregatedList"),
}

resources.PREPARE.update(
    instances=machines.prepare,
    disks=disks.prepare,
    networks=networks.prepare,
    subnetworks=networks.prepare_subnet,
    firewalls=networks.prepare_firewall,
    addresses=networks.prepare_address,
    routers=connections.prepare_router,
    interconnectAttachments=connections.prepare_attachment,
    forwardingRules=connections.prepare_endpoint,
)
resources.REMOVE.update(
    instances=machines.remove,
    networks=networks.remove,
    addresses=networks.remove_address,
    forwardingRules=connections.remove_endpoint,
)
resources.USERS.update(
    networks=("firewalls", "routers", "instances", "forwardingRules"),
    subnetworks=("instances", "addresses", "forwardingRules"),
    routers=("interconnectAttachments",),
    disks=("instances",),
)
resources.SHOWN.update(networks=networks.shown)

HANDLERS: dict[str, Handler] = {
    f"compute.{collection}.{verb}": serve
    for collection in OWN
    for verb, serve in VERBS.items()
    if (collection, verb) not in WITHOUT
}
HANDLERS |= {
    f"compute.{collection}.{verb}": VERBS[verb]
    for collection in GOOGLES
    for verb in ("get", "list")
}
for scope in ("zone", "region", "global"):
    HANDLERS |= {
        f"compute.{scope}Operations.get": operations.get,
        f"compute.{scope}Operations.wait": operations.get,  # the service asks again until DONE
        f"compute.{scope}Operations.list": operations.list_,
        f"compute.{scope}Operations.delete": operations.delete,
    }
HANDLERS |= {
    "compute.images.getFromFamily": disks.image_from_family,
    "compute.subnetworks.expandIpCidrRange": networks.expand,
    "compute.disks.resize": disks.resize,
    "compute.instances.setMachineType": machines.set_machine_type,
    "compute.instances.deleteAccessConfig": interfaces.delete_access_config,
    "compute.instances.stop": machines.power("STOPPING", machines.STOPPED),
    "compute.instances.start": machines.power("STAGING", machines.STARTED),
    "storage.buckets.insert": buckets.insert,
    "storage.buckets.get": buckets.get,
    "storage.buckets.list": buckets.list_,
    "storage.buckets.patch": buckets.patch,
    "storage.buckets.delete": buckets.delete,
    "storage.objects.insert": buckets.insert_object,
    "storage.objects.get": buckets.get_object,
    "storage.objects.list": buckets.list_objects,
    "storage.objects.delete": buckets.delete_object,
    "sql.instances.insert": sql.insert,
    "sql.instances.get": sql.get,
    "sql.instances.list": sql.list_,
    "sql.instances.patch": sql.patch,
    "sql.instances.delete": sql.delete,
    "sql.users.insert": sql_users.insert,
    "sql.users.get": sql_users.get,
    "sql.users.list": sql_users.list_,
    "sql.users.update": sql_users.update,
    "sql.users.delete": sql_users.delete,
    "sql.operations.get": sql.get_operation,
    "sql.operations.list": sql.list_operations,
}
