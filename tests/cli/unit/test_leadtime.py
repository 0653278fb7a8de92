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


def history(*given: str, url: str) -> tuple[int, str]:
    out = CliRunner().invoke(app, ["leadtime", *given], env={"GRUNNMUR_LEDGER_URL": url})
    assert "Traceback" not in out.output
    return out.exit_code, out.output


def test_an_old_log_is_imported_listed_and_forgotten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    file = tmp_path / "old.csv"
    file.write_text(LOG)
    taking = ["import", str(file), "--offering", "server", *COLUMNS]
    told = "old.csv: 24 cases that ended, taken for orders of server\n"
    assert history(*taking, url=url) == (0, told)
    assert history("history", url=url)[1].startswith("old.csv: 24 cases of server, imported 20")
    assert history(*taking, url=url)[0] == 1
    assert history("forget", "old.csv", url=url) == (0, "old.csv is forgotten\n")
    assert history("forget", "old.csv", url=url) == (1, "no log is called old.csv\n")
    assert history("history", url=url) == (0, "")


def test_an_xes_log_is_imported(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    file = tmp_path / "old.xes"
    file.write_text(
        "<log><trace><string key='concept:name' value='1'/>"
        "<event><string key='concept:name' value='ask'/>"
        "<date key='time:timestamp' value='2026-01-01T08:00:00+01:00'/></event></trace></log>"
    )
    told = "old.xes: 1 cases that ended, taken for orders of server\n"
    assert history("import", str(file), "--offering", "server", url=url) == (0, told)


def test_a_wrong_row_leaves_nothing_imported(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    file = tmp_path / "old.csv"
    file.write_text(LOG + "25,start,soon\n")
    code, out = history("import", str(file), "--offering", "server", *COLUMNS, url=url)
    assert (code, out) == (1, "old.csv, row 50: 'soon' is no time: write it as ISO 8601\n")
    assert history("history", url=url) == (0, "")


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    file = tmp_path / "old.csv"
    file.write_text(LOG)
    given = ["import", str(file), "--offering", "server", *COLUMNS, "--zone", "Norway/Atlantis"]
    code, out = history(*given, url=url)
    assert code == 2
    assert "no time zone is called 'Norway/Atlantis'" in out
