"""Lead times from a terminal: whether the promises would have held on an old log."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli import leadtime_history
from cli.leadtime_refusals import refusals
from leadtime.backtest import SCORED, Backtest, backtest
from leadtime.cases import cases
from leadtime.errors import BadLog
from leadtime.eventlog import Columns, rows

app = typer.Typer(no_args_is_help=True, help="How long things take, and what is promised.")
app.command("import")(leadtime_history.import_log)
app.command("history")(leadtime_history.list_logs)
app.command("forget")(leadtime_history.forget_log)
CONSOLE = Console(highlight=False, soft_wrap=True, markup=False)


@app.command("backtest")
def backtest_command(
    events: Annotated[Path, typer.Argument(help="An event log as CSV, gzip or plain.")],
    case: Annotated[str, typer.Option(help="The column that names the case.")] = "CaseID",
    activity: Annotated[str, typer.Option(help="The column of what happened.")] = "ActivityID",
    timestamp: Annotated[str, typer.Option(help="The column of when.")] = "CompleteTimestamp",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,  # noqa: FBT002 - a command's switch
) -> None:
    """Replay a log in order of time, promise each case at its start, and score the last third.

    Every promise is made from what was known at that moment: the cases that had ended by then, and
    the ages of those still open. The case starts with its first event and ends with its last. Times
    without a zone are taken as UTC. Exit code 1 when the log is refused.
    """
    with refusals():
        found = cases(rows(events, Columns(case, activity, timestamp)))
        if len(found) < SCORED:
            raise BadLog(events, 0, f"has {len(found)} cases: {SCORED} are needed at least")
        result = backtest(found)
    if as_json:
        typer.echo(json.dumps(asdict(result)))
    else:
        _show(result)


def _show(result: Backtest) -> None:
    table = Table("quantile", "kept", "pinball loss, days")
    for score in result.quantiles:
        table.add_row(f"{score.q:g}", f"{score.coverage:.1%}", f"{score.pinball_days:.2f}")
    CONSOLE.print(f"The last third of the cases by start: {result.cases}")
    CONSOLE.print(table)
    CONSOLE.print(f"{result.seconds_per_1000:.2f} seconds of processor time per 1,000 promises")
