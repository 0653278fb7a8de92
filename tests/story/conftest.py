"""What the stories share: a running product."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from fixtures.stack import READY, Stack, start


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, folders_end: ExitStack) -> Stack:
    """A running product whose first order is delivered; one for the whole folder."""
    one = start(tmp_path_factory.mktemp("stack") / "home")
    folders_end.callback(lambda: one.process.poll() is None and one.stop())
    return one.until(READY)
