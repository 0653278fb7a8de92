"""What the private cloud tells is read whole, and what it does not tell is not made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.openstack_emulator import REGION
from providers import connect
from providers.errors import Conflict, Unavailable
from providers.openstack import _connect
from providers.types import Status


@pytest.fixture
def few_on_a_page(openstack_emulator):
    """Whoever runs the cloud lets it give fewer at once than we ask for."""
    cloud = openstack_emulator.emulator.cloud
    cloud.most = 2
    yield
    cloud.most = 1000


@pytest.mark.usefixtures("few_on_a_page")
def test_a_cloud_that_gives_few_at_once_is_listed_to_the_end(openstack, openstack_emulator, cases):
    spec = cases["virtual-machine"].spec
    made = {openstack.apply(replace(spec, instance=f"{n:032x}")).ref for n in range(5)}
    openstack_emulator.settle()
    assert {one.ref for one in openstack.inventory("virtual-machine")} == made


def test_a_sign_in_that_fails_does_not_say_that_there_is_no_object_storage(
    openstack_emulator, openstack_sandbox, cases
):
    spec = cases["object-storage"].spec
    made = connect("openstack", openstack_sandbox).apply(spec)
    for look in (
        lambda cloud: cloud.preview(spec),
        lambda cloud: list(cloud.inventory("object-storage")),
        lambda cloud: list(cloud.carrying("object-storage", spec.instance)),
    ):
        _connect.cache_clear()
        openstack_emulator.fault(match="identity.tokens.create", kind="error")
        with pytest.raises(Unavailable):
            look(connect("openstack", openstack_sandbox))
        openstack_emulator.emulator.rules.clear()
    assert [one.ref for one in connect("openstack", openstack_sandbox).inventory()] == [made.ref]


@pytest.mark.parametrize("status", [404, 409])
def test_a_database_whose_console_is_not_there_is_not_ready_and_hides_nothing(
    openstack, openstack_emulator, cases, status
):
    ref = openstack.apply(cases["database"].spec).ref
    openstack_emulator.settle()
    openstack_emulator.fault(
        match="compute.servers.action", kind="error", status=status, message="not ready", times=2
    )
    assert openstack.read(ref).status is Status.PENDING
    assert [one.status for one in openstack.inventory("database")] == [Status.PENDING]
    assert openstack.read(ref).status is Status.READY


def test_a_server_that_is_busy_just_now_is_asked_again(openstack, openstack_emulator, cases):
    case = cases["virtual-machine"]
    openstack.apply(case.spec)
    openstack_emulator.settle()
    words = "Cannot 'resize' instance 0 while it is in task_state image_snapshot"
    openstack_emulator.fault(
        match="compute.servers.action", kind="error", status=409, message=words
    )
    larger = replace(case.spec, parameters=case.changed)
    with pytest.raises(Unavailable, match="image_snapshot"):
        openstack.apply(larger)
    assert openstack.apply(larger).status is Status.PENDING


def test_a_network_in_use_is_refused_before_anything_of_it_goes(
    openstack, openstack_emulator, cases, pieces
):
    network = openstack.apply(cases["network"].spec)
    inside = {"subnet": network.outputs["subnet"]}
    spec = cases["virtual-machine"].spec
    server = openstack.apply(replace(spec, parameters={**spec.parameters, **inside}))
    openstack_emulator.settle()
    before = pieces()
    with pytest.raises(Conflict, match=server.ref.id):
        openstack.delete(network.ref)
    assert (pieces(), openstack.read(network.ref)) == (before, network)


def test_a_group_in_use_elsewhere_keeps_its_network_whole(
    openstack, openstack_emulator, cases, pieces
):
    network = openstack.apply(cases["network"].spec)
    named = {"security_group": network.outputs["security_group"]}
    spec = cases["virtual-machine"].spec
    openstack.apply(replace(spec, parameters={**spec.parameters, **named}))
    openstack_emulator.settle()
    before = pieces()
    with pytest.raises(Conflict, match="in use"):
        openstack.delete(network.ref)
    assert (pieces(), openstack.read(network.ref)) == (before, network)


@pytest.fixture
def haunted(openstack, openstack_emulator, cases):
    """A server that was removed while Nova placed it, and is made for a moment all the same."""
    spec, store = cases["virtual-machine"].spec, openstack_emulator.emulator.cloud.store
    first = openstack.apply(spec).ref
    (server,) = openstack_emulator.things("servers")
    openstack.delete(first)
    openstack_emulator.settle()
    assert openstack.read(first) is None
    again = replace(spec, attempt=2)
    return (
        again,
        lambda: store.put(f"{REGION}/servers", server | {"_due": None}),
        lambda: store.drop(f"{REGION}/servers", server["id"]),
    )


def test_a_server_that_comes_back_for_a_moment_is_not_taken_for_the_next(
    openstack, openstack_emulator, haunted
):
    again, comes, goes = haunted
    comes()
    for verb in (openstack.preview, openstack.apply):
        with pytest.raises(Unavailable, match="earlier attempt"):
            verb(again)
    goes()
    made = openstack.apply(again).ref
    comes()  # and the one that was made is not removed as one too many
    with pytest.raises(Unavailable):
        openstack.apply(again)
    goes()
    openstack_emulator.settle()
    assert openstack.apply(again).ref == made
    assert openstack.read(made).status is Status.READY
