"""Machines, as Google's SDK sees them."""

from uuid import uuid4

import pytest
from google.api_core import exceptions as gx

from fixtures.google_emulator import PROJECT, REGION, ZONE


@pytest.fixture
def machines(google_emulator):
    return google_emulator.compute("InstancesClient")


def test_a_machine_is_built_in_the_time_its_operation_takes(desk, google_emulator):
    operation = desk.insert(desk.machine())
    assert operation.operation_type == "insert"
    assert desk.operation(operation.name).status.name == "RUNNING"
    assert desk.instance().status == "PROVISIONING"
    google_emulator.settle()
    assert desk.operation(operation.name).status.name == "DONE"
    assert desk.instance().status == "RUNNING"
    assert desk.instance().network_interfaces[0].network_i_p.startswith("10.")


def test_the_same_request_id_makes_one_machine_and_answers_one_operation(desk, google_emulator):
    request = str(uuid4())
    first = desk.insert(desk.machine(), request_id=request)
    assert desk.insert(desk.machine(), request_id=request).name == first.name
    google_emulator.settle()
    again = desk.insert(desk.machine(), request_id=request)
    assert (again.name, again.status.name) == (first.name, "DONE")


def test_a_forgotten_operation_takes_its_request_id_with_it(desk, google_emulator):
    request = str(uuid4())
    google_emulator.fault(match="compute.instances.insert", kind="async-error")
    first = desk.insert(desk.machine(), request_id=request)
    google_emulator.settle()
    google_emulator.compute("ZoneOperationsClient").delete(
        project=PROJECT, zone=ZONE, operation=first.name
    )
    with pytest.raises(gx.NotFound):
        desk.operation(first.name)
    assert desk.insert(desk.machine(), request_id=request).name != first.name


@pytest.mark.parametrize("request_id", ["abc", "00000000-0000-0000-0000-000000000000"])
def test_a_request_id_must_be_a_uuid(desk, request_id):
    with pytest.raises(gx.BadRequest, match="requestId"):
        desk.insert(desk.machine(), request_id=request_id)


def test_a_name_is_given_once(desk):
    desk.insert(desk.machine())
    with pytest.raises(gx.Conflict) as refused:
        desk.insert(desk.machine(), request_id=str(uuid4()))
    assert refused.value.errors[0]["reason"] == "alreadyExists"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"machine_type": f"zones/{ZONE}/machineTypes/zz9"}, "cannot be found"),
        ({"machine_type": "zones/europe-west1-b/machineTypes/e2-medium"}, "must be in zone"),
        ({"machine_type": "e2-medium"}, "malformed|cannot be found"),
        ({"disks": []}, "No disks"),
        ({"network_interfaces": []}, "network interface"),
        ({"network_interfaces": [{"network": "global/networks/nope"}]}, "cannot be found"),
        ({"labels": {"Order": "x"}}, "Label key"),
        ({"labels": {"order": "GM 1"}}, "format constraints"),
        ({"labels": {f"k{n}": "v" for n in range(65)}}, "at most 64"),
    ],
)
def test_what_cannot_be_built_is_refused_at_once(desk, machines, fields, text):
    with pytest.raises(gx.BadRequest, match=text):
        desk.insert(desk.machine(**fields))
    assert list(machines.list(project=PROJECT, zone=ZONE)) == []


def test_a_size_the_region_does_not_sell_is_refused(desk, machines):
    zone = "europe-north2-a"
    body = desk.machine(machine_type=f"zones/{zone}/machineTypes/n2-standard-4")
    with pytest.raises(gx.BadRequest, match="machineType"):
        machines.insert_unary(project=PROJECT, zone=zone, instance_resource=body)


def test_a_disk_cannot_be_smaller_than_its_image(desk):
    image = "projects/windows-cloud/global/images/family/windows-2022"
    disk = {"source_image": image, "disk_size_gb": 20}
    body = desk.machine(disks=[{"boot": True, "initialize_params": disk}])
    with pytest.raises(gx.BadRequest, match="cannot be smaller"):
        desk.insert(body)


def test_a_zone_that_does_not_exist_is_a_404(desk, machines):
    with pytest.raises(gx.NotFound, match="zones/mars-1"):
        machines.insert_unary(project=PROJECT, zone="mars-1", instance_resource=desk.machine())


def test_the_boot_disk_comes_and_goes_with_its_machine(desk, google_emulator, machines):
    disks = google_emulator.compute("DisksClient")
    desk.insert(desk.machine())
    google_emulator.settle()
    assert disks.get(project=PROJECT, zone=ZONE, disk="web").size_gb == 20
    machines.delete_unary(project=PROJECT, zone=ZONE, instance="web")
    assert desk.instance().status == "STOPPING"
    google_emulator.settle()
    with pytest.raises(gx.NotFound):
        desk.instance()
    with pytest.raises(gx.NotFound):
        disks.get(project=PROJECT, zone=ZONE, disk="web")


def test_a_machine_is_not_deleted_twice(desk, google_emulator, machines):
    desk.insert(desk.machine())
    google_emulator.settle()
    request = {"project": PROJECT, "zone": ZONE, "instance": "web", "request_id": str(uuid4())}
    first = machines.delete_unary(request=request)
    assert machines.delete_unary(request=request).name == first.name
    with pytest.raises(gx.BadRequest, match="not ready"):
        machines.delete_unary(project=PROJECT, zone=ZONE, instance="web")


