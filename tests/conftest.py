"""What tests of several rooms share."""

pytest_plugins = [
    "fixtures.aws_emulator",
    "fixtures.google_emulator",
    "fixtures.postgres",
    "fixtures.prefect_server",
]
