"""Networks, subnets, firewall rules, routers, attachments and endpoints, as the SDK sees them."""

import pytest
from google.api_core import exceptions as gx

from fixtures.google_emulator import PROJECT, REGION

NET = f"projects/{PROJECT}/global/networks/net"


@pytest.fixture
def networks(google_emulator):
    return google_emulator.compute("NetworksClient")


@pytest.fixture
def attachments(google_emulator):
    return google_emulator.compute("InterconnectAttachmentsClient")


def rule(google_emulator, **fields):
    body = {"name": "rule", "network": NET, **fields}
    google_emulator.compute("FirewallsClient").insert_unary(project=PROJECT, firewall_resource=body)


def router(google_emulator, asn=16550):
    body = {"name": "router", "network": NET, "bgp": {"asn": asn}}
    google_emulator.compute("RoutersClient").insert_unary(
        project=PROJECT, region=REGION, router_resource=body
    )
    google_emulator.settle()


def attach(attachments, **fields):
    body = {
        "name": "line",
        "type_": "PARTNER",
        "router": f"regions/{REGION}/routers/router",
        "admin_enabled": True,
        **fields,
    }
    return attachments.insert_unary(
        project=PROJECT, region=REGION, interconnect_attachment_resource=body
    )


def line(attachments):
    return attachments.get(project=PROJECT, region=REGION, interconnect_attachment="line")


def test_every_project_has_its_default_network(networks):
    assert [n.name for n in networks.list(project="another-project")] == ["default"]
    found = networks.get(project="another-project", network="default")
    assert any(f"/{REGION}/" in link for link in found.subnetworks)


def test_a_network_tells_its_subnets(desk, networks):
    desk.network()
    assert not networks.get(project=PROJECT, network="net").subnetworks
    desk.subnet()
    assert len(networks.get(project=PROJECT, network="net").subnetworks) == 1


def test_a_network_under_construction_takes_no_subnet(google_emulator, desk, networks):
    body = {"name": "net", "auto_create_subnetworks": False}
    networks.insert_unary(project=PROJECT, network_resource=body)
    with pytest.raises(gx.BadRequest) as refused:
        desk.subnet()
    assert refused.value.errors[0]["reason"] == "resourceNotReady"


@pytest.mark.parametrize(
    ("cidr", "text"),
    [
        ("10.1.0.128/25", "conflicts with existing subnetwork 'sub'"),
        ("10.1.0.1/24", "host bits"),
        ("10.9.0.0/30", "smallest"),
        ("ten", "IPCidrRange"),
    ],
)
def test_a_range_that_cannot_be_is_refused(desk, cidr, text):
    desk.network()
    desk.subnet()
    with pytest.raises(gx.BadRequest, match=text):
        desk.subnet("other", cidr)


def test_what_is_in_use_is_not_deleted(google_emulator, desk, networks):
    desk.network()
    desk.subnet()
    with pytest.raises(gx.BadRequest) as refused:
        networks.delete_unary(project=PROJECT, network="net")
    assert refused.value.errors[0]["reason"] == "resourceInUseByAnotherResource"
    google_emulator.compute("SubnetworksClient").delete_unary(
        project=PROJECT, region=REGION, subnetwork="sub"
    )
    google_emulator.settle()
    networks.delete_unary(project=PROJECT, network="net")
    google_emulator.settle()
    with pytest.raises(gx.NotFound):
        networks.get(project=PROJECT, network="net")


def test_a_custom_network_does_not_guess_the_subnet_of_a_machine(desk):
    desk.network()
    with pytest.raises(gx.BadRequest, match="custom subnetmode"):
        desk.insert(desk.machine(network_interfaces=[{"network": NET}]))


def test_a_firewall_rule_either_allows_or_denies(google_emulator, desk):
    desk.network()
    tcp = [{"I_p_protocol": "tcp", "ports": ["443"]}]
    with pytest.raises(gx.BadRequest, match="Exactly one"):
        rule(google_emulator, allowed=tcp, denied=tcp)
    rule(google_emulator, allowed=tcp, source_ranges=["10.0.0.0/8"])
    google_emulator.settle()
    firewalls = google_emulator.compute("FirewallsClient")
    body = {"source_ranges": ["10.1.0.0/16"], "description": "narrower"}
    firewalls.patch_unary(project=PROJECT, firewall="rule", firewall_resource=body)
    google_emulator.settle()
    found = firewalls.get(project=PROJECT, firewall="rule")
    assert list(found.source_ranges) == ["10.1.0.0/16"]
    assert found.allowed[0].ports == ["443"]


