"""`grunnmur leadtime`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.main import app

LOG = "case,what,when\n" + "".join(
    f"{day},start,2026-01-{day:02} 08:00:00\n{day},end,2026-01-{day + 2:02} 08:00:00\n"
    for day in range(1, 25)
)
COLUMNS = ["--case", "case", "--activity", "what", "--timestamp", "when"]


def test_a_log_is_replayed_and_scored_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    out = CliRunner().invoke(app, ["leadtime", "backtest", str(file), *COLUMNS, "--json"])
    assert out.exit_code == 0, out.output
    result = json.loads(out.output)
    assert result["cases"] == 8
    assert set(result) == {"cases", "quantiles", "seconds_per_1000"}
    assert [set(score) for score in result["quantiles"]] == [{"q", "coverage", "pinball_days"}] * 3
    assert [(score["q"], score["coverage"]) for score in result["quantiles"]] == [
        (0.5, 1.0), (0.8, 1.0), (0.95, 1.0),
    ]  # fmt: skip


def test_a_log_is_scored_for_people(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG)
    out = CliRunner().invoke(app, ["leadtime", "backtest", str(file), *COLUMNS])
    assert "The last third of the cases by start: 8" in out.output
    assert "100.0%" in out.output


def test_a_log_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(LOG + "25,start,soon\n")
    out = CliRunner().invoke(app, ["leadtime", "backtest", str(file), *COLUMNS])
    assert out.exit_code == 1
    assert out.output == "log.csv, row 50: 'soon' is no time: write it as ISO 8601\n"


def test_too_short_a_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("case,what,when\n1,a,2026-01-01\n")
    out = CliRunner().invoke(app, ["leadtime", "backtest", str(file), *COLUMNS])
    assert out.exit_code == 1
    assert "log.csv: has 1 cases: 3 are needed at least" in out.output
