"""How what was delivered is reached, by what was ordered and where it stands."""

from __future__ import annotations

import pytest

from portal.reach import WITH_KEY, WITHOUT_KEY, reach

KEY = {"ssh_key": "ssh-ed25519 AAAA kari"}
MACHINE = {"private_ip": "10.0.0.7"}


@pytest.mark.parametrize(
    ("provider", "image", "more", "command"),
    [
        ("aws", "debian-12", {}, "ssh admin@10.0.0.7"),
        ("aws", "ubuntu-24.04", {}, "ssh ubuntu@10.0.0.7"),
        ("aws", "amazon-linux-2023", {}, "ssh ec2-user@10.0.0.7"),
        ("aws", "ami-0123456789abcdef0", {}, "ssh 10.0.0.7"),
        ("azure", "ubuntu-24.04", {"admin_user": "drift"}, "ssh drift@10.0.0.7"),
        ("gcp", "debian-13", {"admin_user": "drift"}, "ssh drift@10.0.0.7"),
        ("openstack", "debian-12", {}, "ssh debian@10.0.0.7"),
        ("openstack", "own-image", {}, "ssh 10.0.0.7"),
        ("ibm", "debian-12", {}, "ssh vpcuser@10.0.0.7"),
        ("ibm", "rhel-9", {}, "ssh vpcuser@10.0.0.7"),
        ("ibm", "ubuntu-24.04", {}, "ssh ubuntu@10.0.0.7"),
    ],
)
def test_a_machine_is_signed_in_to_as_its_image_has_it(provider, image, more, command):
    told = reach("virtual-machine", provider, {**MACHINE, **more}, {"image": image, **KEY})
    assert told is not None
    assert (told.how, told.with_what) == (WITH_KEY, command)


@pytest.mark.parametrize("provider", ["aws", "azure", "openstack", "ibm"])
def test_without_a_key_it_says_that_nobody_was_let_in(provider):
    told = reach("virtual-machine", provider, MACHINE, {"image": "debian-12"})
    assert told is not None
    assert told.how == WITHOUT_KEY


def test_without_a_key_google_lets_in_whom_it_knows():
    outputs = {**MACHINE, "instance_id": "gm-1", "zone": "europe-north1-b"}
    told = reach("virtual-machine", "gcp", outputs, {"image": "debian-12"})
    assert told is not None
    assert "OS Login" in told.how
    assert told.with_what == "gcloud compute ssh gm-1 --zone=europe-north1-b --internal-ip"


def test_a_database_on_a_server_of_its_own_is_administered_from_there():
    told = reach("database", "openstack", {"host": "10.0.0.9", "port": "5432"}, KEY)
    assert told is not None
    assert told.how == WITH_KEY
    assert told.with_what == "ssh -t debian@10.0.0.9 sudo -u postgres psql"


def test_a_database_of_a_cloud_is_connected_to():
    outputs = {"address": "10.0.0.9", "database": "postgres", "user": "grunnmur"}
    told = reach("database", "gcp", outputs, {})
    assert told is not None
    for part in ("host=10.0.0.9", "dbname=postgres", "user=grunnmur", "sslmode=require"):
        assert part in told.with_what


def test_what_answers_nowhere_yet_is_not_reached():
    assert reach("virtual-machine", "aws", {}, KEY) is None
    assert reach("database", "openstack", {}, KEY) is None
    assert reach("network", "aws", MACHINE, {}) is None
