"""What tests of several rooms share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from typing_extensions import override
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = [
    "fixtures.aws_emulator",
    "fixtures.azure_emulator",
    "fixtures.browser",
    "fixtures.google_emulator",
    "fixtures.guest_image",
    "fixtures.ibm_emulator",
    "fixtures.openstack_cloud",
    "fixtures.openstack_emulator",
    "fixtures.portal_house",
    "fixtures.hub",  # after that
    "fixtures.portal_served",
    "fixtures.busy_portal",  # after those it is made of
    "fixtures.full_portal",
    "fixtures.postgres",
    "fixtures.prefect_server",
    "fixtures.flow_world",  # after that too
    "fixtures.provider_cases",
    "fixtures.works",
]

# No deadline for one example: a machine that does other work too is no fault of the code's.
# The same examples every time: a run is red for what was changed, not for what was drawn.
# `--hypothesis-profile=wide` draws anew, and more.
settings.register_profile("wide", deadline=None, print_blob=True, max_examples=500)
settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

# Folders whose tests share a server that takes long to start: one process has them all, and has
# them first, the longest before the others, so that the other files fill the rest of the time.
TOGETHER = ("tests/openstack_cloud", "tests/flows", "tests/story", "tests/chaos")

FOLDERS_END = ExitStack()

ASKED_FOR = ("long", "live")  # marks of tests that run only when -m names them


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--provider", default="", help="whose laws `-m live` holds a real account to")
    parser.addoption("--record", action="store_true", help="write docs/permissions anew")
    parser.addoption("--seed", type=int, default=0, help="the seed of tests/chaos; 0 for theirs")
    parser.addoption("--orders", type=int, default=2000, help="how many its long form places")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what nobody has asked for, whatever else is chosen."""
    asked = str(config.option.markexpr)
    unasked = [mark for mark in ASKED_FOR if mark not in asked]
    left = [item for item in items if any(item.get_closest_marker(mark) for mark in unasked)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    turn = {group: nth for nth, group in enumerate(TOGETHER)}
    items.sort(key=lambda item: turn.get(group_of(item.nodeid), len(TOGETHER)))


class ByGroup(LoadScopeScheduling):
    """Gives the tests out by group; xdist's own `loadgroup` sees no group under pytest 9.2."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    return ByGroup(config, log)


def group_of(nodeid: str) -> str:
    """What goes to one process: the file, or the folder where the servers are the folder's."""
    file = nodeid.partition("::")[0]
    folder = file.rpartition("/")[0]
    return folder if folder in TOGETHER else file


@pytest.fixture(scope="session")
def folders_end() -> ExitStack:
    """What is put on it happens when the last test of this folder is done, not of the session."""
    return FOLDERS_END


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        return (yield)
    finally:
        if nextitem is None or group_of(nextitem.nodeid) != group_of(item.nodeid):
            FOLDERS_END.close()
