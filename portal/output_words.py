"""What was delivered, in words: each output of a provider has a name that people read."""

from __future__ import annotations

from collections.abc import Mapping

from portal.speech import N_, Speech

OUTPUTS: Mapping[str, str] = {
    "private_ip": N_("Private address"),
    "public_ip": N_("Public address"),
    "private_dns": N_("Name in the network"),
    "hostname": N_("Host name"),
    "region": N_("Region"),
    "availability_zone": N_("Zone"),
    "instance_type": N_("Machine type"),
    "image_id": N_("Image"),
    "disk_gb": N_("Disk, GB"),
    "instance_id": N_("The supplier's id"),
    "id": N_("The supplier's id"),
    "instance": N_("The supplier's id"),
    "name": N_("Name"),
    "admin_user": N_("User"),
    "user": N_("User"),
    "resource_group": N_("Resource group"),
    "host": N_("Host"),
    "address": N_("Address"),
    "port": N_("Port"),
    "database": N_("Database"),
    "dns_name": N_("Name in the network"),
    "connection_name": N_("Connection name"),
    "password_at": N_("Where the password is kept"),
    "version": N_("Version"),
    "bucket": N_("Bucket"),
    "container": N_("Container"),
    "account": N_("Storage account"),
    "url": N_("Address"),
    "ssh": N_("Sign in with SSH"),
    "cidr": N_("Address range"),
    "network_id": N_("Network"),
    "workspace": N_("Workspace"),
    "bandwidth_mbps": N_("Bandwidth, Mbit/s"),
    "carrier": N_("Carrier"),
    "peering_location": N_("Where it is connected"),
    "vlan_id": N_("VLAN"),
    "network": N_("Network"),
    "subnet": N_("Subnet"),
    "subnets": N_("Subnets"),
    "security_group": N_("Security group"),
    "route_table": N_("Route table"),
    "router": N_("Router"),
    "gateway": N_("Gateway"),
    "location": N_("Where it is connected"),
    "zone": N_("Zone"),
    "machine_type": N_("Machine type"),
    "profile": N_("Machine type"),
    "reached_at": N_("Address it is reached at"),
    "computer_name": N_("Computer name"),
    "directory": N_("Directory"),
    "workspace_id": N_("Id of the workspace"),
    "host_pool_id": N_("Id of the host pool"),
    "application_group_id": N_("Id of the application group"),
    "connection_id": N_("Id of the connection"),
    "circuit_id": N_("Id of the connection"),
    "attachment": N_("Id of the connection"),
    "gateway_id": N_("Id of the gateway"),
    "interface_id": N_("Id of the interface"),
    "availability_domain": N_("Zone"),
    "bandwidth": N_("Bandwidth"),
    "amazon_asn": N_("The supplier's AS number"),
    "ibm_asn": N_("The supplier's AS number"),
    "amazon_address": N_("The supplier's address"),
    "google_address": N_("The supplier's address"),
    "ibm_address": N_("The supplier's address"),
    "customer_address": N_("Your address"),
    "bgp_status": N_("State of the routing"),
}
SUBNET = "subnet_"  # and the name that it was ordered with


def output_said(speech: Speech, name: str) -> str:
    """What an output is called; an unknown one, as of a kind that is gone, by its own name."""
    if name in OUTPUTS:
        return speech.gettext(OUTPUTS[name])
    if name.startswith(SUBNET):
        return speech.gettext("Subnet %(name)s", name=name.removeprefix(SUBNET))
    return name.replace("_", " ")
