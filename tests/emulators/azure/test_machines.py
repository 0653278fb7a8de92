"""Virtual machines as Azure has them."""

import pytest

GROUP = "rg1"


def state(thing) -> str:
    return thing.provisioning_state


def test_a_machine_takes_its_time_and_then_runs(desk):
    desk.start(desk.machines, GROUP, "web", desk.machine(desk.network()))
    assert state(desk.machines.get(GROUP, "web")) == "Creating"
    desk.azure.settle()
    made = desk.machines.get(GROUP, "web", expand="instanceView")
    assert state(made) == "Succeeded"
    assert [s.code for s in made.instance_view.statuses] == [
        "ProvisioningState/succeeded",
        "PowerState/running",
    ]


def test_a_machine_comes_with_its_disk_and_its_interface(desk):
    made = desk.built()
    disk = desk.of("compute").disks.get(GROUP, made.storage_profile.os_disk.name)
    assert disk.managed_by == made.id
    assert disk.tags == {"owner": "kari"}
    (reference,) = made.network_profile.network_interfaces
    nic = desk.of("network").network_interfaces.get(GROUP, reference.id.rsplit("/", 1)[1])
    assert nic.virtual_machine.id == made.id
    assert nic.ip_configurations[0].private_ip_address == "10.0.1.4"


def test_putting_the_same_machine_again_is_the_same_machine(desk):
    made = desk.built()
    desk.start(desk.machines, GROUP, "web", desk.machine(desk.network()))
    again = desk.machines.get(GROUP, "web")
    assert (state(again), again.vm_id) == ("Succeeded", made.vm_id)
    assert len(list(desk.machines.list_all())) == 1
    assert len(list(desk.of("compute").disks.list())) == 1


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"hardwareProfile": {"vmSize": "Standard_ZZ"}}, (400, "InvalidParameter")),
        ({"hardwareProfile": {"vmSize": "Standard_NC4as_T4_v3"}}, (409, "SkuNotAvailable")),
        ({"priority": "Cheap"}, (400, "InvalidParameter")),
        ({"colour": "red"}, (400, "InvalidRequestContent")),
        ({"storageProfile": "none"}, (400, "InvalidRequestContent")),
        (
            {"storageProfile": {"imageReference": {"publisher": "no", "offer": "no", "sku": "no"}}},
            (404, "PlatformImageNotFound"),
        ),
        ({"networkProfile": {}}, (400, "InvalidParameter")),
        ({"osProfile": {"computerName": "w", "adminUsername": "root"}}, (400, "InvalidParameter")),
        (
            {
                "osProfile": {
                    "computerName": "w",
                    "adminUsername": "drift",
                    "linuxConfiguration": {"disablePasswordAuthentication": True},
                }
            },
            (400, "InvalidParameter"),
        ),
    ],
)
def test_what_azure_refuses_is_refused(desk, changed, refusal):
    body = desk.machine(desk.network(), **changed)
    assert desk.refused(lambda: desk.start(desk.machines, GROUP, "web", body)) == refusal
    assert list(desk.machines.list_all()) == []
    assert list(desk.of("network").network_interfaces.list_all()) == []


def test_trusted_launch_needs_an_image_of_the_second_generation(desk):
    old = {"publisher": "Debian", "offer": "debian-12", "sku": "12", "version": "latest"}
    body = desk.machine(
        desk.network(),
        storageProfile={"imageReference": old, "osDisk": {"createOption": "FromImage"}},
        securityProfile={"securityType": "TrustedLaunch"},
    )
    assert desk.refused(lambda: desk.start(desk.machines, GROUP, "web", body)) == (
        400,
        "BadRequest",
    )


def test_what_cannot_change_does_not(desk):
    desk.built()
    body = desk.machine(desk.network())
    body["properties"]["osProfile"]["adminUsername"] = "other"
    assert desk.refused(lambda: desk.start(desk.machines, GROUP, "web", body)) == (
        409,
        "PropertyChangeNotAllowed",
    )


def test_a_machine_being_built_is_not_changed(desk):
    desk.start(desk.machines, GROUP, "web", desk.machine(desk.network()))
    change = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}
    call = lambda: desk.start(desk.machines, GROUP, "web", change, verb="update")  # noqa: E731
    assert desk.refused(call) == (409, "AnotherOperationInProgress")


def test_a_disk_grows_only_under_a_machine_at_rest(desk):
    made = desk.built()
    disks, name = desk.of("compute").disks, made.storage_profile.os_disk.name
    larger = {"properties": {"diskSizeGB": 64}}
    assert desk.refused(lambda: desk.start(disks, GROUP, name, larger, verb="update")) == (
        409,
        "OperationNotAllowed",
    )
    desk.begin(desk.machines, GROUP, "web", verb="deallocate")
    desk.begin(disks, GROUP, name, larger, verb="update")
    assert disks.get(GROUP, name).disk_size_gb == 64
    assert desk.machines.get(GROUP, "web").storage_profile.os_disk.disk_size_gb == 64
    smaller = {"properties": {"diskSizeGB": 32}}
    assert desk.refused(lambda: desk.start(disks, GROUP, name, smaller, verb="update"))[0] == 409


def test_power_goes_off_and_on(desk):
    desk.built()

    def power() -> str:
        return desk.machines.instance_view(GROUP, "web").statuses[-1].code

    for verb, code in (
        ("deallocate", "deallocated"),
        ("start", "running"),
        ("power_off", "stopped"),
        ("restart", "running"),
    ):
        desk.begin(desk.machines, GROUP, "web", verb=verb)
        assert power() == f"PowerState/{code}"


def test_deleting_takes_along_what_it_was_told_to(desk):
    desk.built()
    desk.start(desk.machines, GROUP, "web", verb="delete")
    assert state(desk.machines.get(GROUP, "web")) == "Deleting"
    desk.azure.settle()
    assert desk.refused(lambda: desk.machines.get(GROUP, "web")) == (404, "ResourceNotFound")
    assert list(desk.of("compute").disks.list()) == []
    assert list(desk.of("network").network_interfaces.list_all()) == []
    desk.begin(desk.machines, GROUP, "web", verb="delete")  # nothing there is fine


def test_deleting_leaves_what_it_was_not_told_of(desk):
    image = desk.machine()["properties"]["storageProfile"]["imageReference"]
    made = desk.built(
        storageProfile={"imageReference": image, "osDisk": {"createOption": "FromImage"}}
    )
    disks, name = desk.of("compute").disks, made.storage_profile.os_disk.name
    assert desk.refused(lambda: desk.start(disks, GROUP, name, verb="delete")) == (
        409,
        "OperationNotAllowed",
    )
    desk.begin(desk.machines, GROUP, "web", verb="delete")
    assert [d.name for d in disks.list()] == [name]


def test_the_sdks_own_poller_comes_to_its_end(at_once):
    at_once("resource.resources").resource_groups.create_or_update(
        GROUP, {"location": "norwayeast"}
    )
    disk = (
        at_once("compute")
        .disks.begin_create_or_update(
            GROUP,
            "d",
            {
                "location": "norwayeast",
                "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8},
            },
        )
        .result()
    )
    assert (disk.name, disk.provisioning_state) == ("d", "Succeeded")


def test_a_poller_goes_on_from_its_token_in_another_process(desk):
    poller = desk.machines.begin_create_or_update(
        GROUP, "web", desk.machine(desk.network()), polling_interval=0
    )
    token = poller.continuation_token()
    desk.azure.settle()
    resumed = desk.machines.begin_create_or_update(GROUP, "web", {}, continuation_token=token)
    assert resumed.result().provisioning_state == "Succeeded"
