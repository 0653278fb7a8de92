"""One demo sign-in for the tests of a file."""

from collections.abc import Iterator

import httpx
import pytest

from fixtures.signin_process import running


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running(tmp_path_factory.mktemp("signin")) as client:
        yield client