def test_a_partner_attachment_waits_for_its_partner(google_emulator, desk, attachments):
    desk.network()
    router(google_emulator)
    attach(attachments)
    assert line(attachments).state == "UNPROVISIONED"
    google_emulator.settle()
    assert line(attachments).state == "PENDING_PARTNER"
    assert line(attachments).pairing_key.endswith(f"/{REGION}/Y")
    google_emulator.settle()
    assert line(attachments).state == "ACTIVE"
    assert line(attachments).operational_status == "OS_ACTIVE"


def test_an_attachment_that_is_switched_off_waits_for_its_customer(
    google_emulator, desk, attachments
):
    desk.network()
    router(google_emulator)
    attach(attachments, admin_enabled=False)
    google_emulator.settle()
    google_emulator.settle()
    assert line(attachments).state == "PENDING_CUSTOMER"


@pytest.mark.parametrize(
    ("asn", "fields", "text"),
    [
        (65001, {}, "ASN 16550"),
        (16550, {"router": f"regions/{REGION}/routers/nope"}, "cannot be found"),
        (16550, {"bandwidth": "BPS_1G"}, "partner sets it"),
    ],
)
def test_an_attachment_that_cannot_be_is_refused(google_emulator, attachments, asn, fields, text):
    body = {"name": "net", "auto_create_subnetworks": False}
    google_emulator.compute("NetworksClient").insert_unary(project=PROJECT, network_resource=body)
    google_emulator.settle()
    router(google_emulator, asn)
    with pytest.raises(gx.BadRequest, match=text):
        attach(attachments, **fields)


def test_a_router_stays_while_an_attachment_needs_it(google_emulator, desk, attachments):
    desk.network()
    router(google_emulator)
    attach(attachments)
    google_emulator.settle()
    with pytest.raises(gx.BadRequest, match="already being used"):
        google_emulator.compute("RoutersClient").delete_unary(
            project=PROJECT, region=REGION, router="router"
        )


@pytest.fixture
def published(google_emulator, desk):
    """A database that others may lead to, and an address to lead from."""
    desk.network()
    desk.subnet()
    private = {"ipv4Enabled": False, "pscConfig": {"pscEnabled": True}}
    settings = {"tier": "db-custom-2-8192", "ipConfiguration": private}
    body = {"name": "pg", "region": REGION, "settings": settings}
    instances = google_emulator.sql().instances()
    instances.insert(project=PROJECT, body=body).execute()
    subnet = f"projects/{PROJECT}/regions/{REGION}/subnetworks/sub"
    address = {"name": "pg", "address_type": "INTERNAL", "subnetwork": subnet}
    google_emulator.compute("AddressesClient").insert_unary(
        project=PROJECT, region=REGION, address_resource=address
    )
    google_emulator.settle()
    return instances.get(project=PROJECT, instance="pg").execute()["pscServiceAttachmentLink"]


def lead(google_emulator, target, **fields):
    wanted = {
        "name": "pg",
        "network": NET,
        "target": target,
        "I_p_address": f"projects/{PROJECT}/regions/{REGION}/addresses/pg",
        **fields,
    }
    google_emulator.compute("ForwardingRulesClient").insert_unary(
        project=PROJECT, region=REGION, forwarding_rule_resource=wanted
    )
    google_emulator.settle()


def test_an_endpoint_leads_to_a_published_database(google_emulator, published):
    lead(google_emulator, published, load_balancing_scheme="")
    where = {"project": PROJECT, "region": REGION}
    rules = google_emulator.compute("ForwardingRulesClient")
    found = rules.get(**where, forwarding_rule="pg")
    assert found.psc_connection_status == "ACCEPTED"
    addresses = google_emulator.compute("AddressesClient")
    held = addresses.get(**where, address="pg")
    assert (held.status, held.address) == ("IN_USE", found.I_p_address)
    with pytest.raises(gx.BadRequest, match="already being used"):
        addresses.delete_unary(**where, address="pg")
    rules.delete_unary(**where, forwarding_rule="pg")
    google_emulator.settle()
    addresses.delete_unary(**where, address="pg")


def test_an_endpoint_that_leads_nowhere_is_refused(google_emulator, published):
    with pytest.raises(gx.BadRequest, match="must be empty"):
        lead(google_emulator, published)
    with pytest.raises(gx.BadRequest, match="cannot be found"):
        lead(google_emulator, published + "x", load_balancing_scheme="")
