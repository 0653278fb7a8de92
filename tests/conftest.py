"""What tests of several rooms share."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [
    "fixtures.aws_emulator",
    "fixtures.azure_emulator",
    "fixtures.browser",
    "fixtures.google_emulator",
    "fixtures.portal_house",
    "fixtures.portal_served",
    "fixtures.postgres",
    "fixtures.prefect_server",
    "fixtures.stack",
]

# No deadline for one example: a machine that does other work too is no fault of the code's.
settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

ASKED_FOR = ("long", "live")  # marks of tests that run only when -m names them


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--provider", default="", help="whose laws `-m live` holds a real account to")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what nobody has asked for, whatever else is chosen."""
    asked = str(config.option.markexpr)
    unasked = [mark for mark in ASKED_FOR if mark not in asked]
    left = [item for item in items if any(item.get_closest_marker(mark) for mark in unasked)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
