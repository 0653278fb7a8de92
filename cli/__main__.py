"""`python -m cli` is the command `grunnmur`."""

from cli.main import app

app()
