"""What tests of several rooms share."""

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
