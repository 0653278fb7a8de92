"""`prefect worker start` as anyone starts it, for the supervisor: it says first that it begins."""

from __future__ import annotations

import sys

from prefect.cli import app

if __name__ == "__main__":
    print("ready", flush=True)
    sys.argv = ["prefect", "worker", "start", "--pool", "grunnmur", "--type", "process"]
    app()
