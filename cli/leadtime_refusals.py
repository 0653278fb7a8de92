"""What an event log is refused for, on a terminal."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import typer

from leadtime.errors import BadLog


@contextmanager
def refusals() -> Generator[None]:
    """One line on standard error, and exit code 1."""
    try:
        yield
    except BadLog as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