def test_labels_change_only_under_the_current_fingerprint(desk, google_emulator, machines):
    desk.insert(desk.machine(labels={"a": "1"}))
    google_emulator.settle()
    mark = desk.instance().label_fingerprint

    def label(**wanted):
        body = {"labels": wanted, "label_fingerprint": mark}
        machines.set_labels_unary(
            project=PROJECT,
            zone=ZONE,
            instance="web",
            instances_set_labels_request_resource=body,
        )
        google_emulator.settle()

    label(b="æ-2")
    assert dict(desk.instance().labels) == {"b": "æ-2"}
    with pytest.raises(gx.PreconditionFailed, match="fingerprint"):
        label(c="3")


def test_a_size_changes_only_while_the_machine_is_stopped(desk, google_emulator, machines):
    desk.insert(desk.machine())
    google_emulator.settle()
    where = {"project": PROJECT, "zone": ZONE, "instance": "web"}
    body = {"machine_type": f"zones/{ZONE}/machineTypes/e2-standard-4"}
    request = {**where, "instances_set_machine_type_request_resource": body}
    with pytest.raises(gx.BadRequest, match="must be stopped"):
        machines.set_machine_type_unary(request=request)
    machines.stop_unary(request=where)
    assert desk.instance().status == "STOPPING"
    google_emulator.settle()
    assert desk.instance().status == "TERMINATED"
    machines.set_machine_type_unary(request=request)
    google_emulator.settle()
    machines.start_unary(request=where)
    google_emulator.settle()
    assert desk.instance().status == "RUNNING"
    assert desk.instance().machine_type.endswith("/e2-standard-4")


def test_disks_grow_and_never_shrink(desk, google_emulator):
    disks = google_emulator.compute("DisksClient")
    desk.insert(desk.machine())
    google_emulator.settle()

    def resize(size):
        body = {"size_gb": size}
        disks.resize_unary(
            project=PROJECT, zone=ZONE, disk="web", disks_resize_request_resource=body
        )
        google_emulator.settle()

    resize(40)
    assert disks.get(project=PROJECT, zone=ZONE, disk="web").size_gb == 40
    assert desk.instance().disks[0].disk_size_gb == 40
    with pytest.raises(gx.BadRequest, match="larger"):
        resize(30)


def test_lists_come_in_pages_and_filtered(desk, google_emulator, machines):
    for n in range(7):
        desk.insert(desk.machine(f"m{n}", labels={"odd": str(n % 2)}))
    request = {"project": PROJECT, "zone": ZONE, "filter": "labels.odd=1", "max_results": 2}
    pages = list(machines.list(request=request).pages)
    assert [len(page.items) for page in pages] == [2, 1]
    assert [m.name for page in pages for m in page.items] == ["m1", "m3", "m5"]


def test_aggregated_lists_tell_every_zone(desk, machines):
    desk.insert(desk.machine())
    scopes = dict(machines.aggregated_list(project=PROJECT))
    assert [m.name for m in scopes[f"zones/{ZONE}"].instances] == ["web"]
    assert scopes["zones/europe-west1-d"].warning.code == "NO_RESULTS_ON_PAGE"


def test_public_addresses_can_be_seen_and_taken_away(desk, google_emulator, machines):
    public = {"type_": "ONE_TO_ONE_NAT", "name": "External NAT"}
    nic = {"network": "global/networks/default", "access_configs": [public]}
    desk.insert(desk.machine(network_interfaces=[nic]))
    google_emulator.settle()
    assert desk.instance().network_interfaces[0].access_configs[0].nat_i_p
    machines.delete_access_config_unary(
        project=PROJECT,
        zone=ZONE,
        instance="web",
        access_config="External NAT",
        network_interface="nic0",
    )
    google_emulator.settle()
    assert not desk.instance().network_interfaces[0].access_configs


def test_google_tells_its_zones_machine_types_and_images(google_emulator):
    zones = google_emulator.compute("ZonesClient").list(project=PROJECT)
    assert ZONE in [zone.name for zone in zones]
    region = google_emulator.compute("RegionsClient").get(project=PROJECT, region=REGION)
    assert [link.rsplit("/", 1)[1] for link in region.zones] == [f"{REGION}-{z}" for z in "abc"]
    types = google_emulator.compute("MachineTypesClient").list(project=PROJECT, zone=ZONE)
    assert "e2-medium" in [kind.name for kind in types]
    image = google_emulator.compute("ImagesClient").get_from_family(
        project="debian-cloud", family="debian-12"
    )
    assert image.name.startswith("debian-12-")
    with pytest.raises(gx.NotFound):
        google_emulator.compute("ImagesClient").get_from_family(
            project="debian-cloud", family="debian-99"
        )


def test_waiting_for_an_operation_answers_when_it_is_done(desk, google_emulator):
    operation = desk.insert(desk.machine())
    google_emulator.settle()
    waited = google_emulator.compute("ZoneOperationsClient").wait(
        project=PROJECT, zone=ZONE, operation=operation.name
    )
    assert waited.status.name == "DONE"
