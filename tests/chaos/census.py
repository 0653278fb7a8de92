"""What exists in each cloud, asked for with its own SDK: everything, whosever it says it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from chaos.plan import PLACES
from cli.clouds import PROJECT, SUBSCRIPTION
from fixtures.azure_emulator import client as azure
from fixtures.google_emulator import compute_client as google

LANDING_ZONE = "landing-zone"  # was there before any order

# What there is of each sort: ids as a ledger knows them for the machines, any for their pieces.
Census = Mapping[str, list[str]]


def taken(provider: str, url: str) -> Census:
    """`machines`, and the sorts of things of which each machine has exactly one."""
    return TAKERS[provider](url)


def _aws(url: str) -> Census:
    ec2 = boto3.Session("looker", "on").client(
        "ec2",
        region_name=PLACES["aws"].partition("/")[2],
        endpoint_url=url,
        config=Config(proxies={}),
    )
    found = [
        one
        for page in ec2.get_paginator("describe_instances").paginate()
        for reservation in page["Reservations"]
        for one in reservation["Instances"]
    ]
    disks = [
        one["VolumeId"]
        for page in ec2.get_paginator("describe_volumes").paginate()
        for one in page["Volumes"]
    ]
    alive = [one["InstanceId"] for one in found if one["State"]["Name"] != "terminated"]
    return {"machines": alive, "disks": disks}


def _azure(url: str) -> Census:
    with (
        azure("compute", url, SUBSCRIPTION) as compute,
        azure("network", url, SUBSCRIPTION) as network,
        azure("resource.resources", url, SUBSCRIPTION) as resources,
    ):
        groups = [one.name for one in resources.resource_groups.list()]
        return {
            "machines": [one.id for one in compute.virtual_machines.list_all()],
            "interfaces": [one.id for one in network.network_interfaces.list_all()],
            "disks": [one.id for one in compute.disks.list()],
            "groups": [name for name in groups if name != LANDING_ZONE],
        }


def _google(url: str) -> Census:
    machines, disks = _listed("Instances", url), _listed("Disks", url)
    return {
        "machines": [f"{one.zone.rpartition('/')[2]}/{one.name}" for one in machines],
        "disks": [one.self_link for one in disks],
    }


def _listed(sort: str, url: str) -> list[Any]:
    client = google(f"{sort}Client", url)
    try:
        pages = client.aggregated_list(project=PROJECT)
        return [one for _, page in pages for one in getattr(page, sort.lower())]
    finally:
        client.transport.close()


TAKERS: Mapping[str, Callable[[str], Census]] = {"aws": _aws, "azure": _azure, "gcp": _google}
