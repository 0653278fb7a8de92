"""Resource groups, what is in them, tags and pages, as ARM has them."""

from emulators.azure.landing_zone import furnish
from fixtures.azure_emulator import REGION, SUBSCRIPTION, client

GROUP = "rg1"


def test_a_group_is_made_at_once_and_can_be_put_again(desk):
    assert desk.group(tags={"a": "1"}).properties.provisioning_state == "Succeeded"
    assert desk.group(tags={"a": "2"}).tags == {"a": "2"}
    assert desk.refused(
        lambda: desk.groups.create_or_update(GROUP, {"location": "westeurope"})
    ) == (
        409,
        "InvalidResourceGroupLocation",
    )
    assert desk.groups.check_existence(GROUP)
    assert not desk.groups.check_existence("rg9")


def test_nothing_is_made_in_a_group_that_is_not_there(desk):
    call = lambda: desk.start(desk.networks, "rg9", "net", {"location": REGION})  # noqa: E731
    assert desk.refused(call) == (404, "ResourceGroupNotFound")
    assert desk.refused(lambda: desk.networks.get("rg9", "net")) == (404, "ResourceGroupNotFound")


def test_deleting_a_group_takes_everything_in_it_after_a_while(desk):
    desk.built()
    desk.start(desk.groups, GROUP, verb="delete")
    assert desk.groups.get(GROUP).properties.provisioning_state == "Deleting"
    call = lambda: desk.start(desk.networks, GROUP, "more", {"location": REGION})  # noqa: E731
    assert desk.refused(call) == (409, "ResourceGroupBeingDeleted")
    desk.azure.settle()
    assert list(desk.groups.list()) == []
    assert list(desk.machines.list_all()) == []
    assert list(desk.of("resource.resources").resources.list()) == []


def test_a_group_that_others_stand_on_is_not_deleted(desk):
    subnet = desk.network()
    desk.group("rg2")
    desk.begin(desk.machines, "rg2", "web", desk.machine(subnet))
    desk.begin(desk.groups, GROUP, verb="delete")
    assert desk.groups.get(GROUP).properties.provisioning_state == "Succeeded"
    assert desk.networks.get(GROUP, "net").provisioning_state == "Succeeded"


def test_groups_and_resources_are_found_by_their_tags(desk):
    desk.group(tags={"order": "o1"})
    desk.group("rg2", tags={"order": "o2"})
    found = desk.groups.list(filter="tagName eq 'order' and tagValue eq 'o2'")
    assert [g.name for g in found] == ["rg2"]
    assert len(list(desk.groups.list(filter="tagName eq 'order'"))) == 2
    desk.built()
    resources = desk.of("resource.resources").resources
    tagged = resources.list(filter="tagName eq 'owner' and tagValue eq 'kari'")
    assert {r.type for r in tagged} == {
        "Microsoft.Compute/virtualMachines",
        "Microsoft.Compute/disks",
    }
    machines = resources.list_by_resource_group(
        GROUP,
        filter="resourceType eq 'Microsoft.Compute/virtualMachines'",
        expand="provisioningState",
    )
    assert [(r.name, r.provisioning_state) for r in machines] == [("web", "Succeeded")]
    assert desk.refused(lambda: list(resources.list(filter="foo like 1"))) == (
        400,
        "InvalidFilterInQueryString",
    )


def test_tags_are_changed_wherever_they_are(desk):
    made = desk.built()
    tags = desk.of("resource.resources").tags
    merged = {"operation": "Merge", "properties": {"tags": {"cost": "42"}}}
    tags.begin_update_at_scope(made.id, merged, polling=False)
    assert desk.machines.get(GROUP, "web").tags == {"owner": "kari", "cost": "42"}
    gone = {"operation": "Delete", "properties": {"tags": {"owner": "kari"}}}
    tags.begin_update_at_scope(made.id, gone, polling=False)
    assert tags.get_at_scope(made.id).properties.tags == {"cost": "42"}


def test_tags_that_arm_would_not_take_are_refused(desk):
    for tags, code in (
        ({f"t{n}": "" for n in range(51)}, "InvalidTags"),
        ({"a": "x" * 257}, "InvalidTagValueLength"),
        ({"a?b": "x"}, "InvalidTagNameCharacters"),
    ):
        assert desk.refused(lambda tags=tags: desk.group(tags=tags)) == (400, code)


def test_long_lists_come_in_pages(desk):
    for number in range(120):
        desk.group(f"rg{number}")
    assert len(list(desk.groups.list())) == 120
    assert desk.azure.calls("resources.ResourceGroups_List") == 3
    assert len(list(desk.groups.list().by_page().next())) == 50


def test_subscriptions_do_not_see_each_other(desk):
    desk.built()
    other = "00000000-0000-0000-0000-0000000000ff"
    with client("compute", desk.azure.url, other) as compute:
        assert list(compute.virtual_machines.list_all()) == []
    with client("resource.resources", desk.azure.url, other) as resources:
        assert list(resources.resource_groups.list()) == []


def test_a_landing_zone_is_there_for_machines_and_is_made_once(desk):
    subnet = furnish(desk.azure.emulator, SUBSCRIPTION, REGION)
    desk.azure.settle()
    assert furnish(desk.azure.emulator, SUBSCRIPTION, REGION) == subnet
    desk.group()
    desk.begin(desk.machines, GROUP, "web", desk.machine(subnet))
    assert desk.machines.get(GROUP, "web").provisioning_state == "Succeeded"
    furnish(desk.azure.emulator, SUBSCRIPTION, REGION)
